"""Puts the roster's names in place of words that are no words: misspelt, broken up, glued together, written backwards.

Only what stands in no list of words is looked at, so that an ordinary comment costs two set operations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from moderators.roster_index import RosterIndex
from moderators.spelling import SHORTEST, Slip, bones_of, is_near, sound_of
from moderators.word_list import WordList
from moderators.words import Words

BROKEN = re.compile(r"[^\W\d_](?:[^\w\s'&,:;!?()\"]{1,4}|_)[^\W\d_]")
"""Something other than an apostrophe or a space between two letters."""

_MOST_PIECES = 4
_KEPT = 4_096
_TELLING_BONES = 4  # consonants that make two names of different length one
_UPSIDE_DOWN = re.compile("[ɐɔǝɟɥᴉʞɯɹʇʌʍʎ]")
_FLIPPED = str.maketrans("nudpbqmw", "unpdqbwm")


@dataclass(frozen=True, slots=True)
class Read:
    """What words from one place on stand for: `names` in place of `size` words.

    `lead` characters before the first belong to it, `cut` letters at the end do not.
    """

    names: tuple[str, ...]
    size: int = 1
    slip: Slip | None = None
    lead: int = 0
    cut: int = 0


class NameReader:
    """Reads one roster's names. Remembers single odd words, a bounded number of them, and never a comment."""

    def __init__(self, index: RosterIndex, words: WordList, given_names: frozenset[str]) -> None:
        self._index = index
        self._words = words
        self._word_read = lru_cache(maxsize=_KEPT)(self._read_word)  # of words, not of comments
        self._given_names = given_names
        self._ordinary = words.usual_but(given_names)

    def is_plain(self, words: set[str], odd: set[str], text: str) -> bool:
        """Whether the words of a text, and the odd ones among them, are such that no name can hide in them."""
        if not self._index.hints.isdisjoint(words) or BROKEN.search(text):
            return False
        begun = self._index.begun
        return not any(len(word) > 2 and (word in begun or self._word_read(word)) for word in odd)

    def read(self, row: Words, *, foreign: bool = False) -> None:
        """Change the row in place. `foreign`: its odd words come from another alphabet, most of them without vowels."""
        seen = set(row.words)
        odd, plurals = self.odd(seen), self._index.plurals & seen
        if _UPSIDE_DOWN.search(row.original):
            odd = seen - self._index.known
        seconds = not seen.isdisjoint(self._index.seconds)
        if not odd and not plurals and not seconds and not BROKEN.search(row.folded.text):
            return
        done = _Row()
        at = 0
        while at < len(row):
            read = self._read(row, at, odd, foreign=foreign)
            done.add(row, at, read or Read((row.words[at],)))
            at += read.size if read else 1
        row.words, row.starts, row.ends = done.words, done.starts, done.ends
        row.slips, row.plurals = done.slips, done.plurals

    def odd(self, words: set[str]) -> set[str]:
        """The words that stand in no list: any name that is not on the roster as it is written is among them."""
        return words.difference(self._ordinary, self._index.known)

    def _read(self, row: Words, at: int, odd: set[str], *, foreign: bool) -> Read | None:
        word = row.words[at]
        found = self._pieces(row, at, odd) or self._second(row, at)
        if found or word in self._index.starts:
            return found
        if word[-1] == "s" and word in self._index.plurals:
            return Read((word[:-1],), cut=1)
        if word not in odd or len(word) < 2 or row.is_masked(at):
            return None
        if row.gap(at).endswith("@") and f"a{word}" in self._index.whole_given and row.starts[at]:
            return Read((f"a{word}",), lead=1)
        return self._word_read(word) or (self._without_vowels(word) if foreign else None)

    def _pieces(self, row: Words, at: int, odd: set[str]) -> Read | None:
        """A name in pieces: "mal*ia", "ser.gei", "des tiny"."""
        joined, names = row.words[at], self._index.whole_given
        if joined not in self._index.begun:
            return None
        for size in range(2, min(_MOST_PIECES, len(row) - at) + 1):
            gap = row.gap(at + size - 1)
            if len(gap) > 4 or "'" in gap or (gap != " " and any(mark.isspace() for mark in gap)):
                return None
            joined += row.words[at + size - 1]
            if joined not in names and joined not in self._index.begun:
                return None
            pieces = row.words[at : at + size]
            strange = any(piece in odd for piece in pieces)
            if (
                joined in names
                and len(joined) >= SHORTEST
                and (strange or not (gap in " '-./" and self._all_words(pieces)))
            ):
                return Read((joined,), size)
        return None

    def _all_words(self, pieces: list[str]) -> bool:
        return all(piece in self._words.usual for piece in pieces)

    def _second(self, row: Words, at: int) -> Read | None:
        """A given name of two words of which the first is misspelt: "hay jin" for Hye-jin."""
        word, before = row.words[at], row.word(at + 1)
        for first, joined in self._index.seconds.get(before, ()):
            if word == first or word[0] != first[0] or row.gap(at + 1) not in {" ", "-"}:
                continue
            if abs(len(word) - len(first)) < 2 and len(set(word) ^ set(first)) < 3:
                return Read((joined,), 2, Slip.ONE)
        return None

    def _read_word(self, word: str) -> Read | None:
        """What one odd word stands for, whatever is around it."""
        index = self._index
        if (
            word[-1] != "s"
            and len(word) > SHORTEST
            and word[:-1] in index.whole_given
            and index.is_initial_of(word[-1], word[:-1])
        ):
            return Read((word[:-1], word[-1]))
        backwards = word[::-1]
        for turned in (backwards, backwards.translate(_FLIPPED)):
            if len(word) >= SHORTEST and turned in index.whole_given:
                return Read((turned,), slip=Slip.SOUND)
        return self._misspelt(word)

    def _without_vowels(self, word: str) -> Read | None:
        near = self._index.spelling.with_bones_of(word)
        return Read((near[1][0],), slip=near[0]) if near and len(near[1]) == 1 else None

    def _misspelt(self, word: str) -> Read | None:
        near = self._index.spelling.near(word)
        if near is None:
            return None
        slip, names = near
        if slip > Slip.SOUND and (self._is_another(word, names[0]) or self._words.is_typo(word, names[0])):
            return None
        if slip == Slip.SOUND and self._is_known(word) and not is_near(word, names[0]):
            return None
        same = {self._index.owners_of(name) for name in names}
        return Read((names[0],), slip=slip) if len(same) == 1 else None

    def _is_known(self, word: str) -> bool:
        return word in self._given_names or bool(self._words.count(word))

    def _is_another(self, word: str, name: str) -> bool:
        """Whether a word is one of its own, or another name: "marcos" is no "marcus", but "dimitri" is "dmitri"."""
        if not self._is_known(word):
            return self._words.is_form(word)
        bones = bones_of(sound_of(word))
        return len(bones) < _TELLING_BONES or len(word) == len(name) or bones != bones_of(sound_of(name))


class _Row:
    """The words as they are read, with their places."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.slips: dict[int, Slip] = {}
        self.plurals: set[int] = set()

    def add(self, row: Words, at: int, read: Read) -> None:
        """Add what was read from one place of a row on."""
        here = len(self.words)
        start, end = row.starts[at] - read.lead, row.ends[at + read.size - 1] - read.cut
        self.words += read.names
        if len(read.names) == 2:  # a name and an initial, written together
            self.starts += (start, end - 1)
            self.ends += (end - 1, end)
        else:
            self.starts.append(start)
            self.ends.append(end)
        if read.slip:
            self.slips[here] = read.slip
        if read.cut:
            self.plurals.add(here)
