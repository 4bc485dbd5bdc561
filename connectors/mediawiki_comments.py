"""From a revision to a comment: what it added, who reads it today, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property

from connectors.base import Author, Comment, CommentState
from connectors.http import Params
from connectors.mediawiki_answers import number_at, rows_at
from connectors.mediawiki_diff import SAYS, Spans, written
from connectors.mediawiki_history import History, Saved
from connectors.mediawiki_site import Wiki
from connectors.mediawiki_text import said, said_in_summary
from connectors.mediawiki_threads import Threads
from connectors.mediawiki_trace import Trace

TAKEN_OUT = "Text of revision {} taken out (Hallmonitor)"
PUT_BACK = "Text of revision {} put back (Hallmonitor)"
"""What we write as the summary of our own edits: it quotes nothing, and tells us later what they were."""

OURS = re.compile(r"Text of revision ([0-9]{1,15}) (?:taken out|put back) \(Hallmonitor\)")


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
        ours = OURS.fullmatch(saved.summary)
        if ours and not media and (not words or self._is_put_back(int(ours[1]), raw)):
            return None
        summary = "" if ours else said_in_summary(saved.summary, words)
        text = "\n\n".join(part for part in (words, summary) if part)
        if not text and not media:
            return None
        return Comment(
            id=str(saved.id),
            author=Author(str(saved.user_id or ""), saved.user, self._is_staff(saved.user_id)),
            text=text,
            created=saved.time,
            parent=self._parent(saved) if words or media else None,
            media=media,
            state=self._state(saved, mine),
            permalink=self._wiki.permalink(saved.id),
        )

    def mine(self, saved: Saved, before: str) -> dict[int, Spans]:
        """What the author of a revision wrote, by line; nothing where only signs of lists and headings are left."""
        mine = written(before.split("\n"), saved.lines, saved.user, self._wiki.names.owner)
        return mine if any(SAYS.search(saved.lines[j], a, b) for j, spans in mine.items() for a, b in spans) else {}

    def trace(self, saved: Saved, mine: Mapping[int, Spans]) -> Trace:
        """Begin to follow the words of a revision through the later ones."""
        return Trace(saved.lines, mine, saved.user, self._wiki.names.owner)

    def is_held(self, saved: Saved, mine: Mapping[int, Spans]) -> bool:
        """Whether no visitor can read a revision's words: not there, not in the next one that is shown, and not today.

        Revisions are hidden also for what stands beside: the others' words in them can be read in later ones.
        """
        if not mine:
            return saved.is_silent
        speaks = bool(said_in_summary(saved.summary, ""))
        if not saved.is_hidden or (speaks and not saved.is_silent):
            return False
        for later in (self._next_shown(saved), self._present(saved)):
            trace = self.trace(saved, mine)
            if later is not None:
                trace.follow(later.lines, later.user, is_put_back=later.summary == PUT_BACK.format(saved.id))
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

    def _is_staff(self, user: int) -> bool | None:
        return user in self._staff if user else False

    @cached_property
    def _staff(self) -> frozenset[int]:
        question: Params = {"action": "query", "list": "allusers", "augroup": "sysop|bureaucrat", "aulimit": "max"}
        rows = (row for answer in self._wiki.follow(question) for row in rows_at(answer, "query.allusers"))
        return frozenset(number_at(row, "userid") for row in rows)


def _order(saved: Saved) -> tuple[datetime, int]:
    return saved.time, saved.id
