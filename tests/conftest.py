"""Fixtures of all tests, and the line that counts what was skipped."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.http_budget import forget
from tests import compiled as compiled  # from its import on
from tests.houses import Town
from tests.ready import ready_town
from tests.servers.folders import in_memory

pytest_plugins = ["tests.servers.fixtures"]
tempfile.tempdir = os.environ.setdefault("TMPDIR", str(in_memory()))  # for this process, and for those that it starts
gc.disable()  # until all tests are collected: there is no garbage among them


def pytest_collection_finish() -> None:
    """What is there now stays to the end: it is not looked at again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 50)
    gc.enable()


@pytest.fixture(autouse=True)
def _hosts_are_asked_anew() -> None:
    """What hosts of other tests have said of their limits: the next one on that port is another host."""
    forget()


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path, database_kind: str) -> Iterator[Town]:
    """A school with one page on a platform that lives in memory, on real SQLite and on real PostgreSQL."""
    with ready_town(tmp_path, request.getfixturevalue("postgres") if database_kind == "postgresql" else None) as town:
        yield town


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end the workers share what takes a moment, and none waits for the other's last journey."""
    items.sort(key=lambda item: not {"journeys", "chaos", "presses"}.intersection(item.path.parts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.write_line(
        f"{len(skipped)} tests skipped" + (": a real server could not be started here" if skipped else "")
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED  # in CI a skipped test proves nothing
