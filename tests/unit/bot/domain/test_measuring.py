from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.measuring import Share, Stratum, calibration, difference, draw, plain, recall, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_there_is_no_share_and_nothing_is_known() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)
    assert plain(Share(0, 0)) == {"part": 0, "whole": 0, "share": None, "low": None, "high": None}


def test_more_trials_know_more() -> None:
    low, high = wilson(0.5, 10)
    closer, less_far = wilson(0.5, 1000)
    assert low < closer < 0.5 < less_far < high


def test_the_difference_of_two_shares_has_the_published_interval() -> None:
    # Newcombe, "Interval estimation for the difference" (1998), table II, method 10
    assert difference(Share(56, 70), Share(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Share(9, 10), Share(3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert difference(Share(0, 0), Share(3, 10)) is None


def test_scores_that_say_how_often_they_are_right_have_no_error() -> None:
    points = [(0.25, n < 1) for n in range(4)] + [(0.75, n < 3) for n in range(4)]
    found = calibration(points)
    assert (found.count, found.error, found.true) == (8, 0.0, 0.5)
    assert [(b.low, b.high, b.count) for b in found.bins] == [(0.2, 0.3, 4), (0.7, 0.8, 4)]


def test_the_calibration_error_is_the_mean_distance_of_the_bins() -> None:
    found = calibration([(0.9, False)] * 3 + [(0.1, False)])
    assert found.error == pytest.approx((3 * 0.9 + 0.1) / 4)
    assert calibration([(1.0, True)]).error == 0.0
    assert calibration([]).count == 0


def test_recall_is_what_was_found_of_that_and_what_the_draws_let_expect() -> None:
    found = recall(30, [Stratum(200, 20, 1)])
    assert (found.value, found.missed) == (0.75, 10.0)
    assert found.low < 0.75 < found.high
    # a twentieth of 200; the interval of 1 in 20 where 180 of 200 are unread: 22.2 trials
    low, high = wilson(1 / 20, 200 / 9)
    assert (found.low, found.high) == pytest.approx((30 / (30 + 200 * high), 30 / (30 + 200 * low)))


def test_a_draw_of_a_busy_page_weighs_more_than_one_of_a_quiet_page() -> None:
    busy = recall(10, [Stratum(1000, 10, 1), Stratum(10, 5, 0)])
    quiet = recall(10, [Stratum(1000, 10, 0), Stratum(10, 5, 1)])
    assert busy.missed == 100
    assert quiet.missed == 2
    assert busy.value is not None
    assert quiet.value is not None
    assert busy.value < quiet.value


def test_where_every_comment_was_read_nothing_is_in_doubt() -> None:
    found = recall(3, [Stratum(5, 5, 1)])
    assert (found.value, found.low, found.high) == (0.75, 0.75, 0.75)


def test_draws_that_nobody_has_read_say_nothing() -> None:
    assert recall(3, [Stratum(100, 0, 0)]).value is None
    assert (recall(3, []).low, recall(3, []).high) == (0.0, 1.0)
    assert recall(0, [Stratum(100, 10, 0)]).value is None
    assert recall(0, [Stratum(100, 10, 1)]).value == 0.0


def test_the_same_seed_draws_the_same_ids_whatever_their_order() -> None:
    ids = [f"id-{n}" for n in range(50)]
    assert draw(ids, 7, 5) == draw(reversed(ids), 7, 5)
    assert draw(ids, 7, 5) != draw(ids, 8, 5)
    assert sorted(draw(ids[:3], 7, 5)) == ids[:3]


def test_no_id_is_drawn_more_often_than_chance_has_it() -> None:
    ids = [f"id-{n}" for n in range(10)]
    times = Counter(id for seed in range(2000) for id in draw(ids, seed, 2))
    assert all(340 < times[id] < 460 for id in ids)  # 400 expected, three standard deviations


def test_a_figure_is_said_as_json() -> None:
    found = plain({"a": [Share(1, 2)], "b": calibration([(0.1, False)])})
    assert isinstance(found, dict)
    assert found["a"][0]["share"] == 0.5
    assert found["b"]["bins"] == [{"low": 0.1, "high": 0.2, "count": 1, "score": 0.1, "true": 0.0}]
