from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.class_pages import Severity
from bot.domain.measuring import Share
from bot.domain.policy import Rule
from bot.domain.thresholds import COST_OF_A_MISS, FEWEST, Cost, Point, cost, counting_scores, propose, propose_levels


def points(scores: dict[float, tuple[int, int]], weight: float = 1.0) -> list[Point]:
    """So many right ones and so many in vain at each score."""
    return [
        Point(score, right, weight) for score, (good, bad) in scores.items() for right in [True] * good + [False] * bad
    ]


def test_a_threshold_costs_the_flags_in_vain_and_the_misses() -> None:
    found = cost(points({0.9: (3, 1), 0.5: (1, 2), 0.2: (1, 5)}), 0.5)
    assert found == Cost(in_vain=3, missed=1)
    assert found.of(10) == 13


def test_flags_in_vain_at_low_scores_raise_the_threshold() -> None:
    found = propose(points({0.9: (15, 0), 0.45: (0, 12)}), [], 0.4, miss=1)
    assert (found.threshold, found.cost_now, found.cost_then) == (0.46, Cost(12, 0), Cost(0, 0))
    assert "1 flags in vain" in found.why


def test_a_miss_that_outweighs_them_keeps_the_threshold() -> None:
    flags = points({0.9: (15, 0), 0.45: (2, 12)})
    assert propose(flags, [], 0.4, miss=10).threshold is None
    assert propose(flags, [], 0.4, miss=2).threshold == 0.46


def test_what_the_sample_missed_lowers_it_and_counts_for_many() -> None:
    flags = points({0.9: (15, 2), 0.5: (4, 4)})
    sample = [Point(0.3, True, 20), Point(0.25, True, 20), *points({0.1: (0, 30)}, 20)]
    found = propose(flags, sample, 0.4, miss=1)
    assert (found.threshold, found.cost_now.missed, found.cost_then.missed) == (0.25, 40, 0)


def test_one_miss_alone_is_chance_and_lowers_nothing() -> None:
    assert propose(points({0.9: (15, 5)}), [Point(0.3, True, 100)], 0.4, miss=10).threshold is None


def test_clean_comments_of_the_sample_keep_it_up() -> None:
    sample = [Point(0.3, True, 20), Point(0.3, True, 20), *points({0.3: (0, 9)}, 20)]
    assert propose(points({0.9: (15, 5)}), sample, 0.4, miss=2).threshold is None


def test_nothing_is_proposed_from_little_or_from_one_kind_or_for_a_small_gain() -> None:
    assert "too little" in propose(points({0.9: (FEWEST - 2, 1)}), [], 0.4, miss=1).why
    assert "too little" in propose(points({0.9: (0, FEWEST)}), [], 0.4, miss=1).why
    assert "stay" in propose(points({0.9: (30, 20), 0.45: (0, 1)}), [], 0.4, miss=1).why
    assert propose(points({0.9: (30, 0), 0.2: (0, 3)}), [], 0.4, miss=1).threshold is None


def test_of_flags_of_one_kind_it_says_so_and_the_share_that_was_upheld_has_its_interval() -> None:
    found = propose(points({0.9: (FEWEST, 0)}), [], 0.4, miss=1)
    assert found.why == f"too little is known: all {FEWEST} decided flags were upheld"
    assert found.upheld == Share(FEWEST, FEWEST)
    assert found.upheld.interval[0] < 0.9


NOW = (0.55, 0.38)
"""The thresholds of a signal with two: from which it is told at once, and from which somebody looks."""


def test_looks_in_vain_raise_the_lower_threshold() -> None:
    told, looked = points({0.9: (20, 5)}), points({0.52: (15, 0), 0.4: (0, 30)})
    upper, lower = propose_levels(told, looked, [], NOW, miss=10, late=2)
    assert (lower.now, lower.threshold, lower.upheld) == (0.38, 0.41, Share(15, 45))
    assert (lower.cost_now, lower.cost_then) == (Cost(30, 0), Cost(0, 0))
    assert (upper.now, upper.threshold, upper.upheld) == (0.55, 0.52, Share(20, 25))


