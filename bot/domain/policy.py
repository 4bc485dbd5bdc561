"""The school's policy: rules that rest on clauses, and which of them a comment's signals break (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from pydantic import Field, model_validator

from bot.domain.bundles import BundleRules
from bot.domain.class_pages import ClassPage, Severity
from bot.domain.consent import ConsentKind, Cover
from bot.domain.durations import Duration
from bot.domain.fields import Strict
from bot.domain.strikes import NEVER, StrikeStep
from moderators.base import Signal


class Fact(StrEnum):
    """What is known of a comment beside its signals; a level's `when` is made of these."""

    AUTHOR_IS_STAFF = "author_is_staff"
    AUTHOR_IS_STUDENT = "author_is_student"
    AUTHOR_IS_PARENT = "author_is_parent"
    AUTHOR_IS_OUTSIDER = "author_is_outsider"
    AUTHOR_WAS_FLAGGED = "author_was_flagged"
    PAGE_IS_NOT_PUBLIC = "page_is_not_public"
    FIRST_NAME_ONLY = "first_name_only"
    NOT_SURE = "not_sure"


class Assent(StrEnum):
    """What an assent to a comment that breaks a rule is: a milder breach, one as serious, or none at all."""

    LOWER = "lower"
    KEEP = "keep"
    NONE = "none"


class Level(Strict):
    """A milder or sterner reading of a rule, taken when all of `when` is known to hold."""

    when: tuple[Fact, ...] = Field(min_length=1)
    severity: Severity
    answer_within: Duration
    recommend: str
    restricted: bool = False


class Step(Strict):
    """One line of an escalation's checklist (MATRIX.md, IV.A.3). `personal` steps are never reassigned or waived."""

    do: str = Field(min_length=1)
    telephone: tuple[str, ...] = ()
    clause: str = ""
    within: Duration = timedelta(hours=24)
    personal: bool = False


class Rule(Strict):
    """One line of policy.yaml. `signals` maps a signal's name to the lowest score that breaks the rule.

    `only_beside` maps one to the findings beside which it counts, each with its lowest score: the model reads that a record is told,
    and only a student who is named in the same comment makes it a record of somebody.
    `look` maps one to a lower score from which a person is asked to look: the level for `not_sure` says how urgently.
    `consent` names the consents that cover a student here: findings about a student who has both halves do not count.
    `assent` says what becomes of a "same" under a comment that breaks it; `strike`, that an upheld flag of it is remembered for
    30 days as `author_was_flagged`.
    """

    id: str = Field(pattern=r"^[a-z_]{3,40}$")
    title: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    counts: str = Field(min_length=1)
    severity: Severity
    answer_within: Duration
    recommend: str = Field(min_length=1)
    tell: tuple[str, ...] = ("administrator",)
    signals: dict[str, float] = Field(default_factory=dict)
    only_beside: dict[str, dict[str, float]] = Field(default_factory=dict)
    look: dict[str, float] = Field(default_factory=dict)
    restricted: bool = False
    never_hold: bool = False
    hold_on_open_pages: bool = False
    stub_evidence: bool = False
    assent: Assent = Assent.LOWER
    strike: bool = False
    consent: ConsentKind | None = None
    levels: tuple[Level, ...] = ()
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _keeps_what_no_policy_changes(self) -> Self:
        if self.consent and self.severity is Severity.CRITICAL:
            raise ValueError(f"rule {self.id}: no consent covers a critical rule; leave `consent` out")
        if self.strike and self.id == NEVER:
            raise ValueError(f"rule {self.id}: a cry for help is never a strike; leave `strike` out")
        return self


