"""Cuts a long text into overlapping windows, so that a model with a short memory reads all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MAX_WINDOWS: Final = 160
"""Different windows of one text that are scored; above it the text is said to be too long, never read in part.

Measured: about 16,000 word pieces, 60,000 characters of prose, a second of one core.
"""

TOO_LONG: Final = "too long to check completely"


def spans(length: int, window: int, overlap: int) -> list[tuple[int, int]]:
    """Start and end of each window over `length` tokens; all tokens are in one, neighbours share `overlap`."""
    if length <= window:
        return [(0, length)]
    step = window - overlap
    starts = range(0, length - overlap, step)
    return [(start, min(start + window, length)) for start in starts]


def windows(ids: Sequence[int], window: int, overlap: int) -> list[tuple[int, ...]]:
    """The different windows of a text, in order; one that repeats another adds nothing and is left out."""
    found = (tuple(ids[start:end]) for start, end in spans(len(ids), window, overlap))
    return list(dict.fromkeys(found))
