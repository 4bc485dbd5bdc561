"""What was written to a Mastodon account: the replies below its posts, and what mentions it, oldest first.

Replies stand in the thread of a post, and the server gives one thread at a time; mentions stand in one list of their own. Posts and
mentions are taken in the order of their times, and no more is held than what is newer than the one at hand.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.base import Comment, Gone
from connectors.http_answers import Row
from connectors.mastodon_rows import Writer, key_of, nested, number_of, parent_of, rows_of, text_of, time_of
from connectors.mastodon_site import Site

LATE = timedelta(days=1)
"""So much later than it was written may a mention of another server come, or so wrong its clock be, and it is still in its place."""

MOST_WAITING = 300
"""Where more is said at a time, nothing waits for what is late: memory does not grow with the page."""

POSTS_AT_ONCE = 40
MENTIONS_AT_ONCE = 80
FULL = 20
"""No server gives fewer at once while there are more."""

FIRST = datetime.min.replace(tzinfo=UTC)
IN_A_THREAD = 4096
"""Mastodon shows no more replies of one thread."""

_Event = tuple[datetime, str, Row | None]
"""When, and either a post's id or a mention."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it was found: among the mentions, or in a thread."""

    comment: Comment
    is_mention: bool


class Reader:
    """Reads one account. `cut` becomes true when a thread is longer than the server shows; `newest` is the last mention read."""

    def __init__(self, site: Site, account: Row) -> None:
        self._site = site
        self._id = text_of(account, "id")
        self._writer = Writer(site.home, site.host, site.full(text_of(account, "acct")))
        self._own_answers: set[str] = set()
        self.cut = False
        self.newest = ""

    def everything(
        self, posts_since: datetime | None, behind: str, wanted: Callable[[Said], bool]
    ) -> Iterator[Comment]:
        """What is wanted of the threads of the posts since a time (None: of all) and of the mentions behind one (empty: all)."""
        waiting: list[tuple[datetime, str, Comment]] = []
        seen: set[str] = set()
        events = heapq.merge(self._posts(posts_since), self._mentions(behind), key=lambda event: event[0])
        for when, post, mention in events:
            while waiting and waiting[0][0] < (when if len(waiting) > MOST_WAITING else _before(when)):
                yield heapq.heappop(waiting)[2]
            for said in self._mentioned(mention) if mention else self._replies(post):
                comment = said.comment
                if comment.id not in seen and wanted(said):
                    seen.add(comment.id)
                    heapq.heappush(waiting, (comment.created, comment.id, comment))
        while waiting:
            yield heapq.heappop(waiting)[2]

    def mention_before(self, since: datetime) -> str:
        """The newest mention that arrived clearly before a time; empty: there is none. All that arrived since then are behind it."""
        last: str | None = None
        while True:
            rows = self._list_mentions(max_id=last)
            for row in rows:
                if time_of(row, "created_at") < _before(since):
                    return text_of(row, "id")
            oldest = text_of(rows[-1], "id") if rows else ""
            if len(rows) < FULL or oldest == last:
                return ""
            last = oldest

    def _posts(self, since: datetime | None) -> Iterator[_Event]:
        """The account's own posts, oldest first: their times and ids, so that a page of many years fits into memory."""
        posts: dict[str, datetime] = {}
        last: str | None = None
        while True:
            call = self._site.library.account_statuses
            rows = self._site.ask(call, self._id, exclude_reblogs=True, limit=POSTS_AT_ONCE, max_id=last).rows()
            before = len(posts)
            posts |= {key_of(text_of(row, "id")): time_of(row, "created_at") for row in rows}
            # snac pays no heed to `max_id` and gives the same list again (measured)
            if len(rows) < FULL or len(posts) == before or (since and min(posts.values()) < since):
                break
            last = text_of(rows[-1], "id")
        found = sorted((when, id) for id, when in posts.items() if since is None or when >= since)
        return ((when, id, None) for when, id in found)

    def _mentions(self, behind: str) -> Iterator[_Event]:
        """The mentions behind one, oldest first."""
        place, next_ones_come_first = behind or "0", False
        while True:
            page = rows = self._list_mentions(place)
            while len(page) >= FULL and not next_ones_come_first:
                # snac gives the newest ones, and leaves out what lies between (measured); then the rest is asked for
                oldest = min((text_of(row, "id") for row in rows), key=_order)
                page = self._list_mentions(place, max_id=oldest)
                next_ones_come_first = not page
                rows = [*rows, *page]
            for row in sorted(rows, key=lambda row: _order(text_of(row, "id"))):
                place = self.newest = text_of(row, "id")
                yield time_of(row, "created_at"), "", row
            if len(rows) < FULL:
                return

    def _list_mentions(self, behind: str | None = None, *, max_id: str | None = None) -> list[Row]:
        """One page, newest first, and nothing from elsewhere, however the server reads the question."""
        rows = self._site.ask(
            self._site.library.notifications, types=["mention"], limit=MENTIONS_AT_ONCE, min_id=behind, max_id=max_id
        ).rows()
        return [
            row
            for row in rows
            if (behind is None or _order(text_of(row, "id")) > _order(behind))
            and (max_id is None or _order(text_of(row, "id")) < _order(max_id))
        ]

    def _mentioned(self, mention: Row) -> Iterator[Said]:
        deleted_meanwhile = mention.get("status", "") is None
        if text_of(mention, "type") == "mention" and not deleted_meanwhile:
            yield Said(self._writer.comment(nested(mention, "status")), is_mention=True)

    def _replies(self, post: str) -> Iterator[Said]:
        """All replies below a post. Mastodon gives the whole tree at once, snac the direct replies alone (measured): so walk."""
        seen = {post}
        waiting = [] if post in self._own_answers else [post]  # else they were found in the thread that it answers
        while waiting:
            rows = self._below(waiting.pop())
            self.cut |= len(rows) >= IN_A_THREAD
            answered = {parent_of(row) for row in rows}
            for row in rows:
                comment = self._writer.comment(row)
                if comment.id in seen:
                    continue
                seen.add(comment.id)
                if number_of(row, "replies_count") and comment.id not in answered:
                    waiting.append(comment.id)
                if comment.author.is_staff:
                    self._own_answers.add(comment.id)
                yield Said(comment, is_mention=False)

    def _below(self, id: str) -> list[Row]:
        try:
            return rows_of(self._site.ask(self._site.library.status_context, id).row(), "descendants")
        except Gone:  # deleted while we read
            return []


def _before(when: datetime) -> datetime:
    return when - min(LATE, when - FIRST)


def _order(id: str) -> tuple[int, str]:
    """Ids are numbers, or words of one length that begin with the time."""
    return len(id), id
