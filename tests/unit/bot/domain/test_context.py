from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.class_pages import ClassPage, RuleChange, Severity
from bot.domain.context import (
    LEAST_AUTHORS,
    LENIENCE,
    PILE,
    WINDOW,
    Aimed,
    Standing,
    in_pile,
    is_sharp,
    joined,
    lenient,
    piles,
    sharp_scores,
)
from bot.domain.policy import Fact, Policy
from bot.settings import load_policy
from bot.settings.configuration import SHIPPED
from moderators.base import Signal

POLICY: Policy = load_policy(SHIPPED)
PAGE = ClassPage.model_validate(
    {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}
)
T = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
SAME, DO_IT, SAD = (Signal("assent", 0.9, traits=frozenset(traits)) for traits in ((), ("urges",), ("sad",)))


def standing(rule: str, severity: str, *, restricted: bool = False) -> Standing:
    return Standing(rule, Severity(severity), restricted)


def rules(assent: Signal, *against: Standing) -> dict[str, str]:
    return {b.rule.id: b.severity.value for b in joined(POLICY, PAGE, assent, against)}


@pytest.mark.parametrize(
    ("against", "expected"),
    [
        (standing("threat", "critical"), {"threat": "high"}),
        (standing("threat", "high"), {"threat": "medium"}),
        (standing("hate", "high"), {"hate": "medium"}),
        (standing("harassment", "high"), {"harassment": "medium"}),
        (standing("disparagement", "medium"), {}),
        (standing("student_contact", "high"), {}),
        (standing("impersonation", "high"), {}),
        (standing("a rule that the policy had once", "critical"), {}),
    ],
)
def test_an_assent_to_what_is_critical_or_high_takes_part_in_it_one_level_milder(
    against: Standing, expected: dict[str, str]
) -> None:
    assert rules(SAME, against) == expected


@pytest.mark.parametrize("rule", ["self_harm", "child_abuse"])
def test_same_under_a_cry_for_help_is_a_cry_for_help(rule: str) -> None:
    assert rules(SAME, standing(rule, "critical")) == {rule: "critical"}
    assert rules(SAD, standing(rule, "critical")) == {rule: "critical"}
    assert rules(SAME, standing(rule, "medium")) == {rule: "medium"}  # nobody is sure of the one above


def test_who_urges_on_under_a_cry_for_help_also_harasses() -> None:
    assert rules(DO_IT, standing("self_harm", "critical")) == {"self_harm": "critical", "harassment": "high"}
    assert rules(DO_IT, standing("threat", "critical")) == {"threat": "high"}


def test_an_assent_with_a_sad_face_is_comfort() -> None:
    assert rules(SAD, standing("harassment", "high")) == {}


def test_of_one_rule_the_more_severe_counts() -> None:
    assert rules(SAME, standing("threat", "high"), standing("threat", "critical")) == {"threat": "high"}


def test_what_is_restricted_above_is_restricted_below_and_the_reason_says_what_it_is() -> None:
    (threat,) = joined(POLICY, PAGE, SAME, [standing("threat", "critical", restricted=True)])
    assert threat.restricted
    assert threat.why == "Agrees with a comment that breaks this rule, and so takes part in it."
    assert (threat.signal, threat.within) == (SAME, timedelta(hours=4))
    (cry,) = joined(POLICY, PAGE, SAME, [standing("self_harm", "critical")])
    assert cry.why == "Agrees with a comment that breaks this rule: that may be a sign of its own."
    assert (cry.restricted, cry.within) == (False, timedelta(hours=1))


def test_a_stricter_page_is_stricter_with_assents_too() -> None:
    change = RuleChange(severity=Severity.CRITICAL, answer_within=timedelta(minutes=30))
    strict = PAGE.model_copy(update={"rules": {"threat": change}})
    (threat,) = joined(POLICY, strict, SAME, [standing("threat", "critical")])
    assert (threat.severity, threat.within) == (Severity.CRITICAL, timedelta(minutes=30))


@given(
    st.lists(
        st.builds(Standing, st.sampled_from([r.id for r in POLICY.rules]), st.sampled_from(Severity), st.booleans())
    )
)
@settings(deadline=None)
def test_an_assent_is_never_worse_than_what_it_answers(against: list[Standing]) -> None:
    worst = min((s.severity.rank for s in against), default=9)
    for broken in joined(POLICY, PAGE, SAME, against):
        assert broken.severity.rank >= worst
        assert broken.rule.id in {s.rule for s in against}
        assert broken.within >= broken.rule.answer_within


SHARP = lenient(POLICY)


def test_sharp_words_count_from_half_the_threshold_on() -> None:
    threshold = POLICY.rule("harassment").signals["harassment"]
    assert is_sharp(SHARP, PAGE, [Signal("harassment", threshold * LENIENCE)])
    assert not is_sharp(SHARP, PAGE, [Signal("harassment", threshold * LENIENCE - 0.01)])
    assert not is_sharp(SHARP, PAGE, [Signal("threat", 0.99), Signal("inappropriate_language", 0.99)])


