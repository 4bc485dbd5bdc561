"""The wordings of one or more lexicons that tell something of a person, searched in a `Scene`'s text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import re2

from moderators.assessing import matches
from moderators.folding import fold
from moderators.lexicons import Entry, read_entries
from moderators.pattern_set import PatternSet
from moderators.record_spans import tidy
from moderators.subjects import EMPLOYEE, STUDENT, Scene

WORDS: Final = {"student": f"{STUDENT}+", "employee": f"{EMPLOYEE}+"}
"""What a lexicon of records may say for a person."""

_SIGNS = STUDENT + EMPLOYEE
_PRONOUN = re2.compile(r"(?:he|she|they|you|hes|he's|shes|she's)\b")
_BEFORE = 60  # characters before a wording in which an exclusion may stand
_AROUND = 40
_MEMORY = 16 << 20  # bytes: a lexicon of long patterns needs more than re2 keeps by itself


@dataclass(frozen=True, slots=True)
class Told:
    """A wording that was found: its kind, and where it stands in the scene's text, without the person whom it names first."""

    entry: Entry
    start: int
    end: int
    match_start: int
    match_end: int
    """The same with the person."""
    at_person: bool
    """Whether the wording itself names the person."""


class RecordWords:
    """The lexicons of one signal, ready to search."""

    def __init__(self, paths: Sequence[Path], signal: str, *others: str) -> None:
        """Read what the lexicons say of `signal`; `others` are what else they may hold, for somebody else to read."""
        self._wordings: list[_Wording] = []
        for path in paths:
            entries, before = read_entries(path, frozenset({signal, *others}), WORDS)
            for entry in (one for one in entries if one.signal == signal):
                unless = re2.compile("|".join(entry.unless)) if entry.unless else None
                excused = "|".join([*before, *entry.unless_before])
                excuses = re2.compile(rf"(?:{excused})$") if excused else None
                patterns = [*entry.patterns, *map(_as_pattern, entry.phrases)]
                self._wordings += [_Wording(entry, re2.compile(one), unless, excuses) for one in patterns]
        self._any = PatternSet((one.pattern for one in self._wordings), memory=_MEMORY)

    def find(self, scene: Scene) -> Iterator[Told]:
        """Every wording that no exclusion excuses, in the order of the lexicons."""
        text = scene.text
        for number in sorted(self._any.which(text)):
            one = self._wordings[number]
            for match in matches(one.pattern, text):
                first, last = match.span()
                if not one.is_excused(text, first, last):
                    start, end = tidy(text, first, last, _SIGNS)
                    at_person = any(sign in match[0] for sign in _SIGNS) or bool(_PRONOUN.match(text, start))
                    yield Told(one.entry, start, end, first, last, at_person)


@dataclass(frozen=True, slots=True)
class _Wording:
    entry: Entry
    pattern: re2._Regexp
    unless: re2._Regexp | None
    before: re2._Regexp | None

    def is_excused(self, text: str, start: int, end: int) -> bool:
        """Whether the words around or before a hit make it harmless."""
        if self.unless is not None and self.unless.search(text[max(0, start - _AROUND) : end + _AROUND]):
            return True
        return self.before is not None and self.before.search(text[max(0, start - _BEFORE) : start]) is not None


def _as_pattern(phrase: str) -> str:
    return rf"\b{re2.escape(fold(phrase).text)}\b"


Found = tuple[Told, float, str | None]
"""A wording, how surely it is told of somebody, and of whom."""


def apart(found: Iterable[Found]) -> list[Found]:
    """In the order of the text; what overlaps or touches and is told of the same person is one finding, from the first to the last."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one[0].start, -one[0].end)):
        if not kept or one[0].start > kept[-1][0].end + 1:
            kept.append(one)
            continue
        told, score, student = kept[-1]
        if student == one[2]:
            kept[-1] = (replace(told, end=max(told.end, one[0].end)), max(score, one[1]), student)
        elif one[0].start >= told.end:
            kept.append(one)
    return kept
