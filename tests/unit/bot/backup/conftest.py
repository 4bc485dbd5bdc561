"""Schools that may burn down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.houses import Town
from tests.unit.bot.backup.moves import (
    burn,
    on_postgres,
)


@pytest.fixture
def lose_everything(town: Town, request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """The machine burns: home folder and database are gone, and there is a new, empty machine."""
    made: list[str] = []

    def lose() -> None:
        burn(town)
        if on_postgres(town):
            server = request.getfixturevalue("postgres")
            server.drop_database(town.environment.database_url)
            made.append(server.make_database())
            town.environment = replace(town.environment, database_url=made[-1])

    yield lose
    town.house.store.engine.dispose()
    for url in made:
        request.getfixturevalue("postgres").drop_database(url)


@pytest.fixture
def town_on_sqlite(tmp_path: Path) -> Iterator[Town]:
    """On SQLite alone, for what does not depend on the kind of database."""
    with Town(tmp_path) as town:
        yield town
