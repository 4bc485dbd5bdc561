"""The threshold that would have cost people least, from what they have decided. It is proposed and never set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.class_pages import Severity
from bot.domain.policy import Rule, counting
from moderators.base import Signal

COST_OF_A_MISS: Mapping[Severity, float] = MappingProxyType(
    {Severity.CRITICAL: 10.0, Severity.HIGH: 5.0, Severity.MEDIUM: 2.0, Severity.LOW: 1.0}
)
"""How many flags in vain a miss outweighs. Nothing in the bulletin says so: it is ours, and it is told with every proposal."""

FEWEST = 20
"""Decided flags below which nothing is proposed."""

_GAIN = 0.1
_FEWEST_MISSES = 2  # in the sample: one alone is chance, and lowers no threshold
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
    flags: int
    """The decided flags that it rests on, beside the comments of the sample."""
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


def propose(flags: Sequence[Point], sample: Sequence[Point], now: float, miss: float) -> Proposal:
    """The threshold at which flags in vain and misses together cost least.

    `flags` are comments that people decided, `sample` those of the weekly draws: only these say what lies below a threshold. Of
    thresholds that cost the same the one nearest to `now` is taken, and one that saves less than a tenth is not worth a change.
    """
    points = [*flags, *sample]
    today = cost(points, now)
    if len(flags) < FEWEST or len({point.right for point in flags}) < 2:
        return Proposal(now, None, f"too little is known: {len(flags)} decided flags", len(flags), today, today)
    may_lower = sum(point.right and point.score < now for point in sample) >= _FEWEST_MISSES
    steps = [step / 100 for step in range(_LOWEST, _HIGHEST + 1) if may_lower or step / 100 >= now]
    costs = {step: cost(points, step) for step in steps}
    best = min(steps, key=lambda step: (costs[step].of(miss), abs(step - now)), default=now)
    if not steps or costs[best].of(miss) >= (1 - _GAIN) * today.of(miss):
        return Proposal(now, None, "it had better stay", len(flags), today, today)
    return Proposal(now, best, f"a miss counts as {miss:g} flags in vain", len(flags), today, costs[best])
