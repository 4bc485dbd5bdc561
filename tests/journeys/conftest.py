"""The first day of a school, shared by the journeys at the terminal: on SQLite, and in a district's PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.desk import Desk
from tests.servers.postgres import PostgresServer, database_of


def _live_through(desk: Desk) -> Desk:
    """`init`, `pages apply` and one `scan` of the sample pages."""
    said = desk.run("init", before=lambda: None)  # by itself: the command as it is installed
    assert said.code == 0, said
    assert "mode 0600" in said.out
    assert "Back it up" in said.out
    desk.must("pages", "apply")
    results = desk.scan()
    assert {page["status"] for page in results.values()} == {"done"}
    return desk


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home folder after the first day, its database in a file."""
    return _live_through(Desk(tmp_path_factory.mktemp("first") / "home"))


@pytest.fixture(scope="session")
def first_day_of_a_district(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Desk:
    """The same, its database on a server."""
    secrets = {"HALLMONITOR_DATABASE_URL": postgres.make_database()}
    return _live_through(Desk(tmp_path_factory.mktemp("district") / "home", secrets=secrets))


@pytest.fixture
def desk(first_day: Desk, tmp_path: Path) -> Desk:
    """That first day, in a copy of one's own."""
    shutil.copytree(first_day.home, tmp_path / "home")
    return Desk(tmp_path / "home")


@pytest.fixture
def district(first_day_of_a_district: Desk, postgres: PostgresServer, tmp_path: Path) -> Iterator[Desk]:
    """That first day in PostgreSQL, in a copy of one's own."""
    shutil.copytree(first_day_of_a_district.home, tmp_path / "home")
    url = postgres.make_database(template=database_of(first_day_of_a_district.database))
    yield Desk(tmp_path / "home", secrets={"HALLMONITOR_DATABASE_URL": url})
    postgres.drop_database(url)


@pytest.fixture(params=["desk", "district"])
def anywhere(request: pytest.FixtureRequest) -> Desk:
    """That first day on either database, for what may differ between them."""
    desk: Desk = request.getfixturevalue(request.param)
    return desk