def test_the_scores_that_count_are_those_of_the_page_where_it_is_stricter() -> None:
    scores = sharp_scores(SHARP, PAGE)
    assert scores["harassment"] == POLICY.rule("harassment").signals["harassment"] * LENIENCE
    assert scores.keys() == {*POLICY.rule("harassment").signals, *POLICY.rule("disparagement").signals}
    strict = PAGE.model_copy(update={"rules": {"harassment": RuleChange(threshold=0.1)}})
    assert sharp_scores(SHARP, strict)["harassment"] == 0.1
    assert all(is_sharp(SHARP, strict, [Signal(name, score)]) for name, score in sharp_scores(SHARP, strict).items())


def test_a_comment_of_a_pile_breaks_its_own_rule_from_there_on_and_says_why() -> None:
    (broken,) = in_pile(SHARP, PAGE, [Signal("disparagement", 0.4, why="A put-down")], (), latest=False)
    assert (broken.rule.id, broken.severity) == ("disparagement", Severity.MEDIUM)
    assert broken.why == f"A put-down. {PILE.why}"


def test_the_latest_of_a_pile_is_harassment_by_an_employee_restricted() -> None:
    found = in_pile(SHARP, PAGE, [Signal("disparagement", 0.4)], [Fact.AUTHOR_IS_STAFF], latest=True)
    harassment = next(b for b in found if b.rule.id == "harassment")
    assert (harassment.signal, harassment.why, harassment.restricted) == (PILE, PILE.why, True)
    assert {b.rule.id for b in found} == {"harassment", "disparagement"}


def aimed(id: int, author: str, minute: float, *targets: str, sharp: bool = True) -> Aimed:
    return Aimed(f"{id:03}", author, T + timedelta(minutes=minute), frozenset(targets or {"a"}), sharp)


def members(*comments: Aimed) -> list[tuple[str, ...]]:
    return [pile.members for pile in piles(comments)]


def test_three_authors_in_an_hour_are_a_pile_whose_latest_comes_last() -> None:
    found = members(aimed(3, "z", 59), aimed(1, "x", 0), aimed(2, "y", 30))
    assert found == [("001", "002", "003")]


@pytest.mark.parametrize(
    "comments",
    [
        (aimed(1, "x", 0), aimed(2, "y", 30), aimed(3, "x", 59)),  # two authors
        (aimed(1, "x", 0), aimed(2, "y", 30), aimed(3, "z", 61)),  # in more than an hour
        (aimed(1, "x", 0), aimed(2, "y", 30), aimed(3, "z", 59, sharp=False)),  # two sharp ones
        (aimed(1, "x", 0), aimed(2, "y", 30), aimed(3, "z", 59, "b")),  # at somebody else
        (aimed(1, "x", 0), aimed(2, "y", 1), aimed(3, "z", 2), *(aimed(9 + n, f"f{n}", -1 - n, sharp=False) for n in range(7))),
    ],
    ids=["two", "slow", "friendly", "apart", "few-among-many"],
)  # fmt: skip
def test_less_is_no_pile(comments: tuple[Aimed, ...]) -> None:
    assert members(*comments) == []


def test_a_pile_goes_on_and_another_hour_is_another_pile() -> None:
    first = [aimed(n, f"a{n}", n * 20) for n in range(6)]
    second = [aimed(10 + n, f"b{n}", 400 + n) for n in range(3)]
    assert members(*first, *second) == [
        tuple(f"{n:03}" for n in range(6)),
        ("010", "011", "012"),
    ]


def test_one_pile_against_a_comment_and_its_author_is_told_once() -> None:
    assert members(*(aimed(n, f"a{n}", n, "comment", "author") for n in range(3))) == [("000", "001", "002")]


COMMENT = st.builds(
    lambda number, author, minute, targets, sharp: aimed(number, author, minute, *targets, sharp=sharp),
    st.integers(0, 999), st.sampled_from("abcde"), st.integers(0, 300),
    st.sets(st.sampled_from("xy"), min_size=1), st.booleans(),
)  # fmt: skip


@given(st.lists(COMMENT, max_size=30, unique_by=lambda a: a.comment))
@settings(deadline=None)
def test_a_pile_is_of_enough_authors_and_of_sharp_words_and_does_not_hang_on_the_order(comments: list[Aimed]) -> None:
    by_id = {each.comment: each for each in comments}
    for pile in piles(comments):
        theirs = [by_id[id] for id in pile.members]
        assert len({each.author for each in theirs}) >= LEAST_AUTHORS
        assert all(each.sharp for each in theirs)
        assert frozenset.intersection(*(each.targets for each in theirs))
        assert max(each.at for each in theirs) == by_id[pile.latest].at
        assert all(b.at - a.at <= WINDOW for a, b in pairwise(theirs))
    assert piles(comments) == piles(comments[::-1])
