"""Schools at the fake of Discord, and what our log and the library's say."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.houses import Town
from tests.ready import ready_town
from tests.unit.bot.discord_ui.wires import Wire, at_the_fake


@pytest.fixture
def wire(town: Town) -> Iterator[Wire]:
    """On both databases: what is written and read in an order that matters."""
    with at_the_fake(town) as wire:
        yield wire


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Wire]:
    """On SQLite: what Discord does."""
    with ready_town(tmp_path) as town, at_the_fake(town) as wire:
        yield wire


@pytest.fixture
def told() -> Iterator[list[EventDict]]:
    """What our log says."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def no_error_is_only_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """discord.py logs what a button raises, and goes on."""
    yield
    errors = [r for r in caplog.records if r.name.startswith(("discord", "aiohttp")) and r.levelno >= logging.ERROR]
    assert [error for error in errors if not error.getMessage().startswith("Attempting a reconnect")] == []
