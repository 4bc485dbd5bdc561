"""The first day of a school, shared by the journeys at the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.journeys.desk import Desk


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home folder after `init`, `pages apply` and one `scan` of the sample pages."""
    desk = Desk(tmp_path_factory.mktemp("first") / "home")
    said = desk.must("init")
    assert "mode 0600" in said.out
    assert "Back it up" in said.out
    desk.must("pages", "apply")
    results = desk.scan()
    assert {page["status"] for page in results.values()} == {"done"}
    return desk


@pytest.fixture
def desk(first_day: Desk, tmp_path: Path) -> Desk:
    """That first day, in a copy of one's own."""
    shutil.copytree(first_day.home, tmp_path / "home")
    return Desk(tmp_path / "home")
