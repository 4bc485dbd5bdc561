"""How a page of YouTube is read: oldest first out of lists that are newest first, and with replies that do not rise.

A run looks through the lists, notes the time of whatever it will yield (some 150 bytes a comment) and keeps the first
comments themselves, up to `KEPT`; what does not fit is asked for again by its id when its turn comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import Batch, Checkpoint, Comment, CommentState
from connectors.checkpoints import moved_on, not_one_of, time_in
from connectors.google import PER_BATCH, weight_of
from connectors.google_http import NotModified
from connectors.youtube_comment import Thread, comment_of, thread_of
from connectors.youtube_page import STATUSES, Lists

KEPT = 1_500_000
"""Bytes of comments that a run holds in memory: a thousand or more of the usual length."""

OVERLAP = timedelta(hours=1)
"""Read again before a checkpoint: YouTube may list a comment some time after it was posted."""

WATCHED_PAGES = 3
"""So many pages of threads each run looks through for new replies, however old they are. Replies to still
older ones are found by the daily reading since a date, which looks through all."""

PUBLISHED = STATUSES[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run begins: behind a checkpoint (`time`), since a time, or at the very beginning.

    `replies` tells how many replies those threads had of which a list shows only some; `etags`, which lists were one page.
    """

    start: datetime | None = None
    time: datetime | None = None
    moves: bool = True
    replies: Mapping[str, int] = field(default_factory=dict)
    etags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, since: Checkpoint | datetime | None) -> Place:
        """Read a checkpoint. Raises `BadConfig("checkpoint", ...)` for one that is not ours."""
        if not isinstance(since, Checkpoint):
            return cls(since, moves=since is None)
        replies, etags = since.value.get("replies"), since.value.get("etags")
        if not isinstance(replies, dict) or not isinstance(etags, dict):
            raise not_one_of("YouTube")
        time = time_in(since, "YouTube")
        return cls(time - OVERLAP, time, replies=replies, etags=etags)

    def checkpoint(self, time: datetime) -> Checkpoint:
        """The place, moved on to `time`."""
        return Checkpoint({"time": time.isoformat(), "replies": dict(self.replies), "etags": dict(self.etags)})


class _Found:
    """What a run will yield."""

    def __init__(self, start: datetime | None) -> None:
        self._start = start
        self._times: dict[str, float] = {}
        self._held: set[str] = set()
        self._kept: dict[str, Comment] = {}
        self._size = 0

    def add(self, comment: Comment) -> None:
        if comment.id in self._times or comment.state is CommentState.REMOVED:  # a thread may be in two lists
            return
        if self._start is not None and comment.created < self._start:
            return
        self._times[comment.id] = comment.created.timestamp()
        if comment.state is CommentState.HELD:
            self._held.add(comment.id)
        self._size += weight_of(comment)
        if self._size <= KEPT:
            self._kept[comment.id] = comment

    def in_order(self) -> list[str]:
        return [id for _, id in sorted((time, id) for id, time in self._times.items())]

    def recalled(self, ids: Sequence[str], lists: Lists) -> Iterator[Comment]:
        """The comments of some ids, in that order; one that went away meanwhile is left out."""
        missing = [id for id in ids if id not in self._kept]
        for row in lists.by_id(missing):
            comment = comment_of(row, CommentState.VISIBLE, lists.video)
            state = CommentState.HELD if comment.id in self._held else CommentState.VISIBLE
            self._kept[comment.id] = replace(comment, state=state)
        for id in ids:
            found = self._kept.pop(id, None)
            if found is not None:
                yield found


