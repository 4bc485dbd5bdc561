"""Which comments a run reads, and how what Reddit's lists leave out is found.

Reddit has no list of everything: new comments stand in one (the newest thousand), what was taken away in another, what
waits for a moderator in a third, what was edited in a fourth. `before=ID` is never asked: where that comment has gone
meanwhile, Reddit answers with nothing at all (recorded). So each list is read from its new end until it is older than
what is wanted. One that ends before has a gap behind it, and then the posts themselves are walked: each that counts
more comments than were seen.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from heapq import merge

from praw.models import Comment as Item
from praw.models import MoreComments, Submission

from connectors.base import Comment, CommentState, Gone
from connectors.reddit_comments import ID, comment_of, order, post_of
from connectors.reddit_errors import changed
from connectors.reddit_site import Site, View, fields_of

MOST_LISTED = 1_100
"""Entries of a list that are read at most; Reddit gives about 1,000."""

MANY = 900
"""A list of so many posts has older ones behind it, which nobody can list."""

PER_QUESTION = 100
SHOWN = frozenset({CommentState.VISIBLE, CommentState.HELD})


class Reading:
    """What was written at `start` or later (None: everything), oldest first; with `edits` also what was edited since.

    What a person removed or marked as spam is left out. Memory holds what the lists give (4,000 comments at most), and
    of what is found by walking the number of each alone.
    """

    def __init__(self, site: Site, view: View, start: datetime | None, *, edits: bool) -> None:
        self.hole = ""
        """Behind `comments`: what could not be read, in words; empty where there is no gap."""
        self._site, self._view, self._start = site, view, start
        self._edits = edits
        self._known: set[str] = set()
        self._seen: Counter[str] = Counter()
        self._listed: list[Comment] = []

    def comments(self) -> Iterator[Comment]:
        """Raises the errors of `connectors.base`."""
        page, mod = self._site.subreddit, self._site.subreddit.mod
        # what was taken away first: only a moderator is told
        cut = self._list(partial(mod.spam, only="comments", limit=MOST_LISTED))
        cut |= self._list(partial(mod.modqueue, only="comments", limit=MOST_LISTED))
        gap = self._list(partial(page.comments, limit=MOST_LISTED), short_is_whole=False)
        if self._edits:
            self._list(partial(mod.edited, only="comments", limit=MOST_LISTED), by_edit=True)
        walked = self._walked(all_posts=cut) if gap or cut else ()
        self._listed.sort(key=order)
        yield from merge(self._listed, self._told_anew(walked), key=order)

    def _list(self, ask: Callable[[], Iterator[object]], *, by_edit: bool = False, short_is_whole: bool = True) -> bool:
        """Keep a list's comments. True: it ended before it reached what is older than wanted."""
        count = 0
        for item in self._site.items(ask):
            count += 1
            if isinstance(item, Submission):  # a queue in which posts stand too
                continue
            comment = comment_of(item, self._view)
            if comment is None:
                continue
            written = comment.edited if by_edit else comment.created
            if self._start is not None and (written is None or written < self._start):
                return False
            self._keep(comment, post_of(fields_of(item, Item)))
        return not short_is_whole or count >= PER_QUESTION

    def _keep(self, comment: Comment, post: str) -> None:
        if comment.id in self._known:
            return
        self._known.add(comment.id)
        self._seen[post] += 1
        if comment.state in SHOWN:
            self._listed.append(comment)

    def _walked(self, *, all_posts: bool) -> Sequence[int]:
        """The ids, as numbers, of the comments that no list had, oldest first: ids grow with time."""
        found = array("Q")
        for post in self._posts(all_posts=all_posts):
            found.extend(self._below(post))
        return array("Q", sorted(found))

    def _posts(self, *, all_posts: bool) -> list[str]:
        """The posts to walk, the removed ones too. Of what lies below those that Reddit lists no more, `hole` tells."""
        posts: dict[str, int] = {}
        for ask in (
            partial(self._site.subreddit.new, limit=MOST_LISTED),
            partial(self._site.subreddit.mod.spam, only="submissions", limit=MOST_LISTED),
        ):
            for item in self._site.items(ask):
                row = fields_of(item, Submission)
                id, count = row.get("id"), row.get("num_comments")
                if not isinstance(id, str) or not ID.fullmatch(id):
                    raise changed("id", "a post")
                if not isinstance(count, int) or isinstance(count, bool):
                    raise changed("num_comments", "a post")
                posts[id] = count
        if len(posts) >= MANY:
            self.hole = (
                f"more comments came to r/{self._view.subreddit} since the last run than Reddit lists, and its older posts"
                f" it lists no more: what was written below those may be missing. Please look through them; scan more often"
            )
        # one that its author deleted stands in no list, and its comments stay
        unlisted = [id for id in self._seen if id not in posts]
        return [*(id for id, count in posts.items() if all_posts or count > self._seen[id]), *unlisted]

    def _below(self, post: str) -> list[int]:
        try:
            items = self._site.thread(post)
        except Gone:  # deleted for good while we walk
            return []
        found = []
        for item in items:
            comment = None if isinstance(item, MoreComments) else comment_of(item, self._view)
            if comment is None or comment.id in self._known or (self._start and comment.created < self._start):
                continue
            found.append(int(comment.id, 36))
        return found

    def _told_anew(self, numbers: Sequence[int]) -> Iterator[Comment]:
        """Ask again for what was found by walking, a hundred at a time: so order costs no memory."""
        for first in range(0, len(numbers), PER_QUESTION):
            ids = [_base36(number) for number in numbers[first : first + PER_QUESTION]]
            comments = [comment_of(item, self._view) for item in self._site.comments(ids)]
            yield from sorted((c for c in comments if c is not None and c.state in SHOWN), key=order)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
