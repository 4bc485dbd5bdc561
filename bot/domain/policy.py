"""The school's policy: rules that rest on clauses, and which of them a comment's signals break (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from bot.domain.class_pages import ClassPage, Severity, Slug, Strict, looser_than
from bot.domain.durations import Duration
from moderators.base import Signal


class Fact(StrEnum):
    """What is known of a comment beside its signals; a level's `when` is made of these."""

    AUTHOR_IS_STAFF = "author_is_staff"
    AUTHOR_IS_STUDENT = "author_is_student"
    PAGE_IS_NOT_PUBLIC = "page_is_not_public"
    FIRST_NAME_ONLY = "first_name_only"


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
    """One line of policy.yaml. `signals` maps a signal's name to the lowest score that breaks the rule."""

    id: str = Field(pattern=r"^[a-z_]{3,40}$")
    title: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    counts: str = Field(min_length=1)
    severity: Severity
    answer_within: Duration
    recommend: str = Field(min_length=1)
    tell: tuple[str, ...] = ("administrator",)
    signals: dict[str, float] = Field(default_factory=dict)
    restricted: bool = False
    never_hold: bool = False
    hold_on_open_pages: bool = False
    stub_evidence: bool = False
    levels: tuple[Level, ...] = ()
    steps: tuple[Step, ...] = ()


class Policy(Strict):
    """`policy.yaml`: every rule of MATRIX.md, and the steps that every critical incident takes."""

    source: str = Field(min_length=1)
    every_critical: tuple[Step, ...] = ()
    any_case: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if doubled := {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"rule {sorted(doubled)[0]} stands twice")
        for rule in self.rules:
            if bad := [name for name, threshold in rule.signals.items() if not 0 < threshold < 1]:
                raise ValueError(f"rule {rule.id}: the threshold of {bad[0]} must lie between 0 and 1")
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


@dataclass(frozen=True, slots=True)
class Loosening:
    """A place where a page's own rules would be looser than the policy's: an error (DESIGN.md 6)."""

    page: Slug
    field: str
    message: str


def loosenings(policy: Policy, page: ClassPage) -> list[Loosening]:
    """Every way in which the page would loosen the policy, or change a rule that does not exist."""
    found: list[Loosening] = []
    for id, change in page.rules.items():
        field = f"rules.{id}"
        try:
            rule = policy.rule(id)
        except KeyError:
            found.append(Loosening(page.id, field, f"the policy has no rule {id}"))
            continue
        ceiling = min(rule.signals.values(), default=1.0)
        found += [
            Loosening(page.id, field, f"a page may only be stricter than the policy: {words}")
            for words in looser_than(rule.severity, rule.answer_within, ceiling, change)
        ]
    return found


def broken_rules(policy: Policy, page: ClassPage, signals: Sequence[Signal], facts: Iterable[Fact]) -> list[Broken]:
    """The rules that these signals break on this page, the most severe first.

    A rule is broken by its best signal alone: scores of several detectors are not added up.
    """
    known = frozenset(facts)
    broken = [found for rule in policy.rules if (found := _broken(rule, page, signals, known)) is not None]
    return sorted(broken, key=lambda b: (b.severity.rank, b.within))


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


def _broken(rule: Rule, page: ClassPage, signals: Sequence[Signal], facts: frozenset[Fact]) -> Broken | None:
    change = page.rules.get(rule.id)
    thresholds = _thresholds(rule, change.threshold if change else None)
    over = [s for s in signals if s.score >= thresholds.get(s.name, 2.0)]
    if not over:
        return None
    best = max(over, key=lambda s: s.score)
    if all("first_name_only" in s.traits for s in over):
        facts |= {Fact.FIRST_NAME_ONLY}
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
        signal=best,
        why=" ".join(dict.fromkeys(_sentence(s.why) for s in sorted(over, key=lambda s: -s.score) if s.why))
        or rule.counts,
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else words + "."


def _thresholds(rule: Rule, stricter: float | None) -> Mapping[str, float]:
    if stricter is None:
        return rule.signals
    return {name: min(threshold, stricter) for name, threshold in rule.signals.items()}