class Policy(Strict):
    """`policy.yaml`: every rule of MATRIX.md, the steps that every critical incident takes, raids, and what strikes call for."""

    source: str = Field(min_length=1)
    bundles: BundleRules = BundleRules()
    every_critical: tuple[Step, ...] = ()
    any_case: tuple[Step, ...] = ()
    strikes: tuple[StrikeStep, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if doubled := {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"rule {sorted(doubled)[0]} stands twice")
        for rule in self.rules:
            if bad := [name for name, threshold in rule.signals.items() if not 0 < threshold < 1]:
                raise ValueError(f"rule {rule.id}: the threshold of {bad[0]} must lie between 0 and 1")
            if bad := [name for name, beside in rule.only_beside.items() if name not in rule.signals or not beside]:
                raise ValueError(
                    f"rule {rule.id}: only_beside.{bad[0]} must be a signal of the rule, and name what it needs"
                )
            if bad := [n for beside in rule.only_beside.values() for n, least in beside.items() if not 0 < least < 1]:
                raise ValueError(f"rule {rule.id}: only_beside: the score of {bad[0]} must lie between 0 and 1")
            if bad := [name for name, threshold in rule.look.items() if not 0 < threshold < rule.signals.get(name, 0)]:
                raise ValueError(f"rule {rule.id}: look.{bad[0]} must lie between 0 and the threshold of that signal")
            if rule.look and not any(level.when == (Fact.NOT_SURE,) for level in rule.levels):
                raise ValueError(f"rule {rule.id}: add a level with `when: [not_sure]` that says how urgent a look is")
        return self

    def rule(self, id: str) -> Rule:
        """The rule of that id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a comment breaks, with the signal that shows it best and the severity that applies here."""

    rule: Rule
    severity: Severity
    within: timedelta
    recommend: str
    restricted: bool
    signal: Signal
    why: str
    level: tuple[Fact, ...] = ()
    """The facts for which a level of the rule was taken; none: the rule's own reading."""


Covers = Mapping[ConsentKind, Mapping[str, Cover]]
"""Which students (by the roster's ids) are covered for what."""

NOBODY_COVERED: Covers = MappingProxyType({})


def broken_rules(
    policy: Policy,
    page: ClassPage,
    signals: Sequence[Signal],
    facts: Iterable[Fact],
    covers: Covers = NOBODY_COVERED,
) -> list[Broken]:
    """The rules that these signals break on this page, the most severe first.

    A rule is broken by its best signal alone: scores of several detectors are not added up.
    """
    known = frozenset(facts)
    broken = [
        found
        for rule in policy.rules
        if (found := _broken(rule, page, _uncovered(rule, signals, covers), known)) is not None
    ]
    return sorted(broken, key=lambda b: (b.severity.rank, b.within))


def covered_by(
    policy: Policy, page: ClassPage, signals: Sequence[Signal], covers: Covers
) -> list[tuple[Rule, str, Cover]]:
    """Which rule would be broken, were it not for the consents of which student."""
    found: dict[tuple[str, str], tuple[Rule, str, Cover]] = {}
    for rule in policy.rules:
        students = covers.get(rule.consent, {}) if rule.consent else {}
        for signal in reached(rule, page, signals) if students else ():
            if signal.student is not None and signal.student in students:
                found[rule.id, signal.student] = (rule, signal.student, students[signal.student])
    return list(found.values())


def _uncovered(rule: Rule, signals: Sequence[Signal], covers: Covers) -> Sequence[Signal]:
    students = covers.get(rule.consent, {}) if rule.consent else {}
    return [s for s in signals if s.student not in students or s.name not in rule.signals] if students else signals


def reached(rule: Rule, page: ClassPage, signals: Sequence[Signal]) -> list[Signal]:
    """The signals that reach the threshold which this rule has on this page."""
    thresholds = thresholds_of(rule, page)
    return [s for s in counting(rule, signals) if s.score >= thresholds[s.name]]


def counting(rule: Rule, signals: Sequence[Signal]) -> list[Signal]:
    """The signals of a comment that say something of this rule, without those that stand alone (`only_beside`)."""
    alone = {
        name
        for name, beside in rule.only_beside.items()
        if not any(s.score >= beside.get(s.name, 2.0) for s in signals)
    }
    return [s for s in signals if s.name in rule.signals and s.name not in alone]


def thresholds_of(rule: Rule, page: ClassPage) -> Mapping[str, float]:
    """The lowest score of each signal that breaks this rule on this page, which may be stricter than the policy."""
    change = page.rules.get(rule.id)
    if change is None or change.threshold is None:
        return rule.signals
    return {name: min(threshold, change.threshold) for name, threshold in rule.signals.items()}


def unwatched(policy: Policy, watched: Iterable[str]) -> list[str]:
    """The ids of rules that no healthy detector watches, given the signals that are watched (DESIGN.md 5)."""
    names = frozenset(watched)
    return [rule.id for rule in policy.rules if not names & rule.signals.keys()]


def held_by_machine(page: ClassPage, broken: Sequence[Broken], *, open_to_public: bool) -> bool:
    """Whether the comment is hidden until a person has looked.

    Never for self_harm and child_abuse: a held cry for help is seen by nobody who would help (DESIGN.md 6).
    """
    if any(b.rule.never_hold for b in broken):
        return False
    wanted = any(b.severity in page.hold_until_reviewed for b in broken)
    return wanted or (open_to_public and any(b.rule.hold_on_open_pages for b in broken))


def steps_for(policy: Policy, rules: Sequence[Rule], *, critical: bool) -> list[Step]:
    """The checklist of an escalation: what the rules ask for, then what every critical incident does, each once."""
    steps = [step for rule in rules for step in rule.steps]
    if critical:
        steps += policy.every_critical
    steps += policy.any_case
    return list(dict.fromkeys(steps))


def as_read(rule: Rule, page: ClassPage, facts: Iterable[Fact], signal: Signal) -> Broken:
    """The rule as somebody found it broken who has read the comment, whatever the detectors say; `signal` says so."""
    return _reading(rule, page, frozenset(facts), signal, _sentence(signal.why))


def _broken(rule: Rule, page: ClassPage, signals: Sequence[Signal], facts: frozenset[Fact]) -> Broken | None:
    over = reached(rule, page, signals)
    if not over:
        over = [s for s in counting(rule, signals) if s.score >= rule.look.get(s.name, 2.0)]
        facts |= {Fact.NOT_SURE}
    if not over:
        return None
    best = max(over, key=lambda s: s.score)
    if all("first_name_only" in s.traits for s in over):
        facts |= {Fact.FIRST_NAME_ONLY}
    said = dict.fromkeys(_sentence(s.why) for s in sorted(over, key=lambda s: -s.score) if s.why)
    return _reading(rule, page, facts, best, " ".join(said) or rule.counts)


def _reading(rule: Rule, page: ClassPage, facts: frozenset[Fact], signal: Signal, why: str) -> Broken:
    """The level of the rule that holds here, made stricter where the page asks for it."""
    change = page.rules.get(rule.id)
    level = next((level for level in rule.levels if facts.issuperset(level.when)), None)
    severity, within = (level.severity, level.answer_within) if level else (rule.severity, rule.answer_within)
    if change:
        severity = min(severity, change.severity or severity, key=lambda s: s.rank)
        within = min(within, change.answer_within or within)
    return Broken(
        rule=rule,
        severity=severity,
        within=within,
        recommend=level.recommend if level else rule.recommend,
        restricted=level.restricted if level else rule.restricted,
        signal=signal,
        why=why,
        level=level.when if level else (),
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else words + "."
