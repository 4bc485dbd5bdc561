from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.domain.authors import Directory
from bot.domain.class_pages import ClassPage, RuleChange, Severity
from bot.domain.facts import facts_of
from bot.domain.loosening import loosenings
from bot.domain.policy import (
    Fact,
    Policy,
    broken_rules,
    held_by_machine,
    reached,
    steps_for,
    unwatched,
)
from connectors.base import Author
from moderators.base import PageContext, Signal, Student

POLICY = Policy.model_validate(
    {
        "source": "test",
        "every_critical": [{"do": "call the office", "telephone": ["1"]}],
        "any_case": [{"do": "ask counsel"}],
        "rules": [
            {
                "id": "threat", "title": "Threat", "clause": "II.7", "counts": "A threat.", "severity": "critical",
                "answer_within": "1h",
                "recommend": "hide", "signals": {"threat": 0.6, "phrase_threat": 0.5},
                "steps": [{"do": "call the police"}, {"do": "ask counsel"}],
            },
            {
                "id": "self_harm", "title": "Self-harm", "clause": "Assistance", "counts": "Harm.", "severity": "critical",
                "answer_within": "1h", "recommend": "escalate", "signals": {"self_harm": 0.5}, "never_hold": True,
            },
            {
                "id": "contact", "title": "Contact", "clause": "II.3", "counts": "Contact.", "severity": "high", "answer_within": "4h",
                "recommend": "hide", "signals": {"student_contact": 0.5}, "hold_on_open_pages": True,
            },
            {
                "id": "student_name", "title": "Name", "clause": "II.3", "counts": "Named.", "severity": "medium", "answer_within": "24h",
                "recommend": "hide", "signals": {"student_name": 0.5}, "restricted": True,
                "levels": [
                    {
                        "when": ["first_name_only", "author_is_student", "page_is_not_public"], "severity": "low",
                        "answer_within": "72h", "recommend": "look",
                    }
                ],
            },
            {
                "id": "later", "title": "Later", "clause": "III", "counts": "Not watched.", "severity": "low",
                "answer_within": "72h", "recommend": "hide",
            },
        ],
    }
)  # fmt: skip


def page(**changes: object) -> ClassPage:
    plain = {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}
    return ClassPage.model_validate(plain | changes)


def ids(*signals: Signal, on: ClassPage | None = None, facts: Iterable[Fact] = ()) -> list[str]:
    return [b.rule.id for b in broken_rules(POLICY, on or page(), signals, facts)]


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (Signal("threat", 0.6), ["threat"]),
        (Signal("phrase_threat", 0.5), ["threat"]),
        (Signal("threat", 0.59), []),
        (Signal("self_harm", 0.49), []),
        (Signal("unknown", 1.0), []),
    ],
)
def test_a_rule_is_broken_from_its_threshold_on(signal: Signal, expected: list[str]) -> None:
    assert ids(signal) == expected


def test_weak_signals_are_not_added_up() -> None:
    assert ids(Signal("threat", 0.4), Signal("phrase_threat", 0.4)) == []


def test_the_most_severe_rule_comes_first_and_all_are_kept() -> None:
    assert ids(Signal("student_name", 0.9), Signal("student_contact", 0.9), Signal("threat", 0.9)) == [
        "threat",
        "contact",
        "student_name",
    ]


def test_the_why_is_of_the_signals_that_broke_the_rule_the_best_first() -> None:
    signals = [
        Signal("threat", 0.7, why="B."),
        Signal("phrase_threat", 0.9, why="A."),
        Signal("student_contact", 0.2, why="C."),
    ]
    (broken,) = broken_rules(POLICY, page(), signals, ())
    assert (broken.why, broken.signal.score) == ("A. B.", 0.9)


def test_a_rule_without_a_why_says_what_counts() -> None:
    (broken,) = broken_rules(POLICY, page(), [Signal("threat", 0.7)], ())
    assert broken.why == "A threat."


NAMED = Signal("student_name", 0.9, traits=frozenset({"first_name_only"}))
QUIET = (Fact.AUTHOR_IS_STUDENT, Fact.PAGE_IS_NOT_PUBLIC)


