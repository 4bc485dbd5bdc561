"""Finds a roster's names in one reading of a comment: both names, one alone, or written together in a tag or handle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moderators.assessing import TooMuch
from moderators.folding import Folded
from moderators.name_match import ENOUGH, SURE, Match, Vocabulary, better
from moderators.name_pairs import NamePairs, forms_at
from moderators.name_reader import NameReader
from moderators.name_rows import together
from moderators.name_tags import NameTags
from moderators.name_weights import NameWeights
from moderators.roster_index import MIN_JOINED, RosterIndex
from moderators.words import Words

MAX_CANDIDATES = 20_000
"""Words of one comment that may be names and are looked at."""

_REACH = 40  # the longest part of a handle before the name
_OWN_WORD = 8  # letters from which a name that is written together may have more letters behind it


class NameMatcher:
    """Looks one roster up. Keeps nothing of a comment."""

    def __init__(self, index: RosterIndex, vocabulary: Vocabulary) -> None:
        self._index = index
        self._weights = NameWeights(index, vocabulary)
        self._pairs = NamePairs(index, self._weights)
        self._reader = NameReader(index, vocabulary.words, vocabulary.given)
        self._tags = NameTags(index, self._weights, vocabulary.words)

    def odd(self, words: set[str]) -> set[str]:
        """The words of a text that stand in no list."""
        return self._reader.odd(words)

    def may_find(self, words: set[str], odd: set[str], text: str) -> bool:
        """Whether a folded text of these words may hold a name; where "#" or "@" stands, words may still have to be cut."""
        return "#" in text or "@" in text or not self._reader.is_plain(words, odd, text)

    def whole(self, owners: Iterable[int]) -> str | None:
        """The roster's id where exactly one student is meant."""
        return self._index.whole(owners)

    def find(self, words: Words, *, foreign: bool = False) -> list[Match]:
        """Every name, from left to right. `foreign`: the odd words come from another alphabet.

        Raises:
            TooMuch: more than `MAX_CANDIDATES` words could be names, and few are.
        """
        self._reader.read(words, foreign=foreign)
        return together(words, list(self._each(words)))

    def joined(self, odd: set[str], reading: Folded) -> list[tuple[int, int, Match]]:
        """Full names that are written together, and names in hashtags and handles, with the original's offsets."""
        found = list(self._tags.find(reading))
        if max(map(len, odd), default=0) < MIN_JOINED:
            return found
        for start, end, owners in self._index.joined_in(reading.text):
            if not _stands_free(reading.text, start, end):
                continue
            score = 0.3 if reading.text[start:end] in self._weights.lessons.joined else 0.95
            found.append((*reading.span(start, end), Match(0, 0, score, "full", owners)))
            if len(found) >= ENOUGH:
                break
        return found

    def _each(self, words: Words) -> Iterator[Match]:
        candidates = found = position = 0
        for at, word in enumerate(words.words):
            if at < position or word not in self._index.starts or words.is_masked(at):
                continue
            candidates += 1
            if candidates > MAX_CANDIDATES:
                raise TooMuch(f"more than {MAX_CANDIDATES:,} words could be names")
            match = self._pairs.find(words, at) or self._weights.lessons.person(words, at) or self._single(words, at)
            if match is None:
                continue
            yield match
            position = match.last + 1
            found += match.score >= SURE
            if found == ENOUGH:
                return

    def _single(self, words: Words, at: int) -> Match | None:
        """A given name alone, or else a surname alone."""
        best: Match | None = None
        for form in forms_at(self._index.given, words, at):
            best = better(best, self._weights.alone(words, at, form))
        for form in forms_at(self._index.surnames, words, at) if best is None else ():
            first = self._pairs.with_particles(words, at)
            best = better(best, self._weights.surname(words, first, at + len(form.tokens) - 1, form))
        return best


def _stands_free(text: str, start: int, end: int) -> bool:
    """Whether a name written together is a word of its own, or part of a hashtag or handle."""
    left = start
    while left > max(0, start - _REACH) and (text[left - 1].isalnum() or text[left - 1] in "_."):
        left -= 1
    if text[left - 1 : left] in {"#", "@"} and left:
        return True
    return not text[start - 1 : start].isalpha() and (end - start > _OWN_WORD or not text[end : end + 1].isalpha())
