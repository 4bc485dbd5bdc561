"""A name that was found, and what is kept of several that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderators.name_forms import Tokens
from moderators.word_list import WordList

ENOUGH = 200
"""Names found in one comment after which nobody needs more."""

SURE, DOUBTFUL, NOBODY, UNLIKELY = 0.5, 0.4, 0.3, 0.1
"""Scores: from where a name counts; a word with one sign; somebody else; a word without a sign."""


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a reading: the words from `first` to `last`, both included, and `tail` characters behind."""

    first: int
    last: int
    score: float
    how: str
    owners: frozenset[int]
    misspelt: bool = False
    tail: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What else a name may be: a word of the language, a person of the lessons, anybody's name."""

    words: WordList
    word_names: frozenset[str]
    lessons: frozenset[Tokens]
    given: frozenset[str]
    family: frozenset[str]


def better(one: Match | None, other: Match | None) -> Match | None:
    """The surer of two matches, then the longer."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda match: (match.score, match.last - match.first))


def strongest(matches: Sequence[tuple[int, int, Match]]) -> list[tuple[int, int, Match]]:
    """Of matches that overlap in the original the surest, then the longest; in the order of the text."""
    kept: list[tuple[int, int, Match]] = []
    taken: set[int] = set()
    if len(matches) < 2:
        return list(matches)
    for start, end, match in sorted(matches, key=lambda m: (-m[2].score, m[0] - m[1], m[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, match))
    return sorted(kept, key=lambda m: m[0])
