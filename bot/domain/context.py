"""What a comment means by what stands around it: "same" under a threat, and many authors against one person.

A comment is never judged by its neighbours' words alone: it is its own author who agrees, or who joins in.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.class_pages import ClassPage, Severity
from bot.domain.policy import Assent, Broken, Fact, Policy, Rule, as_read, broken_rules, reached, thresholds_of
from moderators.base import Signal

ASSENT = "assent"
"""The signal of a comment that only agrees; with the trait `urges` it urges on, with `sad` it may be meant as comfort."""

PILE = Signal("pile", 1.0, why="Within an hour several people wrote in this way about one person or to one person.")
"""The finding of the latest comment of a pile."""

WINDOW = timedelta(hours=1)
LEAST_AUTHORS = 3
LEAST_SHARE = 1 / 3
"""Of all who wrote there, or about that student, in the hour until then: three sharp answers after thirty friendly ones are no pile. What
comes later changes nothing, so that it does not matter when the page is read."""

LENIENCE = 0.5
"""How much lower the thresholds of these rules are for comments of a pile; half: with the tune rows of the development set,
81 % of what is harassing, disparaging or hateful reaches that, and 6 % of what is clean (62 % and 2 % reach the whole)."""

_PILED = "harassment"
_SHARP = (_PILED, "disparagement")
_LOWER = {Severity.CRITICAL: Severity.HIGH, Severity.HIGH: Severity.MEDIUM}
_WITHIN = {Severity.HIGH: timedelta(hours=4), Severity.MEDIUM: timedelta(hours=24), Severity.LOW: timedelta(hours=72)}


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule that stands against a comment: flagged, and not let go."""

    rule: str
    severity: Severity
    restricted: bool


@dataclass(frozen=True, slots=True)
class Aimed:
    """A comment that is aimed at somebody. `targets` are whom or what it is about, in any words that are alike for the same one."""

    comment: str
    author: str
    at: datetime
    targets: frozenset[str]
    sharp: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """The sharp comments of several authors against one target, the latest of them last."""

    members: tuple[str, ...]

    @property
    def latest(self) -> str:
        """The comment that made it a pile, or went on with it."""
        return self.members[-1]


def is_serious(severity: Severity) -> bool:
    """Whether it is critical or high: then an assent counts, and an edit takes nothing back."""
    return severity.rank <= Severity.HIGH.rank


def draws_assent(rule: Rule, severity: Severity) -> bool:
    """Whether an assent to a comment that breaks this rule as severely as this counts: to what may be a cry for help, always."""
    if rule.assent is Assent.KEEP:
        return is_serious(rule.severity)
    return rule.assent is Assent.LOWER and is_serious(severity)


def joined(policy: Policy, page: ClassPage, assent: Signal, against: Iterable[Standing]) -> list[Broken]:
    """The rules that an assent breaks by what stands against the comment that it answers, the most severe first.

    An assent to a threat takes part in it, one level milder. "same" under a cry for help is a cry for help; whoever urges on
    there harasses. A sad face means comfort wherever an assent would be an attack.
    """
    known = {rule.id: rule for rule in policy.rules}
    found: dict[str, Broken] = {}
    for standing in against:
        rule = known.get(standing.rule)
        if rule is None or not draws_assent(rule, standing.severity):
            continue
        if rule.assent is Assent.KEEP:
            _keep(found, _taken(rule, page, assent, standing, standing.severity))
            if "urges" in assent.traits and _PILED in known:
                _keep(found, _taken(known[_PILED], page, assent, standing, known[_PILED].severity))
        elif "sad" not in assent.traits:
            _keep(found, _taken(rule, page, assent, standing, _LOWER[standing.severity]))
    return sorted(found.values(), key=lambda b: (b.severity.rank, b.within))


