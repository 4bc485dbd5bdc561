"""A district's own connector, as connectors/README.md shows how: it says itself which addresses are its own."""

from __future__ import annotations

import httpx

from connectors.sample import Sample
from connectors.setup import Match, Part, Setup


def _by_address(url: httpx.URL) -> Match | None:
    return Match(str(url)) if url.host == "grades.school.example" else None


class Gradebook(Sample):
    """One class of the gradebook as a class page."""

    setup = Setup(
        platform="a class in the gradebook",
        secret=(Part("key", "Press Key in the gradebook."),),
        by_address=_by_address,
    )
