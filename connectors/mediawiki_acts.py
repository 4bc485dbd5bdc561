"""Hiding and restoring what a revision added.

A text stands in every version from its own to the one without it, so hiding takes two steps: an edit takes it out of the
present version, which cannot be hidden, and all versions that hold it are hidden (`revisiondelete`). Both are reversible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.base import NotAllowed, Unavailable
from connectors.http import Params
from connectors.mediawiki_answers import Conflict
from connectors.mediawiki_comments import PUT_BACK, TAKEN_OUT, Reading
from connectors.mediawiki_history import PER_REQUEST, Saved
from connectors.mediawiki_site import Wiki
from connectors.mediawiki_trace import Trace, put_back

MAX_LOOKS = 6
"""How often a page is looked at during one action: others may be writing on it."""

REASON = "Hallmonitor"
BUSY = "the page is being edited at this moment; try again later"
NOTHING_DONE = "the wiki accepted the call and did nothing; an extension may forbid it"


@dataclass(frozen=True, slots=True)
class Survey:
    """Where the words of a revision stand."""

    holding: tuple[tuple[int, bool], ...]
    """The revisions that hold them, each with whether it is hidden."""
    present: Saved
    is_present: bool
    """Whether the present version holds them."""
    rest: str
    """The present version without them."""
    taken: tuple[list[str], list[str]] | None
    """The versions before and behind our edit that took them out, unless they were put back since."""


class Acts:
    """Carries out one action."""

    def __init__(self, wiki: Wiki, reading: Reading) -> None:
        self._wiki, self._reading, self._history = wiki, reading, reading.history

    def hide(self, saved: Saved, before: str) -> None:
        """Take the words out of the page, and hide all that holds them."""
        if not self._reading.mine(saved, before):
            self._reveal([saved.id], "hide", "comment")
            return
        survey = self._take_out(saved, before)
        others = [id for id, is_hidden in survey.holding if not is_hidden and id != saved.id]
        self._reveal(others, "hide", "content")
        self._reveal([saved.id], "hide", "content|comment")  # last: until then it counts as visible

    def restore(self, saved: Saved, before: str) -> None:
        """Put the words back where our edit took them out, and show what holds them and no other hidden words."""
        if not self._reading.mine(saved, before):
            self._reveal([saved.id], "show", "comment")
            return
        self._put_back(saved, before)
        shown = self._showable(saved)
        self._reveal([id for id in shown if id != saved.id], "show", "content")
        if saved.id in shown:
            self._reveal([saved.id], "show", "content|comment")

    def _take_out(self, saved: Saved, before: str) -> Survey:
        """Save the page without the words, if it holds them, and look again: somebody may have saved it in between."""
        unanswered: Unavailable | None = None
        for _ in range(MAX_LOOKS):
            survey = self._survey(saved, before)
            if not survey.is_present:
                return survey
            if unanswered:  # it did not arrive
                raise unanswered
            try:
                self._save(survey, survey.rest, TAKEN_OUT.format(saved.id))
                unanswered = Unavailable(NOTHING_DONE)
            except Conflict:
                continue
            except Unavailable as error:
                unanswered = error  # perhaps done, perhaps not: look
        raise Unavailable(BUSY)

    def _put_back(self, saved: Saved, before: str) -> None:
        for _ in range(MAX_LOOKS):
            survey = self._survey(saved, before)
            if survey.taken is None or survey.is_present:
                return
            text = put_back(*survey.taken, survey.present.lines)
            if text is None:
                raise NotAllowed("the place on the page was changed since; put the text back by hand, with `undo`")
            try:
                self._save(survey, text, PUT_BACK.format(saved.id))
            except Conflict:
                continue
            return
        raise Unavailable(BUSY)

    def _showable(self, saved: Saved) -> list[int]:
        """Find the hidden revisions that hold these words and none of another comment that is to stay hidden."""
        held = {id for id, is_held in self._row_of_hidden(saved) if is_held and id != saved.id}
        traces: dict[int, Trace] = {}
        found: list[int] = []
        previous: Saved | None = None
        for each in self._history.from_on(self._history.hidden_up_to(saved)):
            if not each.is_hidden:
                break
            for trace in traces.values():
                trace.follow(each.lines, each.user)
            if each.id in held or each.id == saved.id:
                given = {previous.id: previous} if previous else {}
                mine = self._reading.mine(each, self._history.text_before(each, given))
                traces[each.id] = self._reading.trace(each, mine)
            if saved.id in traces and [id for id, trace in traces.items() if trace.holds] == [saved.id]:
                found.append(each.id)
            previous = each
        return found

    def _row_of_hidden(self, saved: Saved) -> Iterator[tuple[int, bool]]:
        """Yield the hidden revisions around this one, each with whether its own words are held."""
        given: dict[int, Saved] = {}
        for each in self._history.from_on(self._history.hidden_up_to(saved)):
            if not each.is_hidden:
                return
            mine = self._reading.mine(each, self._history.text_before(each, given))
            yield each.id, bool(mine) and self._reading.is_held(each, mine)
            given = {each.id: each}

    def _survey(self, saved: Saved, before: str) -> Survey:
        trace = self._reading.trace(saved, self._reading.mine(saved, before))
        holding, present, taken = [(saved.id, saved.is_hidden)], saved, None
        for each in self._history.from_on(saved):
            if each.id == saved.id or each.text is None:
                continue
            summary = each.summary if self._reading.may_be_ours(each) else ""
            is_put_back = summary == PUT_BACK.format(saved.id)
            trace.follow(each.lines, each.user, is_put_back=is_put_back)
            if trace.holds:
                holding.append((each.id, each.is_hidden))
            if summary == TAKEN_OUT.format(saved.id):
                taken = (present.lines, each.lines)
            elif is_put_back:
                taken = None
            present = each
        return Survey(tuple(holding), present, trace.holds, trace.without(), taken)

    def _save(self, survey: Survey, text: str, summary: str) -> None:
        """Save the page on top of what was surveyed. Raises `Conflict` where somebody else was faster."""
        page: Params = {"action": "edit", "pageid": survey.present.page, "baserevid": survey.present.id, "nocreate": 1}
        self._wiki.write({**page, "text": text, "summary": summary, "watchlist": "nochange"})

    def _reveal(self, ids: Sequence[int], verb: str, what: str) -> None:
        for start in range(0, len(ids), PER_REQUEST):
            some = "|".join(map(str, ids[start : start + PER_REQUEST]))
            self._wiki.write(
                {"action": "revisiondelete", "type": "revision", "ids": some, verb: what, "reason": REASON}
            )
