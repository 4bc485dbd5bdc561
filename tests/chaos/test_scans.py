"""Every row of DESIGN.md's crash table: a process dies between two writes, and the next one makes it up.

Each point is tried on both databases. What has to hold right after the death is the oracle's `always`; what has to hold after the next
undisturbed run is `settled`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import oracle
from tests.chaos.conftest import made_up, post_six
from tests.chaos.crew import Crew
from tests.chaos.school import School
from tests.chaos.trap import Point

FETCHING = [
    Point("committed", "INSERT INTO run"),
    Point("asking", "check"),
    Point("asked", "fetch"),
    Point("before", "INSERT INTO comment"),
    Point("after", "INSERT INTO comment"),
    Point("after", "INSERT INTO revision", 2),
    Point("before", "INSERT INTO checkpoint"),
    Point("committing", "INSERT INTO checkpoint"),
    Point("committed", "INSERT INTO checkpoint"),
    Point("committing", "UPDATE checkpoint SET"),
    Point("committed", "INSERT INTO comment", 3),
]
JUDGING = [
    Point("asking", "assess"),
    Point("asked", "assess"),
    Point("after", "INSERT INTO signal"),
    Point("committing", "INSERT INTO signal"),
    Point("committed", "INSERT INTO signal"),
    Point("after", "INSERT INTO flag"),
    Point("after", "INSERT INTO flag_rule"),
    Point("after", "INSERT INTO decision"),
    Point("after", "UPDATE chain_head SET"),
    Point("after", "INSERT INTO evidence"),
    Point("after", "INSERT INTO action"),
    Point("committing", "INSERT INTO flag"),
    Point("committed", "INSERT INTO flag"),
]
ACTING = [
    Point("committing", "UPDATE action SET"),
    Point("committed", "UPDATE action SET"),
    Point("asking", "act hide"),
    Point("asked", "act hide"),
    Point("after", "UPDATE action SET", 2),
    Point("committing", "UPDATE action SET", 2),
    Point("committed", "UPDATE action SET", 2),
    Point("asked", "act hide", 2),
]
ENDING = [
    Point("before", "UPDATE run SET status", 2),
    Point("committing", "UPDATE run SET status", 2),
    Point("committed", "UPDATE run SET status", 2),
]


@pytest.mark.parametrize("point", FETCHING + JUDGING + ACTING + ENDING, ids=str)
def test_a_scan_that_dies(school: School, point: Point) -> None:
    post_six(school)
    ended = school.scan(point=point)
    assert ended.died, f"{point} is never passed: {ended}"
    oracle.expect_always(school)
    made_up(school)


@pytest.mark.parametrize("statement", [1, 5, 20, 60])
def test_a_set_up_that_dies(crew: Crew, statement: int, tmp_path: Path) -> None:
    school = School(tmp_path, None, crew)
    school.write_configuration()
    assert school.run(school.order("set_up", {}, Point("after", nth=statement))).died
    assert not school.run(school.order("set_up", {})).refused
    assert school.run(school.order("apply", {}, Point("after", "INSERT INTO page"))).died
    assert not school.run(school.order("apply", {})).refused
    post_six(school)
    assert school.scan().done["status"] == "done"
    oracle.expect_settled(school)
