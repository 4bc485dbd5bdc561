"""A small storm through the same code: order, one card for the raid, no refusals, and what was pressed stands on the platform."""

from __future__ import annotations

from pathlib import Path

from tests.storm.__main__ import rows_of
from tests.storm.draining import drain
from tests.storm.filling import TOY


def test_a_small_storm_drains_in_order_and_every_press_is_carried_out(tmp_path: Path) -> None:
    found = drain(tmp_path, TOY, speed=50)
    assert found.sent.count == TOY.flags - TOY.raid + 1
    assert (found.sent.too_early, found.sent.bundles, found.sent.raid_alone) == (0, 1, 0)
    assert found.refused <= 1
    assert len(found.answered) == TOY.presses
    assert (
        max(found.acknowledged) < 15
    )  # Discord's own limit is 3: a goal of `make storm`, for a machine that does nothing else
    assert found.unlike == 0
    assert all(row.measured for row in rows_of(found, speed=50))
