"""What other thresholds would have cost people, from the flags that they decided and the comments that they read for the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.policy import Policy, Rule
from bot.domain.thresholds import COST_OF_A_MISS, Point, Proposal, counting_scores, propose
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
        if not flags:
            continue
        revisions = {flag.revision for flag in (*flags, *(flag for flag, _ in drawn))}
        counted = {revision: counting_scores(rule, scores.get(revision, {})) for revision in revisions}
        raised = {flag.revision: _raised_by(rule, counted[flag.revision]) for flag in flags}
        for signal, now in rule.signals.items():
            told = [_point(f, f.right, counted, signal) for f in flags if raised[f.revision] == [signal]]
            sample = [_point(f, f.right and rule.id in f.named, counted, signal, weight) for f, weight in drawn]
            if told:
                miss = COST_OF_A_MISS[rule.severity]
                proposals.append(Threshold(rule.id, signal, propose(told, sample, now, miss)))
    return proposals


def _raised_by(rule: Rule, counted: Mapping[str, float]) -> list[str]:
    """The signals that raised a rule's flag. Of one alone the threshold decides; of several none does by itself."""
    return [name for name, least in rule.signals.items() if counted.get(name, 0.0) >= least]


def _point(
    flag: DecidedFlag, right: bool, counted: Mapping[str, Mapping[str, float]], signal: str, weight: float = 1.0
) -> Point:
    return Point(counted[flag.revision].get(signal, 0.0), right, weight)
