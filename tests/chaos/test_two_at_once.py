"""Two processes scan the same page at once, because the lock is lost: each comment, set of signals and flag is there once.

On SQLite the two live in different home folders, on PostgreSQL the session that holds the lock is cut, as a network does it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from tests.chaos import oracle
from tests.chaos.conftest import post_six
from tests.chaos.crew import Ended, Running
from tests.chaos.school import School, Schools
from tests.chaos.trap import Point
from tests.servers.postgres import database_of

IN_HAND = [
    Point("asked", "fetch"),
    Point("asked", "fetch", 3),
    Point("asked", "assess"),
    Point("committed", "INSERT INTO checkpoint"),
    Point("committed", "INSERT INTO signal"),
    Point("committed", "INSERT INTO flag"),
    Point("committed", "UPDATE action SET"),
    Point("asked", "act hide"),
]
"""What the first one holds in its hand when the second one comes: a batch, a score, an attempt."""


@pytest.mark.parametrize("point", IN_HAND, ids=str)
def test_one_comes_while_the_other_pauses(school: School, schools: Schools, point: Point) -> None:
    post_six(school)
    first = school.crew.start(school.order("scan", {"page": "p", "depth": "recent"}, point, pause=True))
    assert first.reached()
    second = _without_the_lock(school, schools)
    assert school.end(second).done["status"] == "done"
    first.go()
    assert school.end(first).done["status"] == "done"
    oracle.expect_always(school)
    _one_more_run(school)


@pytest.mark.parametrize("attempt", range(3))
def test_both_run_freely(school: School, schools: Schools, attempt: int) -> None:
    school.board.behave(batch=1 + attempt, rewrites=False)
    post_six(school)
    first = school.crew.start(
        school.order("scan", {"page": "p", "depth": "recent"}, Point("asking", "check"), pause=True)
    )
    assert first.reached()
    second = _without_the_lock(school, schools)
    first.go()
    ended: list[Ended] = [school.end(first), school.end(second)]
    assert [each.done["status"] for each in ended] == ["done", "done"]
    assert sum(each.done["fetched"] for each in ended) == sum(each.done["scored"] for each in ended) == 6
    assert sum(each.done["flagged"] for each in ended) == 4
    _one_more_run(school)


def _without_the_lock(school: School, schools: Schools) -> Running:
    """Start a second scan of the page that another one scans."""
    if schools.server is None:
        other = school.folder / "other-home"
        shutil.copytree(school.folder / "home", other, ignore=shutil.ignore_patterns("*.db*", "locks"))
        order = school.order("scan", {"page": "p", "depth": "recent"})
        return school.crew.start(
            replace(order, home=str(other), database=f"sqlite:///{school.folder}/home/hallmonitor.db")
        )
    of_this = f"database = (SELECT oid FROM pg_database WHERE datname = '{database_of(school.database or '')}')"
    cut = schools.server.sql(
        f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND {of_this}"
    )
    assert cut == [(True,)], "the first one holds no lock that could be lost"
    return school.crew.start(school.order("scan", {"page": "p", "depth": "recent"}))


def _one_more_run(school: School) -> None:
    school.later(20)
    school.ring("carry_out")
    assert school.scan().done["status"] == "done"
    oracle.expect_settled(school)
