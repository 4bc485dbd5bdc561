"""A short run of random presses; `make presses` has a thousand, with a seed that nobody has seen before."""

from __future__ import annotations

import pytest

from tests.presses.__main__ import live


@pytest.mark.slow
def test_whatever_is_pressed_the_invariants_hold() -> None:
    assert live(seed=1, lives=2, steps=25) > 20
