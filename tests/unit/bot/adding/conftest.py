from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.houses import Town
from tests.ready import ready_town


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Town]:
    """A school on SQLite: what is added here is a file, and no row."""
    with ready_town(tmp_path) as town:
        yield town