def test_a_milder_level_needs_everything_that_it_asks_for() -> None:
    (mild,) = broken_rules(POLICY, page(), [NAMED], QUIET)
    assert (mild.severity, mild.within, mild.restricted, mild.recommend) == (
        Severity.LOW,
        timedelta(hours=72),
        False,
        "look",
    )
    (stern,) = broken_rules(POLICY, page(), [NAMED], QUIET[:1])
    assert (stern.severity, stern.restricted) == (Severity.MEDIUM, True)


def test_one_full_name_among_first_names_is_no_first_name_only() -> None:
    (broken,) = broken_rules(POLICY, page(), [NAMED, Signal("student_name", 0.95)], QUIET)
    assert broken.severity is Severity.MEDIUM


def test_a_page_may_make_a_rule_stricter() -> None:
    strict = page(rules={"student_name": {"severity": "high", "answer_within": "2h", "threshold": 0.3}})
    assert loosenings(POLICY, strict) == []
    (broken,) = broken_rules(POLICY, strict, [Signal("student_name", 0.35)], ())
    assert (broken.severity, broken.within) == (Severity.HIGH, timedelta(hours=2))
    (mild,) = broken_rules(POLICY, strict, [NAMED], QUIET)
    assert mild.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"severity": "medium"}, "below the policy's"),
        ({"answer_within": "2h"}, "longer than the policy's"),
        ({"threshold": 0.9}, "above the policy's"),
    ],
)
def test_a_page_that_loosens_a_rule_is_refused(change: dict[str, object], words: str) -> None:
    (found,) = loosenings(POLICY, page(rules={"threat": change}))
    assert words in found.message
    assert found.field == "rules.threat"


def test_a_page_cannot_change_a_rule_that_does_not_exist() -> None:
    (found,) = loosenings(POLICY, page(rules={"thread": {"severity": "high"}}))
    assert "no rule thread" in found.message


def test_the_machine_holds_what_the_page_asks_for() -> None:
    threat = broken_rules(POLICY, page(), [Signal("threat", 0.9)], ())
    assert not held_by_machine(page(), threat, open_to_public=True)
    assert held_by_machine(page(hold_until_reviewed=["critical"]), threat, open_to_public=False)


def test_the_machine_holds_contact_details_on_open_pages_only() -> None:
    contact = broken_rules(POLICY, page(), [Signal("student_contact", 0.9)], ())
    assert held_by_machine(page(), contact, open_to_public=True)
    assert not held_by_machine(page(), contact, open_to_public=False)


def test_a_cry_for_help_is_never_held_whatever_else_the_comment_says() -> None:
    both = broken_rules(
        POLICY, page(), [Signal("self_harm", 0.9), Signal("threat", 0.9), Signal("student_contact", 0.9)], ()
    )
    assert not held_by_machine(page(hold_until_reviewed=["critical", "high"]), both, open_to_public=True)


def test_rules_that_nothing_watches_are_named() -> None:
    assert unwatched(POLICY, ["threat", "self_harm", "student_contact", "student_name"]) == ["later"]
    assert unwatched(POLICY, []) == ["threat", "self_harm", "contact", "student_name", "later"]


def test_a_checklist_has_each_step_once() -> None:
    threat = POLICY.rule("threat")
    assert [s.do for s in steps_for(POLICY, [threat, threat], critical=True)] == [
        "call the police",
        "ask counsel",
        "call the office",
    ]
    assert [s.do for s in steps_for(POLICY, [], critical=False)] == ["ask counsel"]


def test_a_rule_is_found_by_its_id_or_not_at_all() -> None:
    assert POLICY.rule("later").title == "Later"
    with pytest.raises(KeyError):
        POLICY.rule("never")


@pytest.mark.parametrize("threshold", [0, 1, -0.1, 1.5])
def test_a_threshold_outside_of_zero_and_one_is_refused(threshold: float) -> None:
    rule = POLICY.rule("later").model_dump() | {"signals": {"x": threshold}}
    with pytest.raises(ValidationError, match="between 0 and 1"):
        Policy.model_validate({"source": "test", "rules": [rule]})


def test_two_rules_of_one_id_are_refused() -> None:
    rule = POLICY.rule("later").model_dump()
    with pytest.raises(ValidationError, match="stands twice"):
        Policy.model_validate({"source": "test", "rules": [rule, rule]})


