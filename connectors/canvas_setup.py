"""What setting up a course in Canvas takes (`pages add`)."""

from __future__ import annotations

import httpx

from connectors.base import BadConfig
from connectors.canvas_site import COURSE, WHAT_TO_WRITE
from connectors.setup import Match, Part, Setup


def by_address(url: httpx.URL) -> Match | None:
    """Courses on Canvas's own hosts; likely ones on a district's. Raises `BadConfig` for whatever else is on Canvas's."""
    is_canvas = url.host.endswith(".instructure.com")
    course = COURSE.match(url.path)
    if not course:
        if is_canvas:
            raise BadConfig("url", f"is no course; {WHAT_TO_WRITE}")
        return None
    return Match(str(url.copy_with(path=f"/courses/{course[1]}", query=None, fragment=None)), sure=is_canvas)


SETUP = Setup(
    platform="a course in Canvas",
    secret=(
        Part(
            "access token",
            "Signed in as a teacher of the course: Account > Settings > Approved Integrations > New Access Token; write hallmonitor as"
            " its purpose, press Generate Token, and copy what it shows this one time.",
        ),
    ),
    by_address=by_address,
)
