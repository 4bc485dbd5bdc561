"""A class page that no program can read (Google Classroom, ClassDojo, Remind, closed groups): people bring its comments in files.

There is no secret. The school's schedule holds for it as for every page: where nobody has brought a file, it is a page that was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import httpx

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    BadConfig,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    Finding,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.setup import Match, Setup

_UNKNOWN: Final = Finding("settings", "no program can see this page's settings: a person has to look, once a term")

_CLOSED: Final = ("classroom.google.com", "classdojo.com", "remind.com", "facebook.com", "instagram.com")


def _by_address(url: httpx.URL) -> Match | None:
    """Platforms that show their comments to no program that a school may run."""
    if not any(url.host == host or url.host.endswith(f".{host}") for host in _CLOSED):
        return None
    return Match(
        str(url), "People bring its comments: they export them, and run `hallmonitor import FILE --page PAGE` each day."
    )


class ByHand:
    """A closed group as a class page. `comments`: what somebody brought. Without any, the page cannot be read."""

    capabilities = Capabilities(
        actions=frozenset(), reads_edits=False, reads_held=False, tells_settings=False, tells_deletions=False
    )
    setup = Setup(platform="a page that no program can read", by_address=_by_address)

    def __init__(self, address: PageAddress, comments: Sequence[Comment] = ()) -> None:
        if not address.url:
            raise BadConfig("url", "is empty; write the address at which people find the page")
        self._page, self._comments = address.page, tuple(sorted(comments, key=lambda comment: comment.created))

    def check(self) -> PageSettings:
        """What is known of it without looking: nothing."""
        return PageSettings(self._page, "", may_moderate=False, comments_open=None, public=None, findings=(_UNKNOWN,))

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """All that was brought, whatever it is `since`: a file may hold old comments that nobody brought before."""
        if not self._comments:
            raise Unavailable(
                f"no program can read this page: export its comments, and run `hallmonitor import FILE --page {self._page}`"
            )
        if isinstance(since, Checkpoint) and "brought" not in since.value:
            raise BadConfig("checkpoint", "is not one of a page whose comments are brought by hand")
        for start in range(0, len(self._comments), MAX_BATCH):
            part = self._comments[start : start + MAX_BATCH]
            if isinstance(since, datetime):
                part = tuple(comment for comment in part if comment.created >= since)
            yield Batch(
                part, None if isinstance(since, datetime) else Checkpoint({"brought": part[-1].created.isoformat()})
            )

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those that were brought."""
        return (comment for comment in self._comments if comment.id in set(ids))

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:  # noqa: ARG002  # of the contract
        """Nothing: it becomes a step for a person."""
        raise NotAllowed("no program can act on this page")
