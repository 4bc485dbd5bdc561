"""Cuts a long text into overlapping windows, so that a model with a short memory reads all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

MAX_WINDOWS: Final = 400
"""Different windows of one text that are scored; above it the text is said to be too long, never read in part.

About 6,000 word pieces or 25,000 characters of prose, five seconds of one core at most (measured). Repeated text is
read once, so it may be far longer.
"""

CLOSE: Final = 30
CLOSE_OVERLAP: Final = 10
"""A long text is read twice: in whole windows, and closely, in windows of a sentence or two. See `discounted`."""

CLOSE_FROM: Final = 0.05
"""A long text is read closely where a whole window reaches this score on any label. Below it the close reading finds next to
nothing (of 1,199 violations in the midst of harmless texts 611 without this bound and 610 with it), and every second long everyday
comment lies below.
"""

READING: Final = 2
"""Number of this way of reading: it stands in the version of every model, since another way gives other scores."""

TOO_LONG: Final = "too long to check completely"


def wants_close_reading(scores: Iterable[float]) -> bool:
    """Whether a text is read closely, by the scores of its whole windows. A score that is no number wants it, too."""
    return not all(score < CLOSE_FROM for score in scores)


def discounted(score: float) -> float:
    """What a close window's score counts: a sentence out of its context must be plain to count (.5 is 0, .9 is .8).

    Without the close reading an open threat among eighty harmless words is missed; without the discount too many long harmless
    comments are flagged (both measured).
    """
    return max(0.0, 2 * score - 1)


def undiscounted(score: float) -> float:
    """The score of a close window that counts so much: the other way round of `discounted`."""
    return (score + 1) / 2


def spans(length: int, window: int, overlap: int) -> list[tuple[int, int]]:
    """Start and end of each window over `length` tokens; all tokens are in one, neighbours share `overlap`."""
    if length <= window:
        return [(0, length)]
    step = window - overlap
    starts = range(0, length - overlap, step)
    return [(start, min(start + window, length)) for start in starts]


def cut(text: str, offsets: Sequence[tuple[int, int]], window: int, overlap: int) -> list[str]:
    """The different windows of a text, in order; one that repeats another adds nothing and is left out.

    `offsets` are the places of its tokens. The text is cut, not its tokens, so that every engine reads the same windows.
    """
    if not offsets:
        return [text]
    found = spans(len(offsets), window, overlap)
    return list(dict.fromkeys(text[offsets[start][0] : offsets[end - 1][1]] for start, end in found))