def test_what_the_sample_missed_lowers_the_look_and_not_what_is_told_at_once() -> None:
    told, looked = points({0.9: (20, 5)}), points({0.4: (10, 15)})
    sample = [Point(0.3, True, 20), Point(0.25, True, 20), *points({0.1: (0, 30)}, 20)]
    upper, lower = propose_levels(told, looked, sample, NOW, miss=10, late=0.3)
    assert (lower.threshold, lower.cost_now.missed, lower.cost_then.missed) == (0.25, 40, 0)
    assert (upper.threshold, upper.cost_now.missed) == (None, 10)  # those that were only looked at
    assert propose(told, sample, 0.55, miss=10).threshold == 0.25  # as it would be without the look


def test_upheld_looks_lower_the_threshold_from_which_it_is_told_at_once() -> None:
    told, looked = points({0.9: (20, 5)}), points({0.5: (15, 2), 0.4: (0, 10)})
    upper, lower = propose_levels(told, looked, [], NOW, miss=10, late=2)
    assert (upper.threshold, upper.cost_now, upper.cost_then) == (0.5, Cost(5, 15), Cost(7, 0))
    assert upper.why == "one that is only looked at counts as 2 flags in vain"
    assert lower.threshold == 0.41


def test_critical_flags_in_vain_become_looks_where_looks_are_cheaper() -> None:
    told = points({0.9: (20, 0), 0.6: (1, 15)})
    upper, _ = propose_levels(told, [], [], NOW, miss=10, late=2)
    assert (upper.threshold, upper.cost_then) == (0.61, Cost(0, 1))


def test_few_looks_propose_no_look_however_many_flags_were_told_at_once() -> None:
    told, looked = points({0.9: (30, 30)}), points({0.4: (2, FEWEST - 3)})
    _, lower = propose_levels(told, looked, [Point(0.2, True, 50)] * 3, NOW, miss=10, late=2)
    assert (lower.threshold, lower.why) == (None, f"too little is known: {FEWEST - 1} decided flags of {FEWEST}")


_SCORES = st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=20, max_size=60)


@given(_SCORES, _SCORES, _SCORES, st.integers(2, 960), st.integers(1, 970))
def test_whichever_proposal_is_followed_the_look_stays_the_lower_threshold(
    above: list[tuple[int, bool]], between: list[tuple[int, bool]], under: list[tuple[int, bool]], sure: int, part: int
) -> None:
    sure_now = sure / 1000
    look_now = sure_now * part / 1000
    told = [Point(sure_now + (1 - sure_now) * n / 1000, right) for n, right in above]
    looked = [Point(look_now + (sure_now - look_now) * n / 1000, right) for n, right in between]
    sample = [Point(look_now * n / 1000, right, 20) for n, right in under]
    upper, lower = propose_levels(told, looked, sample, (sure_now, look_now), miss=10, late=2)
    for look in (look_now, lower.threshold or look_now):
        for other in (sure_now, upper.threshold or sure_now):
            assert look < other


@pytest.mark.parametrize(("sure", "look"), [(0.55, 0.54), (0.06, 0.05), (0.97, 0.96), (0.551, 0.549)])
def test_two_thresholds_with_nothing_between_them_do_not_meet(sure: float, look: float) -> None:
    told, looked = points({0.99: (20, 5), sure: (0, 9)}), points({look: (9, 20)})
    upper, lower = propose_levels(told, looked, [Point(0.01, True, 50)] * 3, (sure, look), miss=10, late=2)
    assert (lower.threshold or look) < (upper.threshold or sure)


def test_a_threshold_above_all_steps_stays() -> None:
    assert propose(points({0.97: (10, 12)}), [], 0.96, miss=1).threshold is None


def test_every_severity_has_its_cost_and_the_gravest_the_highest() -> None:
    costs = [COST_OF_A_MISS[severity] for severity in Severity]
    assert costs == sorted(costs, reverse=True)


def test_the_scores_of_a_rule_are_those_of_signals_that_do_not_stand_alone() -> None:
    rule = Rule.model_validate(
        {"id": "record", "title": "r", "clause": "II", "counts": "r", "severity": "high", "answer_within": "1h", "recommend": "look",
         "signals": {"words": 0.5, "told": 0.8}, "only_beside": {"told": {"named": 0.4}}}
    )  # fmt: skip
    assert counting_scores(rule, {"words": 0.3, "told": 0.9, "named": 0.3, "hate": 1.0}) == {"words": 0.3}
    assert counting_scores(rule, {"told": 0.9, "named": 0.4}) == {"told": 0.9}
    assert counting_scores(rule, {}) == {}
