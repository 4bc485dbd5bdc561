"""Figures with their uncertainty: shares with Wilson's interval, how well scores are calibrated, how two shares differ.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927); R. G. Newcombe, "Interval estimation for
the difference between independent proportions" (1998, method 10). A stratified sample counts as the simple one that is as sure
(L. Kish, "Survey Sampling", 1965: the effective sample size).
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass

Z = 1.959963984540054
"""95 %, both sides."""

BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. Of nothing there is no share, and nothing is known about it."""

    part: float
    whole: float

    @property
    def value(self) -> float | None:
        """The share, or None where there was nothing to count."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; (0, 1) where there was nothing to count."""
        return wilson(self.part / self.whole, self.whole) if self.whole else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """The comments whose score lies between `low` and `high`: what the scores promise, and what was true."""

    low: float
    high: float
    count: int
    score: float
    true: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far scores lie from how often they are right: the expected calibration error, over `BINS` bins of one width."""

    count: int
    score: float
    """The mean score."""
    true: float
    """The share of the comments for which the label is true."""
    error: float
    bins: tuple[Bin, ...]
    """Those that are not empty."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One draw: of so many clean comments so many were read, and in so many of those something had been missed."""

    population: int
    read: int
    missed: int


@dataclass(frozen=True, slots=True)
class Recall:
    """What was found, against what the draws let expect to have been missed. `value` is None where there was nothing to find."""

    found: int
    missed: float
    """The misses that the draws let expect in all the comments that they were drawn of."""
    value: float | None
    low: float
    high: float


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen in `count` trials."""
    spread = Z * Z / count
    centre = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(max(0.0, share * (1 - share) / count + spread / (4 * count)))
    return (max(0.0, centre - half), min(1.0, centre + half))


def difference(now: Share, before: Share) -> tuple[float, float] | None:
    """Newcombe's 95 % interval of `now` less `before`; None where one of them is of nothing."""
    one, other = now.value, before.value
    if one is None or other is None:
        return None
    (low, high), (low_before, high_before) = now.interval, before.interval
    down = math.hypot(one - low, high_before - other)
    up = math.hypot(high - one, other - low_before)
    return (one - other - down, one - other + up)


def recall(found: int, strata: Sequence[Stratum]) -> Recall:
    """The share that was found of all that was there, with the 95 % interval of the misses. Draws that nobody has read say nothing."""
    known = [s for s in strata if s.read]
    whole = sum(s.population for s in known)
    if not whole:
        return Recall(found, 0.0, None, 0.0, 1.0)
    share = sum(s.population * s.missed / s.read for s in known) / whole
    doubt = sum(s.population * (s.population - s.read) / s.read for s in known)  # none where every comment was read
    low, high = wilson(share, whole * whole / doubt) if doubt else (share, share)

    def of_all(missed: float) -> float:
        return found / (found + missed) if found or missed else 1.0

    value = of_all(share * whole) if found or share else None
    return Recall(found, share * whole, value, of_all(high * whole), of_all(low * whole))


def calibration(points: Iterable[tuple[float, bool]]) -> Calibration:
    """The calibration of scores, each with whether it was right."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in points:
        bins[min(BINS - 1, int(score * BINS))].append((score, right))
    kept = [
        Bin(n / BINS, (n + 1) / BINS, len(b), sum(s for s, _ in b) / len(b), sum(right for _, right in b) / len(b))
        for n, b in enumerate(bins)
        if b
    ]
    count = sum(b.count for b in kept)
    most = max(1, count)
    return Calibration(
        count=count,
        score=sum(b.score * b.count for b in kept) / most,
        true=sum(b.true * b.count for b in kept) / most,
        error=sum(abs(b.score - b.true) * b.count for b in kept) / most,
        bins=tuple(kept),
    )


def draw(ids: Iterable[str], seed: int, size: int) -> list[str]:
    """`size` of the ids by lot. Whoever knows the seed draws the same ones again, on any machine."""
    return heapq.nsmallest(size, ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())


def plain(value: object) -> object:
    """A figure as JSON can say it: a share with its parts and its interval, a dataclass as its fields."""
    if isinstance(value, Share):
        low, high = value.interval if value.whole else (None, None)
        return {"part": value.part, "whole": value.whole, "share": value.value, "low": low, "high": high}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
