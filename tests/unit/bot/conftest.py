"""A school in a district: on PostgreSQL alone, for what only that database does. And logs that end with their test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import pytest
import structlog

from tests.houses import Town
from tests.ready import ready_town
from tests.servers.postgres import PostgresServer

_IN_TURN = {"discord_ui", "people", "webhooks"}
"""Rooms whose statements both databases read alike; what locks and waits is tried on both, like all others."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """`make test` tries what these rooms do on one of the databases, in turn; `make test-slow` on the other."""
    for item in items:
        called = getattr(item, "callspec", None)
        if called is None or "database_kind" not in called.params or item.path.parent.name not in _IN_TURN:
            continue
        turn = ("sqlite", "postgresql")[crc32(getattr(item, "originalname", item.name).encode()) % 2]
        if called.params["database_kind"] != turn:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def district(tmp_path: Path, postgres: PostgresServer) -> Iterator[Town]:
    """A school with one page on a platform that lives in memory, on real PostgreSQL."""
    with ready_town(tmp_path, postgres) as town:
        yield town


@pytest.fixture(autouse=True)
def _logs_end_with_the_test() -> Iterator[None]:
    """`start_logging` keeps the standard error of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