def test_a_change_of_nothing_loosens_nothing() -> None:
    assert loosenings(POLICY, page(rules={"threat": RuleChange().model_dump()})) == []


def test_what_reached_its_threshold_is_told_also_where_a_page_is_stricter() -> None:
    signals = [Signal("threat", 0.5), Signal("threat", 0.7), Signal("phrase_threat", 0.5), Signal("student_name", 0.9)]
    assert reached(POLICY.rule("threat"), page(), signals) == signals[1:3]
    strict = page(rules={"threat": RuleChange(threshold=0.4)})
    assert reached(POLICY.rule("threat"), strict, signals) == signals[:3]


def test_the_facts_of_a_comment_are_those_of_its_author_and_its_page() -> None:
    who = Directory(PageContext("p", (Student("1", "Ada", "Lovelace"),)))
    named = Author("account-1", "Ada Lovelace")
    assert facts_of(named, who, is_public=True) == {Fact.AUTHOR_IS_STUDENT}
    assert facts_of(named, who, is_public=True, was_flagged=True) == {Fact.AUTHOR_IS_STUDENT, Fact.AUTHOR_WAS_FLAGGED}
    assert facts_of(Author("", "Ada Lovelace"), who, is_public=None) == set()
    assert facts_of(Author("a", "Ada's mom"), who, is_public=True) == {Fact.AUTHOR_IS_PARENT}
    assert facts_of(Author("a", "a neighbor"), who, is_public=True) == {Fact.AUTHOR_IS_OUTSIDER}
    assert facts_of(Author("a", "Eva", is_staff=True), who, is_public=False) == {
        Fact.AUTHOR_IS_STAFF,
        Fact.PAGE_IS_NOT_PUBLIC,
    }


def told(**changes: object) -> Policy:
    rule = {
        "id": "school_record", "title": "Record", "clause": "II.4", "counts": "A record.", "severity": "high", "answer_within": "24h",
        "recommend": "hide", "signals": {"school_record": 0.5, "record_told": 0.6},
        "only_beside": {"record_told": {"student_name": 0.5, "student_meant": 0.5}},
    }  # fmt: skip
    return Policy.model_validate({"source": "test", "rules": [rule | changes]})


@pytest.mark.parametrize(
    ("signals", "breaks"),
    [
        ([Signal("record_told", 0.9)], False),
        ([Signal("record_told", 0.9), Signal("student_name", 0.5)], True),
        ([Signal("record_told", 0.9), Signal("student_name", 0.49)], False),
        ([Signal("record_told", 0.9), Signal("student_meant", 0.8)], True),
        ([Signal("record_told", 0.9), Signal("employee_meant", 0.8)], False),
        ([Signal("record_told", 0.59), Signal("student_name", 0.9)], False),
        ([Signal("student_name", 0.9), Signal("student_meant", 0.9)], False),
        ([Signal("school_record", 0.5)], True),
    ],
)
def test_what_counts_only_beside_another_finding_says_nothing_alone(signals: list[Signal], breaks: bool) -> None:
    assert bool(broken_rules(told(), page(), signals, ())) is breaks


def test_what_counts_only_beside_another_finding_asks_for_no_look_alone() -> None:
    looking = told(
        look={"record_told": 0.3},
        levels=[{"when": ["not_sure"], "severity": "low", "answer_within": "72h", "recommend": "look"}],
    )
    assert broken_rules(looking, page(), [Signal("record_told", 0.4)], ()) == []
    (broken,) = broken_rules(looking, page(), [Signal("record_told", 0.4), Signal("student_name", 0.9)], ())
    assert (broken.severity, broken.signal.name) == (Severity.LOW, "record_told")


def test_the_signal_that_shows_it_best_is_never_the_one_beside_it() -> None:
    (broken,) = broken_rules(told(), page(), [Signal("record_told", 0.7), Signal("student_name", 0.97)], ())
    assert broken.signal.name == "record_told"


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ({"record_tolt": {"student_name": 0.5}}, "must be a signal of the rule"),
        ({"record_told": {}}, "must be a signal of the rule, and name what it needs"),
        ({"record_told": {"student_name": 1.5}}, "the score of student_name must lie between 0 and 1"),
    ],
)
def test_a_finding_beside_which_nothing_can_count_is_refused(beside: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        told(only_beside=beside)
