"""From a revision to a comment: what it added, who can read it today, and what it answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from connectors.base import Author, Comment, CommentState
from connectors.http import Params
from connectors.http_answers import Row
from connectors.mediawiki_answers import UnknownCode, number_at, rows_at, word_at
from connectors.mediawiki_diff import SAYS, Spans, written
from connectors.mediawiki_history import History, Saved
from connectors.mediawiki_site import Wiki
from connectors.mediawiki_text import said, said_in_summary
from connectors.mediawiki_trace import Trace

TAKEN_OUT = "Text of revision {} taken out (Hallmonitor)"
PUT_BACK = "Text of revision {} put back (Hallmonitor)"
"""What we write as the summary of our own edits: it quotes nothing, and tells us later what they were."""

OURS = re.compile(r"Text of revision ([0-9]{1,15}) (?:taken out|put back) \(Hallmonitor\)")

Key = tuple[str, str]
"""Author and minute."""

MINUTE = len("2025-03-03T17:00")


class Reading:
    """Reads comments during one call of the connector."""

    def __init__(self, wiki: Wiki) -> None:
        self.history = History(wiki)
        self._wiki = wiki
        self._threads: dict[int, Threads] = {}
        self._shown: dict[int, tuple[Saved, Saved]] = {}
        self._newest: dict[int, Saved] = {}

    def comments(self, page: int, start: datetime | None, limit: int) -> Iterator[Comment]:
        """Yield the comments of one page from a time on, oldest first."""
        before: dict[int, Saved] = {}
        for saved in self.history.since(page, start, limit):
            if saved.text is None:  # taken out of everybody's sight: gone
                continue
            comment = self.comment(saved, self.history.text_before(saved, before))
            before = {saved.id: saved}
            if comment is not None:
                yield comment

    def comment(self, saved: Saved, before: str) -> Comment | None:
        """Give what a revision added to the text before it; None where it said nothing."""
        mine = self.mine(saved, before)
        raw = said(saved.lines, mine)
        words, media = self._words(raw, saved), self._wiki.names.media(raw)
        ours = OURS.fullmatch(saved.summary) if self.may_be_ours(saved) else None
        if ours and not media and (not words or self._is_put_back(int(ours[1]), raw)):
            return None
        sections = [*before.split("\n"), *saved.lines] if saved.summary else []
        summary = "" if ours else said_in_summary(saved.summary, words, sections)
        text = "\n\n".join(part for part in (words, summary) if part)
        if not text and not media:
            return None
        return Comment(
            id=str(saved.id),
            author=Author(str(saved.user_id or ""), saved.user, saved.user_id in self._wiki.administrators),
            text=text,
            created=saved.time,
            parent=self._parent(saved) if words or media else None,
            media=media,
            state=self._state(saved, mine),
            permalink=self._wiki.permalink(saved.id),
        )

    def mine(self, saved: Saved, before: str) -> dict[int, Spans]:
        """What the author of a revision wrote, by line; nothing where only signs of lists and headings are left."""
        mine = written(before.split("\n"), saved.lines, saved.user, self._wiki.names.owners)
        return mine if any(SAYS.search(saved.lines[j], a, b) for j, spans in mine.items() for a, b in spans) else {}

    def trace(self, saved: Saved, mine: Mapping[int, Spans]) -> Trace:
        """Begin to follow the words of a revision through the later ones."""
        return Trace(saved.lines, mine, saved.user, self._wiki.names.owners)

    def may_be_ours(self, saved: Saved) -> bool:
        """Whether a summary of ours can be believed: anybody may write the same words."""
        return saved.user == self._wiki.account or saved.user_id in self._wiki.administrators

    def is_held(self, saved: Saved, mine: Mapping[int, Spans]) -> bool:
        """Whether no visitor can read a revision's words: not there, not in the next one that is shown, and not today.

        Revisions are hidden also for what stands beside: the others' words in them can be read in later ones.
        """
        if not mine:
            return saved.is_silent
        speaks = bool(said_in_summary(saved.summary, "", saved.lines))
        if not saved.is_hidden or (speaks and not saved.is_silent):
            return False
        for later in (self._next_shown(saved), self._present(saved)):
            trace = self.trace(saved, mine)
            if later is not None:
                put_back = later.summary == PUT_BACK.format(saved.id) and self.may_be_ours(later)
                trace.follow(later.lines, later.user, is_put_back=put_back)
                if trace.holds:
                    return False
        return True

    def _state(self, saved: Saved, mine: Mapping[int, Spans]) -> CommentState:
        if saved.is_deleted:
            return CommentState.REMOVED
        return CommentState.HELD if self.is_held(saved, mine) else CommentState.VISIBLE

    def _next_shown(self, saved: Saved) -> Saved | None:
        """Give the first later revision that visitors may read; a row of hidden ones is looked up once."""
        first, shown = self._shown.get(saved.page, (None, None))
        if first is None or shown is None or not _order(first) <= _order(saved) < _order(shown):
            shown = self.history.shown_after(saved)
            if shown is not None:
                self._shown[saved.page] = (saved, shown)
        return shown

    def _present(self, saved: Saved) -> Saved:
        if saved.page not in self._newest:
            self._newest[saved.page] = self.history.newest(saved.page)
        return self._newest[saved.page]

    def _words(self, raw: str, saved: Saved) -> str:
        words = self._wiki.names.words(raw, saved.user)
        return words if SAYS.search(words) else ""

    def _is_put_back(self, id: int, raw: str) -> bool:
        """Whether an edit that we made brought only words which are another revision's comment already, its signature included."""
        for saved in self.history.by_id([id]):
            theirs = said(saved.lines, self.mine(saved, self.history.text_before(saved, {})))
            return set(self._words(raw, saved).split("\n")) <= set(self._words(theirs, saved).split("\n"))
        return False

    def _parent(self, saved: Saved) -> str | None:
        if saved.is_deleted:
            return None
        return self._threads.setdefault(saved.page, Threads(self._wiki, saved.page, saved.title)).parent(saved)


class Threads:
    """Which comment of a page answers which: what DiscussionTools makes of the signatures, where the wiki has it.

    It knows a comment by author and minute, and unsigned text not at all; so the answer is a hint, and may be missing.
    """

    def __init__(self, wiki: Wiki, page: int, title: str) -> None:
        self._wiki, self._page, self._title = wiki, page, title

    def parent(self, saved: Saved) -> str | None:
        """Give the id of the comment that a revision's comment answers."""
        found = self._parents.get((saved.user, saved.time.isoformat()[:MINUTE]))
        return found if found != str(saved.id) else None

    @cached_property
    def _parents(self) -> Mapping[Key, str]:
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


def _order(saved: Saved) -> tuple[datetime, int]:
    return saved.time, saved.id
