"""Blogger through its API v3.

Written from its reference; nothing was measured on the real one. The secret is `client id:client secret:refresh token` of an
administrator of the blog with the scope `blogger`, or Google's JSON of the three. To hide, a comment is put among the blog's spam,
from where it can be approved again: so what Blogger calls spam is held, whoever put it there. Options: `contact`, where to
complain.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from connectors.base import (
    ActionKind,
    Author,
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
from connectors.blogger_blog import Blog
from connectors.blogger_settings import read_settings
from connectors.blogger_setup import SETUP
from connectors.checkpoints import EPOCH, moved_on, time_in
from connectors.google import PER_BATCH, changed, moment, text, text_if_any, weight_of
from connectors.http import Patience
from connectors.http_answers import Row
from connectors.markup import media_in, words_in
from connectors.receipts import must_be_judged, receipt_of

KEPT = 1_500_000
"""Bytes of comments that a run holds in memory: where there are more, it reads in stretches of time of about this size."""

OVERLAP = timedelta(hours=1)
"""Read again before a checkpoint: a comment may be listed some time after it was posted."""

EDGE = timedelta(seconds=1)
"""Whether Blogger counts the ends of a stretch in is written nowhere: they are asked for, and sorted out here."""

ID = re.compile(r"([0-9]{1,30})\.([0-9]{1,30})")
"""A comment has its number within its post."""

STATES = {
    "LIVE": CommentState.VISIBLE,
    "PENDING": CommentState.HELD,
    "SPAM": CommentState.HELD,
    "EMPTIED": CommentState.REMOVED,
}
CALLS = {ActionKind.HIDE: "markAsSpam", ActionKind.RESTORE: "approve", ActionKind.REMOVE: "removeContent"}
WANTED = {
    ActionKind.HIDE: frozenset({CommentState.HELD, CommentState.REMOVED}),
    ActionKind.RESTORE: frozenset({CommentState.VISIBLE}),
    ActionKind.REMOVE: frozenset({CommentState.REMOVED}),
}
DETAILS = {
    CommentState.VISIBLE: "approved: everybody who can read the blog can read it",
    CommentState.HELD: "among the blog's spam or pending comments: no visitor can read it",
    CommentState.REMOVED: "its words are removed for good; only that there was a comment can be seen",
}


class Blogger:
    """One blog as a class page. Raises `BadConfig` for a malformed address or secret."""

    capabilities = Capabilities(frozenset(CALLS))
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        self._blog = Blog(address, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the blog is set. Raises the errors of `connectors.base`."""
        return read_settings(self._blog)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Comments that are live or wait, oldest first; those shortly before a checkpoint come again."""
        newest = time_in(since, "Blogger") if isinstance(since, Checkpoint) else None
        start = since if isinstance(since, datetime) else newest and newest - OVERLAP
        found = self._in_order(start)
        while batch := tuple(islice(found, PER_BATCH)):
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            newest = moved_on(newest, batch[-1])
            yield Batch(batch, Checkpoint({"time": newest.isoformat()}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist, in any state: one question each."""
        for number in filter(None, map(ID.fullmatch, dict.fromkeys(ids))):
            row = self._blog.comment(number[1], number[2])
            if row is not None:
                yield self._comment(row)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Mark as spam, approve or empty, and read back what became of it."""
        if action not in CALLS:
            raise NotAllowed("Blogger has no such action; what it calls spam is how a comment is hidden there")
        before = self._one(id)
        if before.state in WANTED[action]:
            return receipt_of(action, before, DETAILS, already=True)
        must_be_judged(before, seen)
        if action is ActionKind.RESTORE and before.state is CommentState.REMOVED:
            raise NotAllowed("Blogger has removed the words of this comment for good; its author may write it anew")
        failed: ConnectorError | None = None
        try:
            self._blog.order(CALLS[action], *id.split("."))
        except (Unavailable, Gone) as error:  # perhaps done, perhaps not, perhaps somebody was faster
            failed = error
        after = self._one(id)
        if after.state not in WANTED[action]:
            raise failed or Unavailable("Blogger accepted the call and shows no change yet; look again later")
        return receipt_of(action, after, DETAILS)

    def _one(self, id: str) -> Comment:
        for comment in self.get([id]):
            return comment
        raise Gone("Blogger has no such comment")

    def _in_order(self, start: datetime | None) -> Iterator[Comment]:
        """Oldest first, out of a list whose order is written nowhere, and with as many in memory as `KEPT`."""
        kept: dict[str, Comment] = {}
        times, size = array("d"), 0
        for comment in self._between(start, None):
            times.append(comment.created.timestamp())
            size += weight_of(comment)
            if size <= KEPT:
                kept[comment.id] = comment
        if not times and start is None:
            self._blog.check_empty()
        if size <= KEPT:
            yield from _sorted(kept)
            return
        kept.clear()
        step = max(1, len(times) * KEPT // size)
        marks = sorted(times)[step::step]
        cuts = [datetime.fromtimestamp(mark, UTC) for mark in dict.fromkeys(marks)]
        for begin, end in pairwise([start, *cuts, None]):
            yield from _sorted({comment.id: comment for comment in self._between(begin, end)})

    def _between(self, start: datetime | None, end: datetime | None) -> Iterator[Comment]:
        """From `start` on, and before `end`."""
        early = start - EDGE if start is not None and start > EPOCH else None
        late = end + EDGE if end is not None else None
        for row in self._blog.comments(early, late):
            comment = self._comment(row)
            if (start is None or comment.created >= start) and (end is None or comment.created < end):
                yield comment

    def _comment(self, row: Row) -> Comment:
        """Raises `Unavailable`, naming what is not as Blogger's reference has it."""
        post, number, status = text(row, "post.id"), text(row, "id"), text(row, "status")
        if status not in STATES:
            raise changed("status")
        # Google leaves out what is empty
        raw = text_if_any(row, "content") if status == "EMPTIED" else text(row, "content")
        published, updated = moment(row, "published"), moment(row, "updated")
        answered = text_if_any(row, "inReplyTo.id")
        author = text_if_any(row, "author.id")
        return Comment(
            id=f"{post}.{number}",
            author=Author("" if author == "-1" else author, text_if_any(row, "author.displayName")),
            text=words_in(raw),
            created=published,
            parent=f"{post}.{answered}" if answered else None,
            media=media_in(raw),
            edited=updated if updated > published else None,
            state=STATES[status],
            permalink=self._blog.permalink(post, number),
        )


def _sorted(comments: dict[str, Comment]) -> list[Comment]:
    return sorted(comments.values(), key=lambda comment: (comment.created, comment.id))
