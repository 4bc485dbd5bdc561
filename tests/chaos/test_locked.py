"""The database is locked by somebody else, or restarts in the middle: it is told, nothing is lost, the next run is fine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg
import pytest

from tests.chaos import oracle
from tests.chaos.conftest import NUMBERS, post_six
from tests.chaos.school import School, Schools
from tests.chaos.trap import Point
from tests.servers.postgres import PostgresServer

TABLES = ("page", "run", "comment", "revision", "signal", "flag", "chain_head", "action")


@contextmanager
def _locked_by_another(school: School, table: str) -> Iterator[School]:
    """Somebody holds the file, or a table; the school's processes wait half a second for it."""
    if school.database is None:
        file = school.folder / "home" / "hallmonitor.db"
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield replace(school, database=f"sqlite:///{file}?timeout=0.5")
            other.execute("ROLLBACK")
        return
    with psycopg.connect(school.database) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield replace(school, database=f"{school.database}?options=-c%20lock_timeout%3D500ms")


@pytest.mark.parametrize("schools", ["sqlite"], indirect=True)
def test_a_locked_file_is_told_and_nothing_is_lost(school: School) -> None:
    _is_told_and_nothing_is_lost(school, "")


@pytest.mark.parametrize("schools", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", TABLES)
def test_a_locked_table_is_told_and_nothing_is_lost(school: School, table: str) -> None:
    _is_told_and_nothing_is_lost(school, table)


def _is_told_and_nothing_is_lost(school: School, table: str) -> None:
    post_six(school)
    with _locked_by_another(school, table) as locked:
        ended = locked.scan()
    assert (ended.refused, "locked by another program" in ended.words) == ("StoreProblem", True), ended
    oracle.expect_always(school)
    school.later(20)
    assert school.scan().done["status"] == "done"
    oracle.expect_settled(school)


RESTARTS = [
    Point("asked", "fetch", 2),
    Point("after", "INSERT INTO revision", 2),
    Point("committing", "INSERT INTO signal"),
    Point("after", "INSERT INTO flag"),
    Point("asked", "act hide"),
]


@pytest.mark.parametrize("point", RESTARTS, ids=str)
def test_a_database_that_restarts_in_the_middle_of_a_scan(
    restarting: School, cluster: PostgresServer, point: Point
) -> None:
    """A run may end loudly, or come through where it had nothing open; nothing is doubled, and the next one completes."""
    post_six(restarting)
    scan = restarting.crew.start(restarting.order("scan", {"page": "p", "depth": "recent"}, point, pause=True))
    assert scan.reached()
    cluster.restart()
    scan.go()
    ended = restarting.end(scan)
    if point.when not in ("asked", "asking"):
        assert (ended.refused, "does not answer" in ended.words) == ("StoreProblem", True), ended
    oracle.expect_always(restarting)
    restarting.later(20)
    assert restarting.scan().done["status"] == "done"
    oracle.expect_settled(restarting)


@pytest.fixture
def restarting(own_schools: Schools) -> Iterator[School]:
    """A school on a server of its own, which nobody else misses."""
    with own_schools.another(f"restarting-{next(NUMBERS)}") as school:
        yield school
