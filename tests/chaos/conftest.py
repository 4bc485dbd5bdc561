"""Schools for the tests of this folder: one is set up for each database, and copied for each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.chaos import oracle
from tests.chaos.crew import Crew
from tests.chaos.school import School, Schools
from tests.houses import NOW
from tests.servers.fixtures import _or_skipped as or_skipped
from tests.servers.fixtures import _short_folder as short_folder
from tests.servers.fixtures import free_port
from tests.servers.postgres import PostgresServer

NUMBERS = count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """`make test` tries every point of death on one of the databases, every fourth on PostgreSQL; `make test-slow` the others."""
    for item in items:
        called = getattr(item, "callspec", None)
        if called is None or not {"point", "schools"} <= called.params.keys():
            continue
        if (called.indices["point"] % 4 == 3) is not (called.params["schools"] == "postgresql"):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    """The nursery of all victims."""
    with tempfile.TemporaryDirectory(prefix="hm-chaos-") as folder, Crew(Path(folder)) as crew:
        yield crew


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def schools(request: pytest.FixtureRequest, crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> Schools:
    """The first school on each database."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return Schools.found(tmp_path_factory.mktemp("schools"), crew, server)


@pytest.fixture
def school(schools: Schools) -> Iterator[School]:
    """A school of one's own: its page is applied, nothing is posted and nothing read."""
    with schools.another(f"school-{next(NUMBERS)}") as school:
        yield school


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresServer]:
    """A PostgreSQL that may be restarted and starved: no other test is connected to it."""
    with short_folder("hm-pg-") as folder, or_skipped("PostgreSQL"), PostgresServer(folder, free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def own_schools(cluster: PostgresServer, crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> Schools:
    """The first school on that server."""
    return Schools.found(tmp_path_factory.mktemp("own"), crew, cluster)


TEXTS = ("clean", "!disparagement", "!hate", "!threat !disparagement", "clean too", "!student_contact")


def post_six(school: School) -> None:
    """Six people post: two of them nothing that breaks a rule, and two what the machine holds."""
    school.board.post_all((f"c{n}", text, NOW - timedelta(minutes=90 - n)) for n, text in enumerate(TEXTS))


def flag_of(school: School, comment: str) -> str:
    """The id of a comment's newest flag."""
    sight = oracle.look(school)
    return sight.flags[sight.revisions[comment][-1][0].id][0].id


def made_up(school: School) -> None:
    """The clock rings on, and then nothing is missing."""
    school.later(20)
    school.ring("carry_out")
    assert school.scan().done["status"] == "done"
    oracle.expect_settled(school)
