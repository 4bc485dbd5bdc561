"""A reading of a comment as a row of words, each of which still knows how and where it was written.

`name_reader` puts the names that misspelt, spaced or glued words stand for in their place.
"""

from __future__ import annotations

import re
from functools import cached_property

from moderators.folding import Folded
from moderators.name_forms import LETTERS
from moderators.spelling import Slip

_TAG = re.compile(r"[#@]\w+")
_HUMPS = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_]?[a-z]+|[^\W\d_]")
_ENDS_SENTENCE = frozenset('.!?\n\r:;"“”¿¡*([')
_GAP = 40
_FIRST_ODD = "\u0250"  # behind the last Latin letter with an accent
_MIDDLE = 200  # words from which a comment's habit with capitals is told


class Words:
    """The words of one reading. In hashtags and handles, "DestinyRamirez" is two words."""

    def __init__(self, folded: Folded, original: str) -> None:
        self.folded = folded
        self.original = original
        spans = [match.span() for match in LETTERS.finditer(folded.text)]
        humps = self._humps()
        if humps:
            spans = [part for span in spans for part in humps.get(span[0], (span,))]
        self.words = [folded.text[start:end] for start, end in spans]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.slips: dict[int, Slip] = {}
        """Words that are not written as they stand here."""
        self.plurals: set[int] = set()
        """Words behind which an s was written: "brookes"."""

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The word at an index, empty outside of the text."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def written(self, index: int) -> str:
        """The word as it stands in the reading, misspelt or not; empty outside of the text."""
        return self.folded.text[self.starts[index] : self.ends[index]] if 0 <= index < len(self.words) else ""

    def is_masked(self, index: int) -> bool:
        """Whether the word is what stars have left of another: "f*cking"."""
        before, after = self.gap(index), self.gap(index + 1)
        inside = "*" in before and before.strip("*") == "" and index > 0
        return inside or ("*" in after and after.strip("*") == "" and index + 1 < len(self.words))

    def is_disguised(self, index: int) -> bool:
        """Whether a word alone among the others is written with other letters than these, or in pieces."""
        return self._is_odd(index) and not self._is_odd(index + 1 if index + 1 < len(self.words) else index - 1)

    def _is_odd(self, index: int) -> bool:
        start, end = self.span(index, index) if 0 <= index < len(self.words) else (0, 0)
        return not all(letter.isalpha() and letter < _FIRST_ODD for letter in self.original[start:end])

    def gap(self, index: int) -> str:
        """What stands between a word and the one before it (the first word: all before it), at most 40 characters."""
        if not 0 <= index <= len(self.words):
            return ""
        text = self.folded.text
        start = self.ends[index - 1] if index > 0 else 0
        end = self.starts[index] if index < len(self.starts) else len(text)
        return text[start : min(end, start + _GAP)] if index else text[max(0, end - _GAP) : end]

    def is_capital(self, index: int) -> bool:
        """Whether the word was written with a capital."""
        return 0 <= index < len(self.words) and self.original[self.folded.origin[self.starts[index]]].isupper()

    def is_shout(self, index: int) -> bool:
        """Whether the word was written all in capitals: "i WILL do it"."""
        start, end = self.starts[index], self.ends[index]
        return end - start > 2 and self.original[self.folded.origin[start] : self.folded.origin[end - 1] + 1].isupper()

    def opens_sentence(self, index: int) -> bool:
        """Whether the word stands where any word has a capital."""
        return index <= 0 or any(mark in _ENDS_SENTENCE for mark in self.gap(index))

    def is_telling_capital(self, index: int) -> bool:
        """A capital that only a name would have: inside a sentence, in a text that is not written in capitals."""
        return (
            self.is_capital(index) and not self.shouts and not self.opens_sentence(index) and not self.is_shout(index)
        )

    def near(self, index: int, before: int, after: int) -> set[str]:
        """The words around an index, without it."""
        return {*self.words[max(0, index - before) : index], *self.words[index + 1 : index + 1 + after]}

    def span(self, first: int, last: int, tail: int = 0) -> tuple[int, int]:
        """The original's offsets from one word to another, both included, with `tail` characters behind it."""
        return self.folded.span(self.starts[first], self.ends[last] + tail)

    @cached_property
    def shouts(self) -> bool:
        """Whether the text is written in capitals, so that one more tells nothing."""
        sample = [index for index in range(min(len(self.words), _MIDDLE)) if len(self.words[index]) > 2]
        if len(sample) < 4:
            return False
        titles = len(sample) > 5 and sum(map(self.is_capital, sample)) > 0.8 * len(sample)
        return titles or sum(map(self.is_shout, sample)) > 0.6 * len(sample)

    def _humps(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """Where the words of hashtags and handles are to be cut: at the capitals of the original."""
        cuts: dict[int, tuple[tuple[int, int], ...]] = {}
        if self.folded.text == self.original:
            return cuts
        for tag in _TAG.finditer(self.folded.text):
            for word in LETTERS.finditer(self.folded.text, tag.start(), tag.end()):
                origin = self.folded.origin
                written = "".join(self.original[origin[at]] for at in range(word.start(), word.end()))
                spans = tuple((word.start() + m.start(), word.start() + m.end()) for m in _HUMPS.finditer(written))
                if len(spans) > 1:
                    cuts[word.start()] = spans
        return cuts
