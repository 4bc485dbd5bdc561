"""Two schools, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.houses import Town
from tests.ready import ready_town
from tests.unit.bot.people.two_schools import found_two


@pytest.fixture
def schools(town: Town) -> Town:
    """The school of `town` and another one."""
    found_two(town)
    return town


@pytest.fixture
def one_school(tmp_path: Path) -> Iterator[Town]:
    """One database is enough where a file is refused before any is asked."""
    with ready_town(tmp_path) as town:
        yield town
