"""Which comment answers which: what DiscussionTools makes of the signatures on a page, where the wiki has it.

It knows a comment by author and minute, and unsigned text not at all; so the answer is a hint, and may be missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from connectors.http import Params
from connectors.http_answers import Row
from connectors.mediawiki_answers import UnknownCode, number_at, rows_at, word_at
from connectors.mediawiki_history import Saved
from connectors.mediawiki_site import Wiki

Key = tuple[str, str]
"""Author and minute."""

MINUTE = len("2025-03-03T17:00")


class Threads:
    """The threads of one page as they stand now. Asks when it is first needed."""

    def __init__(self, wiki: Wiki, page: int, title: str) -> None:
        self._wiki, self._page, self._title = wiki, page, title
        self._parents: Mapping[Key, str] | None = None

    def parent(self, saved: Saved) -> str | None:
        """Give the id of the comment that a revision's comment answers."""
        if self._parents is None:
            self._parents = self._read()
        found = self._parents.get((saved.user, saved.time.isoformat()[:MINUTE]))
        return found if found != str(saved.id) else None

    def _read(self) -> dict[Key, str]:
        answers: dict[Key, set[Key | None]] = defaultdict(set)
        for key, parent in self._items():
            answers[key].add(parent)
        parents = {key: found.pop() for key, found in answers.items() if len(found) == 1}
        wanted = {parent for parent in parents.values() if parent}
        ids = self._ids(wanted) if wanted else {}
        return {key: str(ids[parent]) for key, parent in parents.items() if parent in ids}

    def _items(self) -> Iterator[tuple[Key, Key | None]]:
        """Yield each comment of the page with the one that it answers."""
        try:
            question: Params = {"action": "discussiontoolspageinfo", "prop": "threaditemshtml"}
            row = self._wiki.ask({**question, "page": self._title, "excludesignatures": 1})
        except UnknownCode:  # the wiki has no DiscussionTools, or they cannot read this page
            return
        yield from _walked(rows_at(row, "discussiontoolspageinfo.threaditemshtml"))

    def _ids(self, wanted: set[Key]) -> dict[Key, int]:
        """Find the revisions that were saved by these authors in these minutes: the first of each."""
        first, last = min(minute for _, minute in wanted), max(minute for _, minute in wanted)
        question: Params = {
            "action": "query",
            "prop": "revisions",
            "pageids": self._page,
            "rvprop": "ids|timestamp|user",
        }
        how: Params = {"rvdir": "newer", "rvlimit": "max", "rvstart": f"{first}:00Z", "rvend": f"{last}:59Z"}
        found: dict[Key, int] = {}
        for row in self._wiki.follow({**question, **how}):
            for page in rows_at(row, "query.pages"):
                for each in rows_at(page, "revisions") if "revisions" in page else ():
                    key = (str(each.get("user")), word_at(each, "timestamp")[:MINUTE])
                    if key in wanted:
                        found.setdefault(key, number_at(each, "revid"))
        return found


def _walked(items: Sequence[Row]) -> Iterator[tuple[Key, Key | None]]:
    """Without recursion: anybody may indent an answer a thousand times."""
    waiting: list[tuple[Row, Key | None]] = [(item, None) for item in items]
    while waiting:
        item, parent = waiting.pop()
        key: Key | None = None
        if item.get("type") == "comment":
            key = (word_at(item, "author"), word_at(item, "timestamp")[:MINUTE])
            yield key, parent
        waiting += [(reply, key) for reply in rows_at(item, "replies")]
