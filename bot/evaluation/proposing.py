"""What other thresholds would have cost people, from the flags that they decided and the comments that they read for the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.policy import Fact, Policy, Rule
from bot.domain.thresholds import COST_OF_A_MISS, Point, Proposal, counting_scores, propose, propose_levels
from bot.evaluation.decided import DecidedFlag, ReadDraw, best_scores
from bot.store import Session


class At(StrEnum):
    """Where a threshold stands in the policy."""

    SIGNALS = "signals"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What to do with one threshold of one signal of one rule. Nothing is changed: a person edits the policy.

    Where the signal has a `look` too, a violation below its threshold in `signals` is no miss but one that is only looked at.
    """

    rule: str
    signal: str
    at: At
    has_look: bool
    proposal: Proposal


def propose_thresholds(
    session: Session, policy: Policy, decided: Sequence[DecidedFlag], read: Sequence[ReadDraw]
) -> list[Threshold]:
    """For each signal that raised decided flags, the thresholds that would have cost least. They are the policy's, not a stricter page's.

    Only flags of a single rule count: of several, nobody knows which one the decision was about.
    """
    drawn = [(flag, each.weight) for each in read for flag in each.flags]
    scores = best_scores(session, [flag.revision for flag in (*decided, *(flag for flag, _ in drawn))])
    proposals: list[Threshold] = []
    for rule in policy.rules:
        flags = [flag for flag in decided if flag.rules == {rule.id}]
        if flags:
            revisions = {flag.revision for flag in (*flags, *(flag for flag, _ in drawn))}
            counted = {revision: counting_scores(rule, scores.get(revision, {})) for revision in revisions}
            proposals += _of_rule(rule, flags, drawn, counted)
    return proposals


def _of_rule(
    rule: Rule,
    flags: Sequence[DecidedFlag],
    drawn: Sequence[tuple[DecidedFlag, float]],
    counted: Mapping[str, Mapping[str, float]],
) -> Iterator[Threshold]:
    raised = {flag.revision: _raised_by(rule, counted[flag.revision]) for flag in flags}
    miss = COST_OF_A_MISS[rule.severity]
    for signal, now in rule.signals.items():
        alone = [_point(f, f.right, counted, signal) for f in flags if raised[f.revision] == [signal]]
        if not alone:
            continue
        sample = [_point(f, f.right and rule.id in f.named, counted, signal, weight) for f, weight in drawn]
        look = rule.look.get(signal)
        if look is None:
            yield Threshold(rule.id, signal, At.SIGNALS, has_look=False, proposal=propose(alone, sample, now, miss))
            continue
        told, looked = [p for p in alone if p.score >= now], [p for p in alone if p.score < now]
        upper, lower = propose_levels(told, looked, sample, (now, look), miss, _late(rule))
        yield Threshold(rule.id, signal, At.SIGNALS, has_look=True, proposal=upper)
        yield Threshold(rule.id, signal, At.LOOK, has_look=True, proposal=lower)


def _raised_by(rule: Rule, counted: Mapping[str, float]) -> list[str]:
    """The signals that show a rule's flag to anybody. Of one alone the thresholds decide; of several none does by itself."""
    lowest = {**rule.signals, **rule.look}
    return [name for name, least in lowest.items() if counted.get(name, 0.0) >= least]


def _late(rule: Rule) -> float:
    """What it costs that somebody is only asked to look at a violation: it is as urgent then as the level for `not_sure` says."""
    return next(COST_OF_A_MISS[level.severity] for level in rule.levels if level.when == (Fact.NOT_SURE,))


def _point(
    flag: DecidedFlag, right: bool, counted: Mapping[str, Mapping[str, float]], signal: str, weight: float = 1.0
) -> Point:
    return Point(counted[flag.revision].get(signal, 0.0), right, weight)
