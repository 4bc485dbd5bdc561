"""Schools for the tests of this folder: one is set up for each database, and copied for each test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.people import email_of
from bot.records import Decision
from tests.chaos import oracle
from tests.chaos.crew import Crew, Ended
from tests.chaos.room import Room, introduce, room_of
from tests.chaos.school import School, Schools
from tests.houses import NOW
from tests.servers.fixtures import _or_skipped as or_skipped
from tests.servers.fixtures import free_port
from tests.servers.folders import short_folder
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
    schools = Schools.found(tmp_path_factory.mktemp("schools"), crew, server)
    schools.rehearse()
    return schools


@pytest.fixture
def school(schools: Schools) -> Iterator[School]:
    """A school of one's own: its page is applied, nothing is posted and nothing read."""
    with schools.another(f"school-{next(NUMBERS)}") as school:
        yield school


@pytest.fixture(scope="module")
def in_channel(schools: Schools) -> Iterator[School]:
    """A school with a review channel, on whose page nobody has posted anything; to be copied."""
    with schools.another(f"in-channel-{next(NUMBERS)}") as school:
        introduce(school)
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


@contextmanager
def flagged_like(schools: Schools, model: School, post: Callable[[School], None]) -> Iterator[School]:
    """A school like this one, in which people have posted, and all is read and flagged; to be copied."""
    with schools.another(f"flagged-{next(NUMBERS)}", model) as school:
        post(school)
        assert school.scan().done["status"] == "done"
        oracle.expect_settled(school)
        yield school


@contextmanager
def room_like(schools: Schools, model: School) -> Iterator[Room]:
    """The channel of a school like this one."""
    with schools.another(f"room-{next(NUMBERS)}", model) as school, room_of(school) as room:
        yield room


def flag_of(school: School, comment: str) -> str:
    """The id of a comment's newest flag."""
    sight = oracle.look(school)
    return sight.flags[sight.revisions[comment][-1][0].id][0].id


def made_up(school: School) -> None:
    """The clock rings on, and then nothing is missing."""
    school.later(20)
    school.ring("carry_out")
    assert _scan(school).done["status"] == "done"
    oracle.expect_settled(school)


def _scan(school: School) -> Ended:
    """A scan to its end. It is skipped while somebody on duty is at work on the page: then another one is tried."""
    for _ in range(20):
        ended = school.scan()
        if ended.done["status"] != "skipped":
            break
    return ended


def deciders(school: School, flag: str = "") -> list[str]:
    """The people who have decided a flag, or any."""
    with school.opened() as house, house.store.reading() as session:
        query = select(Decision).where(col(Decision.person_id).is_not(None)).order_by(col(Decision.id))
        found = session.exec(query.where(Decision.flag_id == flag) if flag else query)
        return [email_of(session, house.store.vault, decision.person_id) for decision in found]
