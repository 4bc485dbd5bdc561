"""The rules that the program itself raises, where no detector has found anything: they stand in the policy like any other."""

from __future__ import annotations

from collections.abc import Iterable

SAMPLE = "sample"
"""A comment that nothing was found in and that a person reads all the same: it was drawn at random."""

OWN_RULES = frozenset({SAMPLE, "unchecked"})
"""Their ids, which are the names of their signals too."""


def is_only_drawn(rules: Iterable[str]) -> bool:
    """Whether these rules of a flag say only that it was drawn at random, and nobody has found anything yet."""
    known = frozenset(rules)
    return SAMPLE in known and known <= OWN_RULES
