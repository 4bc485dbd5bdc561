"""What the cases of every connector are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.acting import Pair
from tests.contract.example import MODULES, Example, every


@pytest.fixture(params=every())
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    """Every connector."""
    return MODULES[request.param].example(request, tmp_path)


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """A connector with an action; which ones, the test says."""
    kind, action = request.param
    return Pair(MODULES[kind].example(request, tmp_path), action)
