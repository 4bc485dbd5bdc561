"""The threshold that would have cost people least, from what they have decided. It is proposed and never set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.class_pages import Severity
from bot.domain.measuring import Share
from bot.domain.policy import Rule, counting
from moderators.base import Signal

COST_OF_A_MISS: Mapping[Severity, float] = MappingProxyType(
    {Severity.CRITICAL: 10.0, Severity.HIGH: 5.0, Severity.MEDIUM: 2.0, Severity.LOW: 1.0}
)
"""How many flags in vain a miss outweighs. Nothing in the bulletin says so: it is ours, and it is told with every proposal."""

FEWEST = 20
"""Decided flags of a level below which nothing is proposed for it."""

_GAIN = 0.1
_FEWEST_MISSES = 2  # below the threshold: one alone is chance, and lowers none
_LOWEST, _HIGHEST = 5, 95


@dataclass(frozen=True, slots=True)
class Point:
    """One comment that somebody has judged: its score, whether the rule was broken, and how many comments it stands for."""

    score: float
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a threshold costs: flags in vain, and violations that nobody is shown."""

    in_vain: float
    missed: float

    def of(self, miss: float) -> float:
        """Both together, where one miss outweighs `miss` flags in vain."""
        return self.in_vain + miss * self.missed


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do with one threshold. `threshold` is None where it had better stay, or where too little is known (`why`)."""

    now: float
    threshold: float | None
    why: str
    upheld: Share
    """Of the decided flags that it rests on, beside what lies below the threshold, those that people upheld."""
    cost_now: Cost
    cost_then: Cost


def counting_scores(rule: Rule, best: Mapping[str, float]) -> dict[str, float]:
    """Of the best score of each signal of a comment, those that count for a rule: no threshold makes one count that stands alone."""
    return {signal.name: signal.score for signal in counting(rule, [Signal(name, best[name]) for name in best])}


def cost(points: Iterable[Point], threshold: float) -> Cost:
    """What this threshold would have cost."""
    in_vain = missed = 0.0
    for point in points:
        if point.score >= threshold and not point.right:
            in_vain += point.weight
        elif point.score < threshold and point.right:
            missed += point.weight
    return Cost(in_vain, missed)


def propose(
    flags: Sequence[Point],
    below: Sequence[Point],
    now: float,
    miss: float,
    *,
    steps: range = range(_LOWEST, _HIGHEST + 1),
    missed: str = "a miss",
) -> Proposal:
    """The threshold at which flags in vain and misses together cost least.

    `flags` are the comments that it raised and people decided, `below` what is known of those that it did not raise: the comments of
    the weekly draws. `steps` are the thresholds, in hundredths, that may be proposed. Of those that cost the same the one nearest to
    `now` is taken, and one that saves less than a tenth is not worth a change. `missed` is what a miss is called.
    """
    points = [*flags, *below]
    today, upheld = cost(points, now), Share(sum(point.right for point in flags), len(flags))
    if little := _too_little(upheld):
        return Proposal(now, None, f"too little is known: {little}", upheld, today, today)
    may_lower = sum(point.right and point.score < now for point in below) >= _FEWEST_MISSES
    costs = {step / 100: cost(points, step / 100) for step in steps if may_lower or step / 100 >= now}
    best = min(costs, key=lambda step: (costs[step].of(miss), abs(step - now)), default=now)
    if not costs or costs[best].of(miss) >= (1 - _GAIN) * today.of(miss):
        return Proposal(now, None, "it had better stay", upheld, today, today)
    return Proposal(now, best, f"{missed} counts as {miss:g} flags in vain", upheld, today, costs[best])


def propose_levels(
    told: Sequence[Point],
    looked: Sequence[Point],
    sample: Sequence[Point],
    now: tuple[float, float],
    miss: float,
    late: float,
) -> tuple[Proposal, Proposal]:
    """The thresholds of a signal that has two: from which it is told at once, and the lower one from which a person is asked to look.

    `told` and `looked` are the decided flags of the two levels, `now` their thresholds. Below the lower one a violation is missed, and
    of that the weekly draws (`sample`) tell. Between the two it is only looked at, which outweighs `late` flags in vain: of that the
    looks tell. Whichever of the two proposals a person follows, the lower threshold stays the lower one.
    """
    sure, look = now
    lower = propose(looked, sample, look, miss, steps=range(_LOWEST, min(_HIGHEST, _below(sure)) + 1))
    edge = max(look, lower.threshold or look)
    seen = [point for point in looked if point.score >= edge]
    upper = propose(
        told,
        seen,
        sure,
        late,
        steps=range(max(_LOWEST, _above(edge)), _HIGHEST + 1),
        missed="one that is only looked at",
    )
    return upper, lower


def _too_little(upheld: Share) -> str:
    """Why nothing can be proposed from these decided flags, or nothing."""
    if upheld.whole < FEWEST:
        return f"{upheld.whole:.0f} decided flags of {FEWEST}"
    if upheld.part in (0, upheld.whole):
        return f"all {upheld.whole:.0f} decided flags were {'upheld' if upheld.part else 'cleared'}"
    return ""


def _below(threshold: float) -> int:
    """The highest step below a threshold."""
    return math.ceil(round(threshold * 100, 6)) - 1


def _above(threshold: float) -> int:
    """The lowest step above a threshold."""
    return math.floor(round(threshold * 100, 6)) + 1
