"""Several patterns tried at once: most comments hold none of what a detector looks for, and one pass tells so."""

from __future__ import annotations

from collections.abc import Iterable

import re2

MEMORY = 8 << 20


class PatternSet:
    """Says in one linear pass which of its patterns are somewhere in a text; where, each pattern says itself."""

    def __init__(self, patterns: Iterable[re2._Regexp], memory: int = MEMORY) -> None:
        """`memory`: the bytes that the search may keep at most; a set for which they are too few finds nothing."""
        self._patterns = tuple(patterns)
        options = re2.Options()
        options.max_mem = memory
        self._set = re2.Set.SearchSet(options)
        for pattern in self._patterns:
            self._set.Add(pattern.pattern)
        if self._patterns:
            self._set.Compile()

    def which(self, text: str) -> list[int]:
        """The numbers of the patterns that match, in no order."""
        return (self._set.Match(text) or []) if self._patterns else []

    def found_in(self, text: str) -> frozenset[re2._Regexp]:
        """The patterns that match."""
        return frozenset(self._patterns[number] for number in self.which(text))
