"""What the detectors found, weighed against the policy of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.class_pages import ClassPage
from bot.domain.own_rules import OWN_RULES
from bot.domain.policy import Broken, Policy, Rule, counting, thresholds_of
from bot.explaining.explanation import Raised, Weighed
from bot.store.signals import StoredFinding


def weigh(policy: Policy, page: ClassPage, findings: Sequence[StoredFinding]) -> list[Weighed]:
    """Each detector's best score of each signal, against each rule that asks for it; what breaks its rule most clearly first."""
    groups: dict[tuple[str, str], list[StoredFinding]] = {}
    for finding in findings:
        groups.setdefault((finding.moderator, finding.signal.name), []).append(finding)
    counted = _counted(policy, findings)
    weighed = [
        _weighed(rule, thresholds_of(rule, page)[signal], group)
        for (_, signal), group in groups.items()
        for rule, names in counted
        if signal in names
    ]
    return sorted(weighed, key=lambda w: (w.lowest - w.score, w.rule))


def raised(broken: Iterable[Broken], weighed: Sequence[Weighed]) -> tuple[Raised, ...]:
    """The broken rules, each with what broke it."""
    return tuple(
        Raised(
            rule=b.rule.id,
            title=b.rule.title,
            clause=b.rule.clause,
            severity=b.severity,
            within=b.within,
            level=tuple(b.level),
            restricted=b.restricted,
            recommend=b.recommend,
            why=b.why,
            by=tuple(w for w in weighed if w.rule == b.rule.id and w.counts),
        )
        for b in broken
    )


def unused(policy: Policy, findings: Sequence[StoredFinding]) -> list[tuple[str, float]]:
    """Signals that count for no rule here, with their best scores: a model has more labels than the policy, and some stand alone."""
    asked = {name for _, names in _counted(policy, findings) for name in names} | OWN_RULES
    best: dict[str, float] = {}
    for finding in findings:
        name, score = finding.signal.name, finding.signal.score
        if name not in asked:
            best[name] = max(best.get(name, 0.0), score)
    return sorted(best.items(), key=lambda pair: -pair[1])


def _counted(policy: Policy, findings: Sequence[StoredFinding]) -> list[tuple[Rule, frozenset[str]]]:
    """Each rule with the names of the signals that count for it beside what else was found (`Rule.only_beside`)."""
    signals = [finding.signal for finding in findings]
    return [(rule, frozenset(s.name for s in counting(rule, signals))) for rule in policy.rules]


def _weighed(rule: Rule, threshold: float, group: Sequence[StoredFinding]) -> Weighed:
    best = max(group, key=lambda f: f.signal.score)
    lowest = min(threshold, rule.look.get(best.signal.name, threshold))
    places = {(f.signal.start, f.signal.end) for f in group if f.signal.start < f.signal.end}
    strong = {(f.signal.start, f.signal.end) for f in group if f.signal.score >= lowest} & places
    return Weighed(
        rule=rule.id,
        title=rule.title,
        signal=best.signal.name,
        score=best.signal.score,
        threshold=threshold,
        look=lowest if lowest < threshold else None,
        moderator=best.moderator,
        version=best.version,
        spans=tuple(sorted(strong or places)),
    )
