"""MediaWiki through its Action API (measured on 1.43).

The secret is a bot password, `account@name:password`, of an administrator who is in the group Suppressors too. Options:
`pages`, a list of more talk pages; `api`, where api.php is; `contact`; `allow_private`, for a district's own server.

A comment is what one revision added, so it never changes: who edits a comment makes another one, with the whole line as it
stands then. Its revision hashes what it added, as a visitor reads it, with what the summary says for itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

import httpx

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    CommentState,
    ConnectorError,
    Gone,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.checkpoints import moved_on, not_one_of, time_in
from connectors.http import Patience
from connectors.mediawiki_acts import NOTHING_DONE, Acts
from connectors.mediawiki_comments import Reading
from connectors.mediawiki_history import PER_REQUEST, Saved
from connectors.mediawiki_pages import Pages, TalkPage
from connectors.mediawiki_settings import read_settings
from connectors.mediawiki_setup import SETUP
from connectors.mediawiki_site import Wiki
from connectors.receipts import must_be_judged, receipt_of

OVERLAP = timedelta(minutes=5)
"""Read again before a checkpoint: a save that takes long appears with the time at which it began."""

MAX_ANSWER = 1_000_000
"""Bytes of text in one answer, about; in memory four times as many, where an emoji stands on the page."""

MAX_ID = 15
WANTED = {
    # a page that was deleted shows nothing either
    ActionKind.HIDE: frozenset({CommentState.HELD, CommentState.REMOVED}),
    ActionKind.RESTORE: frozenset({CommentState.VISIBLE}),
}
DETAILS = {
    CommentState.VISIBLE: "everybody can read it",
    CommentState.HELD: "taken out of the page, and hidden in its history; the log of the wiki shows that, not the words",
    CommentState.REMOVED: "the whole page was deleted, and can be restored with Special:Undelete",
}


class MediaWiki:
    """One or several talk pages of a wiki as a class page. Raises `BadConfig` for a malformed address, option or secret."""

    capabilities = Capabilities(frozenset(WANTED))
    setup = SETUP

    def __init__(
        self, address: PageAddress, *, transport: httpx.BaseTransport | None = None, patience: Patience | None = None
    ) -> None:
        self._wiki = Wiki(address, transport=transport, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the wiki and the pages are set. Raises the errors of `connectors.base`."""
        return read_settings(self._wiki)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """What was said, oldest first, hidden or not; what was said shortly before a checkpoint comes again."""
        newest, known = _place(since)
        start = since if isinstance(since, datetime) else newest and newest - OVERLAP
        pages = Pages(self._wiki).find(known)
        found = self._comments([page for page in pages if start is None or page.newest >= start], start)
        ids = {page.asked: page.id for page in pages}
        while batch := tuple(islice(found, MAX_BATCH)):
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            newest = moved_on(newest, batch[-1])
            yield Batch(batch, Checkpoint({"time": newest.isoformat(), "pages": ids}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist, in any state, on a deleted page too."""
        known = [int(id) for id in dict.fromkeys(ids) if _is_id(id)]
        reading = Reading(self._wiki)
        for start in range(0, len(known), PER_REQUEST):
            found = list(reading.history.by_id(known[start : start + PER_REQUEST]))
            parents = [saved.parent for saved in found if saved.parent]
            texts = {saved.id: saved for saved in [*found, *reading.history.by_id(_missing(parents, found))]}
            for saved in found:
                if saved.text is not None:
                    comment = reading.comment(saved, reading.history.text_before(saved, texts))
                    if comment is not None:
                        yield comment

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Hide or restore, and read back what became of it: the wiki says `Success` also where it did nothing."""
        if action not in WANTED:
            raise NotAllowed("MediaWiki can only hide and restore; delete the page or block the account there")
        reading = Reading(self._wiki)
        saved, before, comment = self._one(reading, id)
        if comment.state in WANTED[action]:
            return receipt_of(action, comment, DETAILS, already=True)
        must_be_judged(comment, seen)
        if saved.is_deleted:
            raise NotAllowed("the whole page was deleted; restore it first, with Special:Undelete")
        acts, unanswered = Acts(self._wiki, reading), None
        try:
            if action is ActionKind.HIDE:
                acts.hide(saved, before)
            else:
                acts.restore(saved, before)
        except Unavailable as error:
            unanswered = error  # perhaps done, perhaps not
        *_, after = self._one(Reading(self._wiki), id)
        if after.state not in WANTED[action]:
            raise unanswered or _why_not(action)
        return receipt_of(action, after, DETAILS)

    def _comments(self, pages: Sequence[TalkPage], start: datetime | None) -> Iterator[Comment]:
        """Merge the comments of the pages by time. A revision holds the whole page: long pages come in few at a time."""
        reading, room = Reading(self._wiki), MAX_ANSWER // max(len(pages), 1)
        limits = [min(max(room // max(page.length, 1), 1), MAX_BATCH) for page in pages]
        streams = [reading.comments(page.id, start, limit) for page, limit in zip(pages, limits, strict=True)]
        return heapq.merge(*streams, key=lambda comment: (comment.created, int(comment.id)))

    def _one(self, reading: Reading, id: str) -> tuple[Saved, str, Comment]:
        saved = next(reading.history.by_id([int(id)]), None) if _is_id(id) else None
        if saved is not None and saved.text is not None:
            before = reading.history.text_before(saved, {})
            comment = reading.comment(saved, before)
            if comment is not None:
                return saved, before, comment
        raise Gone("the wiki has no such comment any more")


def _place(since: Checkpoint | datetime | None) -> tuple[datetime | None, Mapping[str, int]]:
    """Read a checkpoint: a time, and the pages that were read then, whatever they are called now."""
    if not isinstance(since, Checkpoint):
        return None, {}
    pages = since.value.get("pages")
    if not isinstance(pages, Mapping) or not all(isinstance(id, int) for id in pages.values()):
        raise not_one_of("MediaWiki")
    return time_in(since, "MediaWiki"), dict(pages)


def _is_id(id: str) -> bool:
    return id.isascii() and id.isdecimal() and len(id) <= MAX_ID and not id.startswith("0")


def _missing(ids: Sequence[int], found: Sequence[Saved]) -> list[int]:
    return sorted(set(ids) - {saved.id for saved in found})


def _why_not(action: ActionKind) -> ConnectorError:
    if action is ActionKind.RESTORE:
        return NotAllowed("the same revisions hold another hidden comment; restore that one first, or both by hand")
    return Unavailable(NOTHING_DONE)
