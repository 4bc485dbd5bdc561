from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.deadlines import reminder_at

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("within", "before"),
    [
        (timedelta(minutes=20), timedelta(minutes=10)),
        (timedelta(hours=4), timedelta(hours=1)),
        (timedelta(hours=16), timedelta(hours=4)),
        (timedelta(hours=72), timedelta(hours=4)),
    ],
)
def test_a_reminder_comes_a_quarter_of_the_time_before_the_deadline(within: timedelta, before: timedelta) -> None:
    assert reminder_at(NOW, NOW + within) == NOW + within - before
