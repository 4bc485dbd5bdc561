"""Finds the students of a page's roster in its comments (II.3): by name, nickname, initial, handle or hashtag.

One hash lookup a word, so that the cost hardly depends on the roster. General name recognition was measured and is not used
(research/DETECTION.md): it finds a third of the names and flags a third of the clean comments.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from moderators.assessing import Canary, assess_each, sing, version_of
from moderators.base import (
    Assessment,
    CommentView,
    ModeratorSettings,
    PageContext,
    Signal,
    StaffMember,
    Student,
    lexicon,
)
from moderators.folding import fold, readings
from moderators.lexicons import read_list, read_names
from moderators.name_matcher import ENOUGH, Match, NameMatcher, Vocabulary, strongest
from moderators.roster_index import Nicknames, RosterIndex, tokens_of, word_set
from moderators.words import Words

__all__ = ["StudentNames", "match_author"]

_NAMES, _WORDS, _LESSONS = "nicknames.yaml", "word_names.txt", "curriculum_names.txt"
_CODE = 1  # raise it when the matching changes: the last 30 days are then looked at again
_KEPT = 16  # rosters whose tables are remembered
_REACH = 40  # a handle's longest part before and behind the name
_ADULTS = word_set(
    """
    mom mum dad mother father mama papa madre padre abuela abuelo grandma grandpa nana tia tio aunt uncle parent
    parents family familia household ms mr mrs dr coach sra sr profe maestra maestro fan stan club not
    """
)
_WHY = {
    "full": "Names a student of this roster by first and last name",
    "misspelt": "Names a student of this roster by first and last name, spelt a little differently",
    "initial": "Names a student of this roster by one name and an initial",
    "first_name": "Names a student of this roster by the given name or a short form of it",
    "lesson": "May name a student of this roster who shares a well-known person's name",
    "handle": "Shows a student's name in a handle or hashtag",
}


class StudentNames:
    """The roster matcher: signal `student_name`, one for each place where a student is named."""

    name = "student_names"
    signals = frozenset({"student_name"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        files = [lexicon(settings, name) for name in (_NAMES, _WORDS, _LESSONS)]
        self._nicknames = Nicknames(read_names(files[0]))
        words, lessons = read_list(files[1]), read_list(files[2])
        self._vocabulary = Vocabulary(
            frozenset(token for entry in words for part in entry.split() for token in tokens_of(part)),
            frozenset(tokens_of(entry) for entry in lessons),
        )
        self.version = version_of(_CODE, files)
        self._matchers: OrderedDict[PageContext, NameMatcher] = OrderedDict()
        self._last: tuple[PageContext, NameMatcher] | None = None

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find the roster's names in each comment."""
        return assess_each(comments, lambda comment: self.find(comment.text, page))

    def canary(self) -> None:
        """Try a small roster of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def find(self, text: str, page: PageContext) -> list[Signal]:
        """The names in one text, in its order. Other detectors of ours ask this too."""
        if not page.students or not text:
            return []
        matcher = self._matcher(page)
        found: list[tuple[int, int, Match]] = []
        for number, reading in enumerate(readings(text)):
            words = Words(reading, text)
            matches = [(*words.span(m.first, m.last), m) for m in matcher.find(words)]
            found += matches if number == 0 else [m for m in matches if _is_undone(words, m[2])]
            found += matcher.joined(reading)
        return [self._signal(text, page, *match) for match in strongest(found)[:ENOUGH]]

    def _matcher(self, page: PageContext) -> NameMatcher:
        last = self._last  # once: another thread may put another page's roster there
        if last is not None and last[0] is page:
            return last[1]
        matcher = self._matchers.pop(page, None) or NameMatcher(RosterIndex(page, self._nicknames), self._vocabulary)
        self._matchers[page] = matcher
        if len(self._matchers) > _KEPT:
            self._matchers.popitem(last=False)
        self._last = (page, matcher)
        return matcher

    def _signal(self, text: str, page: PageContext, start: int, end: int, match: Match) -> Signal:
        start, end, written = _written_as(text, start, end, is_full=match.how == "full")
        student = _only(page, match.owners)
        how = "handle" if written and match.how in {"full", "initial"} else match.how
        traits = {
            "first_name_only": match.how == "first_name",
            "misspelt": match.how == "misspelt",
            "shared_name": student is None,
            written: bool(written),
        }
        return Signal(
            "student_name",
            match.score,
            start,
            end,
            _WHY[how],
            student,
            frozenset(trait for trait, holds in traits.items() if holds),
        )


def match_author(name: str, page: PageContext) -> str | None:
    """The roster's id of the one student whose first and last name (or nickname, or initial) a display name is.

    "Marcus Bell", "marcus.bell07" and "Bell, Marcus" are; "Bell family" and "Marcus B (dad)" are not.
    """
    words = tokens_of(name)
    if (
        not words
        or _ADULTS & set(words)
        or any(set(words) >= {*tokens_of(s.first), *tokens_of(s.last)} for s in page.staff)
    ):
        return None
    whole = "".join(words)
    for forms in (_whole_names, _short_names):
        owners = {student.id for student in page.students if whole in forms(student)}
        if owners:
            return owners.pop() if len(owners) == 1 else None
    return None


@lru_cache(maxsize=16_384)
def _whole_names(student: Student) -> set[str]:
    firsts = {"".join(tokens_of(one)) for one in (student.first, *student.nicknames)} | set(
        tokens_of(student.first)[:1]
    )
    lasts = {"".join(tokens_of(student.last)), *(t for t in tokens_of(student.last) if len(t) > 3)}
    return {first + last for first in firsts for last in lasts} | {last + first for first in firsts for last in lasts}


@lru_cache(maxsize=16_384)
def _short_names(student: Student) -> set[str]:
    firsts = {"".join(tokens_of(one)) for one in (student.first, *student.nicknames)}
    return {first + token[0] for first in firsts for token in tokens_of(student.last) if len(first) > 2}


def _is_undone(words: Words, match: Match) -> bool:
    """Whether a later reading was needed for this match: what stands there plainly was judged in the first."""
    start, end = words.span(match.first, match.last)
    read = words.folded.text[words.starts[match.first] : words.ends[match.last]]
    return fold(words.original[start:end]).text != read


def _written_as(text: str, start: int, end: int, *, is_full: bool) -> tuple[int, int, str]:
    """Whether a name stands in a hashtag or handle: a handle's span is the whole handle, a hashtag's is the name."""
    left, right = start, end
    while left > max(0, start - _REACH) and (text[left - 1].isalnum() or text[left - 1] in "_.@#"):
        left -= 1
    while right < min(len(text), end + _REACH) and (text[right].isalnum() or text[right] in "_."):
        right += 1
    chunk = text[left:right].rstrip(".")
    if chunk.startswith("#"):
        return (start, end, "hashtag")
    inside, more = text[start:end], len(chunk) - (end - start)
    glued = ("_" in chunk or any(c.isdigit() for c in chunk)) and more > 0
    parts = inside.replace("_", ".").split(".")
    joined = " " not in inside and len(parts[0]) > 1 and (len(parts) > 1 or (more > 0 and is_full))
    if text[left + len(chunk) : left + len(chunk) + 1] != "@" and (chunk.startswith("@") or glued or joined):
        return (left, left + len(chunk), "handle")
    return (start, end, "")


def _only(page: PageContext, owners: Iterable[int]) -> str | None:
    ids = {page.students[owner].id for owner in owners}
    return ids.pop() if len(ids) == 1 else None


_CANARY_PAGE = PageContext(
    page="canary",
    students=(Student("c1", "Odalys", "Fennimore", ("Oda",)), Student("c2", "Grace", "Thackeray-Boone")),
    staff=(StaffMember("Grace", "Ellery", "Ms."),),
)
_CANARIES = (
    Canary("Odalys Fennimore has the poster", "student_name"),
    Canary("ask oda f. for the notes", "student_name"),
    Canary("0d4lys knows", "student_name"),
    Canary("#OdalysFennimoreRocks", "student_name"),
    Canary("tell Grace that her bag is here", "student_name"),
    Canary("Ms. Grace is our teacher, and there is a grace period"),
    Canary("when is the essay due"),
)
