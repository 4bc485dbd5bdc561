"""A school in a district: on PostgreSQL alone, for what only that database does. And logs that end with their test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.houses import Town
from tests.servers.postgres import PostgresServer


@pytest.fixture
def district(tmp_path: Path, postgres: PostgresServer) -> Iterator[Town]:
    """A school with one page on a platform that lives in memory, on real PostgreSQL."""
    url = postgres.make_database()
    with Town(tmp_path, url) as town:
        yield town
    postgres.drop_database(url)


@pytest.fixture(autouse=True)
def _logs_end_with_the_test() -> Iterator[None]:
    """`start_logging` keeps the standard error of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