def read(lists: Lists, since: Checkpoint | datetime | None) -> Iterator[Batch]:
    """Yield published and held comments, oldest first. Raises the errors of `connectors.base`."""
    begin = Place.of(since)
    found, replies, etags = _Found(begin.start), dict[str, int](), dict[str, str]()
    for status in STATUSES:
        try:
            for number, page in enumerate(lists.threads(status, etag=begin.etags.get(status, "")), start=1):
                etags[status] = page.etag
                threads = [thread_of(row) for row in page.rows]
                for comment in (each for thread in threads for each in _said(lists, thread, status, begin)):
                    found.add(comment)
                if status == PUBLISHED and number <= WATCHED_PAGES:
                    replies |= {thread.id: thread.replies for thread in threads if thread.is_long}
                if _is_far_enough(begin, number, threads):
                    break
        except NotModified:
            etags[status] = begin.etags[status]
            replies |= begin.replies if status == PUBLISHED else {}
    yield from _batches(lists, found, begin, replace(begin, replies=replies, etags=etags))


def _said(lists: Lists, thread: Thread, status: str, begin: Place) -> Iterator[Comment]:
    """The first comment of a thread and its replies: all of them where their number is not the one that we know."""
    state = CommentState.VISIBLE if status == PUBLISHED else CommentState.HELD
    video = lists.video or thread.video
    known = begin.replies.get(thread.id) if status == PUBLISHED else None
    for row in (thread.first, *thread.shown):
        yield comment_of(row, state, video)
    if thread.is_long and thread.replies != known:
        for row in lists.replies(thread.id):
            yield comment_of(row, state, video)


def _is_far_enough(begin: Place, pages: int, threads: Sequence[Thread]) -> bool:
    """Only a run from a checkpoint ends before the end of a list: a reply may be newer than its thread by years."""
    if begin.time is None or begin.start is None or pages < WATCHED_PAGES:
        return False
    return all(thread.created < begin.start for thread in threads)


def _batches(lists: Lists, found: _Found, begin: Place, end: Place) -> Iterator[Batch]:
    ids, newest = found.in_order(), begin.time
    for start in range(0, len(ids), PER_BATCH):
        comments = tuple(found.recalled(ids[start : start + PER_BATCH], lists))
        if not comments:
            continue
        if not begin.moves:
            yield Batch(comments)
            continue
        newest = moved_on(newest, comments[-1])
        # what the threads held is true only behind the last batch: a run that dies before it looks again
        place = end if start + PER_BATCH >= len(ids) else begin
        yield Batch(comments, place.checkpoint(newest))


def states_of(lists: Lists, comments: Sequence[Comment], unseen: CommentState) -> Mapping[str, CommentState]:
    """The states of comments that were asked for by id, found in the lists; who is in none was rejected.

    Of a thread in which something waits a list may show only some of the replies: one of the others is `unseen`.
    """
    states: dict[str, CommentState] = {}
    shown_in_part: set[str] = set()
    for status in STATUSES[1:]:
        for page in lists.threads(status):
            for thread in map(thread_of, page.rows):
                for row in (thread.first, *thread.shown):
                    comment = comment_of(row, CommentState.HELD, "")
                    if comment.state is CommentState.HELD:
                        states[comment.id] = comment.state
                if thread.is_long or thread.id in states:  # below a held comment no list shows what was published
                    shown_in_part.add(thread.id)
    firsts = [comment for comment in comments if not comment.parent and comment.id not in states]
    states |= _published(lists, firsts)
    threads = dict.fromkeys(c.parent for c in comments if c.parent and c.id not in states)
    for row in (row for thread in threads for row in lists.replies(str(thread))):
        reply = comment_of(row, CommentState.VISIBLE, "")
        states[reply.id] = reply.state
    return {c.id: unseen for c in comments if c.parent in shown_in_part} | states


def _published(lists: Lists, wanted: Sequence[Comment]) -> Mapping[str, CommentState]:
    """Those first comments that are listed as published, looked for as far back as the oldest of them."""
    if not wanted:
        return {}
    ids, oldest = {comment.id for comment in wanted}, min(comment.created for comment in wanted)
    states: dict[str, CommentState] = {}
    for page in lists.threads(PUBLISHED):
        threads = [thread_of(row) for row in page.rows]
        states |= {thread.id: CommentState.VISIBLE for thread in threads if thread.id in ids}
        if len(states) == len(ids) or any(thread.created < oldest for thread in threads):
            break
    return states