def _taken(rule: Rule, page: ClassPage, assent: Signal, standing: Standing, severity: Severity) -> Broken:
    change = page.rules.get(rule.id)
    if change and change.severity:
        severity = min(severity, change.severity, key=lambda s: s.rank)
    milder = severity.rank > rule.severity.rank
    within = max(rule.answer_within, _WITHIN[severity]) if milder else rule.answer_within
    does = "Urges on the author of a comment" if "urges" in assent.traits else "Agrees with a comment"
    keeps = rule.assent is Assent.KEEP
    why = f"{does} that breaks this rule{': that may be a sign of its own' if keeps else ', and so takes part in it'}."
    return Broken(
        rule=rule,
        severity=severity,
        within=min(within, change.answer_within or within) if change else within,
        recommend=rule.recommend,
        restricted=rule.restricted or standing.restricted,
        signal=assent,
        why=why,
    )


def _keep(found: dict[str, Broken], broken: Broken) -> None:
    before = found.get(broken.rule.id)
    if before is None or broken.severity.rank < before.severity.rank:
        found[broken.rule.id] = broken


def lenient(policy: Policy) -> Policy:
    """The rules against sharp words alone, with the thresholds that they have for comments of a pile."""
    rules = [
        rule.model_copy(update={"signals": {name: t * LENIENCE for name, t in rule.signals.items()}, "look": {}})
        for rule in policy.rules
        if rule.id in _SHARP
    ]
    return policy.model_copy(update={"rules": tuple(rules)})


def is_sharp(sharp: Policy, page: ClassPage, signals: Sequence[Signal]) -> bool:
    """Whether signals reach what counts towards a pile; `sharp` is the policy made `lenient`."""
    return any(reached(rule, page, signals) for rule in sharp.rules)


def sharp_scores(sharp: Policy, page: ClassPage) -> dict[str, float]:
    """The scores from which signals count towards a pile, by the signal's name."""
    found: dict[str, float] = {}
    for rule in sharp.rules:
        for name, threshold in thresholds_of(rule, page).items():
            found[name] = min(found.get(name, 1.0), threshold)
    return found


def in_pile(
    sharp: Policy, page: ClassPage, signals: Sequence[Signal], facts: Iterable[Fact], *, latest: bool
) -> list[Broken]:
    """The rules that a comment of a pile breaks, for which the thresholds are lower; the latest one stands for the whole pile."""
    known = frozenset(facts)
    found = {b.rule.id: replace(b, why=f"{b.why} {PILE.why}") for b in broken_rules(sharp, page, signals, known)}
    piled = next((rule for rule in sharp.rules if rule.id == _PILED), None)
    if latest and piled is not None and _PILED not in found:
        found[_PILED] = as_read(piled, page, known, PILE)
    return list(found.values())


def piles(comments: Iterable[Aimed]) -> list[Pile]:
    """The piles among comments: in an hour the sharp words of three authors and more, a third of all who wrote to that target."""
    by_target: defaultdict[str, list[Aimed]] = defaultdict(list)
    for comment in comments:
        for target in comment.targets:
            by_target[target].append(comment)
    found = {
        pile for aimed in by_target.values() for pile in _of_target(sorted(aimed, key=lambda a: (a.at, a.comment)))
    }
    return sorted(found, key=lambda pile: pile.members)


def _of_target(aimed: Sequence[Aimed]) -> Iterator[Pile]:
    """Slide an hour over what one target got; hours that share a comment are one pile."""
    everybody: Counter[str] = Counter()
    sharp: Counter[str] = Counter()
    window: deque[Aimed] = deque()
    pile: dict[str, None] = {}
    for newest in aimed:
        window.append(newest)
        everybody[newest.author] += 1
        sharp[newest.author] += newest.sharp
        while newest.at - window[0].at > WINDOW:
            gone = window.popleft()
            everybody[gone.author] -= 1
            sharp[gone.author] -= gone.sharp
        authors = sum(1 for count in sharp.values() if count)
        if (
            not newest.sharp
            or authors < LEAST_AUTHORS
            or authors < LEAST_SHARE * sum(1 for n in everybody.values() if n)
        ):
            continue
        members = [each.comment for each in window if each.sharp]
        if pile and pile.keys().isdisjoint(members):
            yield Pile(tuple(pile))
            pile = {}
        pile |= dict.fromkeys(members)
    if pile:
        yield Pile(tuple(pile))
