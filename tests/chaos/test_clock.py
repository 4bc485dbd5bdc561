"""The clock steps: each page is read again at its times, and nothing is lost or doubled."""

from __future__ import annotations

from datetime import timedelta

from tests.chaos import oracle
from tests.chaos.conftest import post_six
from tests.chaos.school import School
from tests.chaos.trap import Point
from tests.houses import NOW


def test_the_clock_steps_a_day_ahead_and_back(school: School) -> None:
    """A run under a clock that was ahead proves nothing: at each of its times the page is read again."""
    post_six(school)
    assert school.ring("scan").ended_runs == 1
    school.now = NOW + timedelta(days=1)
    school.board.post("ahead", "!disparagement", NOW)
    assert school.ring("scan").ended_runs == 1
    assert school.ring("scan").ended_runs == 0
    school.now = NOW
    assert school.ring("scan").ended_runs == 0  # it was read at this time
    for quarter in range(1, 5):
        school.now = NOW + timedelta(minutes=15 * quarter)
        school.board.post(f"back-{quarter}", "!hate", school.now)
        assert school.ring("scan").ended_runs == 1, f"the page was not read at {school.now}"
        assert f"back-{quarter}" in oracle.look(school).comments
    oracle.expect_settled(school)


def test_the_clock_is_set_back_an_hour_in_the_middle_of_a_run(school: School) -> None:
    post_six(school)
    words = {"page": "p", "depth": "recent"}
    assert school.run(school.order("scan", words, clock_runs_back=3600)).done["status"] == "done"
    oracle.expect_settled(school)
    school.later(-60)
    school.board.post("late", "!disparagement", school.now)
    school.board.edit("c1", "!hate now")
    died = school.run(school.order("scan", words, Point("committed", "INSERT INTO signal"), clock_runs_back=3600))
    assert died.died
    for minutes in (15, 15, 15, 30):  # the fourth quarter was read already, by the clock that was ahead
        school.later(minutes)
        assert school.ring("scan").ended_runs == 1, f"the page was not read at {school.now}"
    oracle.expect_settled(school)
