"""Chooses the model's thresholds on a labelled set, and says what they are worth on comments that did not choose them.

With twenty to sixty violations of a rule a threshold hangs on one to three texts. So each is chosen on many samples of the set, drawn with
replacement, and the one in the middle is taken; recall and precision are those of five parts, each judged by thresholds that the other four
chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain.class_pages import Severity
from bot.domain.measuring import Share
from bot.domain.policy import Policy, Rule
from bot.domain.thresholds import COST_OF_A_MISS, counting_scores
from bot.evaluation.figures import Judged

MOST: Final = 0.05
"""Share of the clean comments that the model may flag in vain, beside what the exact detectors flag."""

_SURE: Final = 0.75
"""From the score on at which three of four are right, a critical rule is told at once; below it a person is asked to look."""

_SAMPLES: Final = 25
_PARTS: Final = 5
_STEPS: Final = np.round(np.arange(0.96, 0.07, -0.02), 2)
_SEED: Final = 7

_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One rule's threshold of the model's signal of the same name, and what it is worth together with the rule's other signals.

    `sure` is at or above it: for a critical rule the policy's `signals`, with `threshold` as its `look`. Others have no `look`.
    """

    rule: str
    critical: bool
    threshold: float
    sure: float
    recall: Share
    precision: Share


@dataclass(frozen=True, slots=True)
class _Set:
    """A set as arrays, [comments, rules]: the model's score, whether another signal raises the rule, whether it is broken.

    What counts only beside another finding (`Rule.only_beside`) and stands alone has no score and raises nothing.
    """

    scores: _Floats
    raised: _Flags
    broken: _Flags
    clean: _Flags
    flagged: _Flags
    """Whether something that the model has no part in flags the comment."""
    cost: _Floats


def choose(judged: Sequence[Judged], policy: Policy, labels: frozenset[str], most: float = MOST) -> list[Chosen]:
    """The thresholds of every rule that the model knows by its name, in the policy's order.

    A comment that could not be checked chooses nothing: nobody knows its scores.
    """
    rules = [rule for rule in policy.rules if rule.id in labels and rule.id in rule.signals]
    scored = [j for j in judged if not j.prediction.failed]
    if not rules or not scored:
        return []
    whole = _arrays(scored, rules)
    chosen = _steadied(whole, most)
    found = np.zeros_like(whole.broken)
    parts = np.random.default_rng(_SEED).permutation(len(scored)) % _PARTS
    for part in range(_PARTS):
        inside = parts == part
        others = _steadied(_take(whole, np.flatnonzero(~inside)), most)
        found[inside] = (whole.scores[inside] >= others) | whole.raised[inside]
    return [_chosen(rule, whole, at, float(chosen[at]), found[:, at]) for at, rule in enumerate(rules)]


def _chosen(rule: Rule, whole: _Set, at: int, threshold: float, found: _Flags) -> Chosen:
    broken, scores = whole.broken[:, at], whole.scores[:, at]
    right = int((found & broken).sum())
    steps = sorted(float(step) for step in _STEPS if step >= threshold)
    sure = next((step for step in steps if _right(broken[scores >= step]) >= _SURE), steps[-1])
    critical = rule.severity is Severity.CRITICAL
    return Chosen(rule.id, critical, threshold, sure, Share(right, int(broken.sum())), Share(right, int(found.sum())))


def _right(broken: _Flags) -> float:
    return float(broken.mean()) if broken.size else 0.0


def _steadied(whole: _Set, most: float) -> _Floats:
    """The thresholds in the middle of those that samples of the set choose."""
    draw = np.random.default_rng(_SEED)
    count = len(whole.clean)
    found = [_greedy(_take(whole, draw.integers(0, count, count)), most) for _ in range(_SAMPLES)]
    middle: _Floats = np.median(np.stack(found), axis=0).round(2)
    return middle


def _greedy(some: _Set, most: float) -> _Floats:
    """Lower, step by step, the threshold that finds most for each clean comment that it newly troubles somebody with."""
    rules = some.scores.shape[1]
    at = np.zeros(rules, dtype=np.int64)
    budget = most * some.clean.sum()
    troubled = np.zeros_like(some.clean)
    while True:
        best: tuple[float, int, int, _Flags] | None = None
        for rule in range(rules):
            for step in range(int(at[rule]) + 1, len(_STEPS)):
                newly = (some.scores[:, rule] >= _STEPS[step]) & (some.scores[:, rule] < _above(at[rule]))
                right = (newly & some.broken[:, rule] & ~some.raised[:, rule]).sum() * some.cost[rule]
                if not right:
                    continue
                wrong = newly & some.clean & ~some.flagged & ~troubled
                gain = float(right / (wrong.sum() + 0.3))
                if troubled.sum() + wrong.sum() <= budget and (best is None or gain > best[0]):
                    best = (gain, rule, step, wrong)
        if best is None or best[0] < 1:
            return _STEPS[at]
        _, rule, step, wrong = best
        at[rule], troubled = step, troubled | wrong


def _above(step: np.int64) -> float:
    return float(_STEPS[step]) if step else 2.0


def _arrays(judged: Sequence[Judged], rules: Sequence[Rule]) -> _Set:
    counted = [[counting_scores(rule, j.prediction.signals) for rule in rules] for j in judged]
    scores = np.array([[each.get(rule.id, 0.0) for rule, each in zip(rules, row, strict=True)] for row in counted])
    raised = np.array([[_others(rule, each) for rule, each in zip(rules, row, strict=True)] for row in counted])
    ids = {rule.id for rule in rules}
    return _Set(
        scores=scores,
        raised=raised,
        broken=np.array([[rule.id in j.labels for rule in rules] for j in judged]),
        clean=np.array([not j.labels for j in judged]),
        flagged=np.array([bool(set(j.prediction.labels) - ids) for j in judged]) | raised.any(axis=1),
        cost=np.array([_cost(rule.severity) for rule in rules]),
    )


def _others(rule: Rule, counted: Mapping[str, float]) -> bool:
    """Whether a signal that is not the model's own reaches its threshold, or the lower one from which a person looks."""
    lowest = {**rule.signals, **rule.look}
    return any(score >= lowest[name] for name, score in counted.items() if name != rule.id)


def _cost(severity: Severity) -> float:
    return COST_OF_A_MISS[severity]


def _take(whole: _Set, rows: npt.NDArray[np.int64]) -> _Set:
    return _Set(
        whole.scores[rows], whole.raised[rows], whole.broken[rows], whole.clean[rows], whole.flagged[rows], whole.cost
    )
