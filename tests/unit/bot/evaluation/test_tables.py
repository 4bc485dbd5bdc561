from __future__ import annotations

from bot.cli.evaluation_tables import percent
from bot.domain.measuring import Share


def test_a_share_is_told_with_its_interval_and_its_parts_to_the_last_digit() -> None:
    assert percent(Share(1, 2)) == "50% (9% to 91%)  1/2"
    assert percent(Share(0, 0)) == "-"
    assert percent(Share(1_234_567, 2_469_134)).endswith("  1234567/2469134")
