"""What other thresholds would have cost people, from the flags that they decided and the comments that they read for the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.policy import Policy, Rule
from bot.domain.thresholds import COST_OF_A_MISS, Point, Proposal, propose
from bot.evaluation.decided import DecidedFlag, ReadDraw, best_scores
from bot.store import Session


@dataclass(frozen=True, slots=True)
class Threshold:
    """What to do with the threshold of one signal of one rule. Nothing is changed: a person edits the policy."""

    rule: str
    signal: str
    proposal: Proposal


def propose_thresholds(
    session: Session, policy: Policy, decided: Sequence[DecidedFlag], read: Sequence[ReadDraw]
) -> list[Threshold]:
    """For each signal that raised decided flags, the threshold that would have cost least. It is the policy's, not a stricter page's.

    Only flags of a single rule count: of several, nobody knows which one the decision was about.
    """
    drawn = [(flag, each.weight) for each in read for flag in each.flags]
    scores = best_scores(session, [flag.revision for flag in (*decided, *(flag for flag, _ in drawn))])
    proposals: list[Threshold] = []
    for rule in policy.rules:
        flags = [flag for flag in decided if flag.rules == {rule.id}]
        for signal, now in rule.signals.items() if flags else ():
            told = [_point(flag, flag.right, scores, signal) for flag in flags if _hangs_on(rule, signal, flag, scores)]
            sample = [_point(f, f.right and rule.id in f.named, scores, signal, weight) for f, weight in drawn]
            if told:
                miss = COST_OF_A_MISS[rule.severity]
                proposals.append(Threshold(rule.id, signal, propose(told, sample, now, miss)))
    return proposals


def _hangs_on(rule: Rule, signal: str, flag: DecidedFlag, scores: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether this signal, and no other one of the rule, raised the flag: then its threshold decides."""
    found = scores.get(flag.revision, {})
    return [name for name, least in rule.signals.items() if found.get(name, 0.0) >= least] == [signal]


def _point(
    flag: DecidedFlag, right: bool, scores: Mapping[str, Mapping[str, float]], signal: str, weight: float = 1.0
) -> Point:
    return Point(scores.get(flag.revision, {}).get(signal, 0.0), right, weight)
