"""A reading of a comment as a row of words, each of which still knows how and where it was written."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from moderators.folding import Folded
from moderators.roster_index import LETTERS

_TAG = re.compile(r"[#@]\w+")
_HUMPS = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_]?[a-z]+|[^\W\d_]")
_ENDS_SENTENCE = frozenset('.!?\n\r:;"“”¿¡*([')
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

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The word at an index, empty outside of the text."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def gap(self, index: int) -> str:
        """What stands between a word and the one before it (the first word: all before it), at most 40 characters."""
        start = self.ends[index - 1] if index > 0 else 0
        end = self.starts[index] if index < len(self.starts) else len(self.folded.text)
        return (
            self.folded.text[max(start, end - 40) : end] if end - start <= 40 else self.folded.text[start : start + 40]
        )

    def is_capital(self, index: int) -> bool:
        """Whether the word was written with a capital."""
        return 0 <= index < len(self.words) and self.original[self.folded.origin[self.starts[index]]].isupper()

    def opens_sentence(self, index: int) -> bool:
        """Whether the word stands where any word has a capital."""
        return index <= 0 or any(mark in _ENDS_SENTENCE for mark in self.gap(index))

    def is_telling_capital(self, index: int) -> bool:
        """A capital that only a name would have: inside a sentence, in a text that is not written in capitals."""
        return self.is_capital(index) and not self.shouts and not self.opens_sentence(index)

    def near(self, index: int, before: int, after: int) -> set[str]:
        """The words around an index, without it."""
        return {*self.words[max(0, index - before) : index], *self.words[index + 1 : index + 1 + after]}

    def at(self, offset: int) -> int:
        """The index of the first word that starts at an offset of the reading, or behind it."""
        return bisect_left(self.starts, offset)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The original's offsets from one word to another, both included."""
        return self.folded.span(self.starts[first], self.ends[last])

    @cached_property
    def shouts(self) -> bool:
        """Whether the text is written in capitals, so that one more tells nothing."""
        sample = [index for index in range(min(len(self.words), _MIDDLE)) if len(self.words[index]) > 2]
        return len(sample) >= 4 and sum(map(self.is_capital, sample)) > 0.6 * len(sample)

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
