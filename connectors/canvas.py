"""Canvas LMS through its REST interface.

Written from its reference and its source; nothing was measured on the real one. The secret is an access token of a teacher of the
course. Read are the replies of its discussions and of all that its groups discuss, and what students begin discussions with. Canvas
can delete, and neither hide nor give back: a deleted entry keeps its place and its replies, and loses its words for good. Options:
`announcements: true`, to read what is said below announcements too; `contact`, where to complain; `allow_private`, for a district's
own server.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.base import (
    ActionKind,
    BadConfig,
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
from connectors.canvas_comments import Key, Place, Writer
from connectors.canvas_reading import by_id, read
from connectors.canvas_settings import read_settings
from connectors.canvas_setup import SETUP
from connectors.canvas_site import FIELDS, Site
from connectors.checkpoints import moved_on, time_in
from connectors.http import Patience
from connectors.receipts import must_be_judged, receipt_of

PER_BATCH = 200
"""Comments of one batch: two batches may be in memory at once, of comments of 10,000 characters each."""

OVERLAP = timedelta(hours=1)
"""Read again before a checkpoint: the servers of a large Canvas do not show the same at once."""

ONLY_DELETES = (
    "Canvas can only delete a reply, and gives none back; open the discussion to close it, or to write to the author"
)
ANSWERED = (
    "others have answered this discussion, and Canvas would take their replies away with it; open it and decide there"
)
DETAILS = {
    CommentState.REMOVED: "deleted for good: that there was something, and the replies to it, can still be seen",
}


class Canvas:
    """The discussions of one course as a class page. Raises `BadConfig` for a malformed address, secret or option."""

    capabilities = Capabilities(frozenset({ActionKind.REMOVE}), reads_held=False)
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        announcements = address.options.get("announcements", False)
        if not isinstance(announcements, bool):
            raise BadConfig("options.announcements", "must be true or false: whether to read below announcements too")
        self._announcements = announcements
        self._site = Site(address, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the course is set. Raises the errors of `connectors.base`."""
        return read_settings(self._site, announcements=self._announcements)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Entries of all discussions, oldest first; behind a checkpoint also edited ones, where somebody has replied since."""
        newest = time_in(since, "Canvas") if isinstance(since, Checkpoint) else None
        start = since if isinstance(since, datetime) else newest and newest - OVERLAP
        found = read(
            self._site, self._writer(), start, announcements=self._announcements, since_edit=newest is not None
        )
        for comments in found.in_order(PER_BATCH):
            if not comments:
                continue
            if isinstance(since, datetime):
                yield Batch(tuple(comments))
                continue
            newest = moved_on(newest, comments[-1])
            yield Batch(tuple(comments), Checkpoint({"time": newest.isoformat()}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that are still there."""
        wanted: defaultdict[Place, list[int | None]] = defaultdict(list)
        for id in dict.fromkeys(ids):
            key = Key.of(id, self._site.course)
            if key is not None:
                wanted[key.place].append(key.entry)
        writer = self._writer() if wanted else None
        for place, entries in wanted.items():
            if writer is not None:
                yield from by_id(self._site, writer, place, entries)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Delete, and read back what became of it."""
        if action is not ActionKind.REMOVE:
            raise NotAllowed(ONLY_DELETES)
        key = Key.of(id, self._site.course)
        if key is None:
            raise Gone("Canvas has no such comment")
        before = self._standing(key)
        if before is None:
            raise Gone("somebody has deleted this in Canvas")
        must_be_judged(before, seen)
        if key.entry is None and FIELDS.number(self._site.read(key.place.route).row(), "discussion_subentry_count"):
            raise NotAllowed(ANSWERED)
        failed: ConnectorError | None = None
        try:
            self._site.order(key.place.route if key.entry is None else f"{key.place.route}/entries/{key.entry}")
        except (Unavailable, Gone) as error:  # perhaps done, perhaps not, perhaps somebody was faster
            failed = error
        if self._standing(key):
            if isinstance(failed, Unavailable):
                raise failed
            raise Unavailable("Canvas took the call and shows no change; look again later")
        self._site.read(
            self._site.course
        )  # what is gone is the comment, and not the whole course, or our right to see it
        return receipt_of(action, replace(before, state=CommentState.REMOVED), DETAILS)

    def _standing(self, key: Key) -> Comment | None:
        return next(by_id(self._site, Writer(self._site, None), key.place, [key.entry]), None)

    def _writer(self) -> Writer:
        return Writer(self._site, self._site.staff())
