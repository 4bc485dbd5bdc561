from __future__ import annotations

from bot.domain.class_pages import Severity
from bot.domain.policy import Rule
from bot.domain.thresholds import COST_OF_A_MISS, FEWEST, Cost, Point, cost, counting_scores, propose


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
