"""Finds what belongs in a student's file (II.4): grades, attendance, discipline, special education, health.

A record alone is no finding: a student must be identifiable, by a roster name beside it or by the author's own display name.
Exact forms, English and Spanish basics; indirect words are the model's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

import re2

from moderators.assessing import Canary, assess_each, matches, sing, version_of
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, Student, lexicon
from moderators.folding import fold
from moderators.lexicons import read_entries
from moderators.name_finder import finder_of
from moderators.pattern_set import PatternSet
from moderators.roster_index import tokens_of
from moderators.student_names import match_author

_CODE = 1
_FILE = "school_records.yaml"
_BESIDE = 100  # characters between a name and a record that surely belong together
_NEAR = 250

_FIRST_PERSON = re2.compile(
    r"(?:^|[.!?,;]\s*|\b(?:i|yo|just|also|and|but|ok|omg|lol|yay|bro) ?)(?:just |only |already |still )?$"
)
_MY_CHILD = re2.compile(r"\b(?:my|our|mi|nuestr[oa]) (?:\w+ )?(?:son|daughter|child|kid|boy|girl|hij[oa]|nin[oa])\b")
_QUESTION = re2.compile(
    r"\b(?:what (?:is|does|are)|how (?:do|is|are|many)|can (?:you|we|u)|if (?:you|we|u)|que es|como se)\b[^.!?\n]{0,60}$"
)


class SchoolRecords:
    """Signal `school_record`; the trait says which: grade, attendance, discipline, special_education, health."""

    name = "school_records"
    signals = frozenset({"school_record"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        path = lexicon(settings, _FILE)
        entries, _ = read_entries(path, self.signals)
        self._kinds = [
            (entry, re2.compile("|".join((*entry.patterns, *map(_as_pattern, entry.phrases))))) for entry in entries
        ]
        self._any = PatternSet(pattern for _, pattern in self._kinds)
        self.version = f"{version_of(_CODE, [path])}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find records of identifiable students in each comment."""
        return assess_each(comments, lambda comment: list(self._look(comment, page)))

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _look(self, comment: CommentView, page: PageContext) -> Iterator[Signal]:
        folded = fold(comment.text)
        kinds = [self._kinds[number] for number in sorted(self._any.which(folded.text))]
        records = [(entry, match.span()) for entry, pattern in kinds for match in matches(pattern, folded.text)]
        if not records:
            return
        named = [signal for signal in self._names.find(comment.text, page) if signal.score >= 0.5]
        author = match_author(comment.author.name, page)
        relative = author is None and _is_relative(comment.author.name, page) and _MY_CHILD.search(folded.text)
        for entry, (start, end) in records:
            span = folded.span(start, end)
            before = folded.text[max(0, start - 80) : start]
            score, student = _identify(span, named, entry.score)
            if not score and author and _FIRST_PERSON.search(before):
                score, student = entry.score, author
            if not score and relative:
                score = 0.7
            if score and not _QUESTION.search(before):
                yield Signal("school_record", score, *span, entry.why, student, frozenset({entry.group}))


def _as_pattern(phrase: str) -> str:
    return rf"\b{re2.escape(fold(phrase).text)}\b"


def _identify(span: tuple[int, int], named: Sequence[Signal], score: float) -> tuple[float, str | None]:
    """How surely the record belongs to a named student, and to whom: the nearest name, preferably before it."""
    nearest = min(named, key=lambda name: _distance(span, name), default=None)
    if nearest is None or _distance(span, nearest) > _NEAR:
        return (0.0, None)
    return (score if _distance(span, nearest) <= _BESIDE else score * 0.7, nearest.student)


def _distance(span: tuple[int, int], name: Signal) -> int:
    behind = name.start - span[1]  # a name that follows counts as a little farther away
    return max(span[0] - name.end, 0) if behind < 0 else behind * 2


@lru_cache(maxsize=16_384)
def _surname(student: Student) -> frozenset[str]:
    return frozenset(tokens_of(student.last))


def _is_relative(display_name: str, page: PageContext) -> bool:
    words = frozenset(token for token in tokens_of(display_name) if len(token) > 3)
    return any(not words.isdisjoint(_surname(student)) for student in page.students)


_CANARY_PAGE = PageContext(page="canary", students=(Student("c1", "Odalys", "Fennimore"),))
_CANARIES = (
    Canary("Odalys got an F on the quiz", "school_record"),
    Canary("odalys has 12 absences", "school_record"),
    Canary("odalys was suspended", "school_record"),
    Canary("odalys has an IEP", "school_record"),
    Canary("odalys is allergic to bees", "school_record"),
    Canary("Student A had 12 absences; what is an IEP"),
    Canary("Odalys has the poster for the test"),
)
