from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.durations import parse_duration, write_duration


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1h", timedelta(hours=1)),
        ("24 hours", timedelta(days=1)),
        ("15 min", timedelta(minutes=15)),
        ("3 days", timedelta(days=3)),
        ("90m", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_read(written: str, expected: timedelta) -> None:
    assert parse_duration(written) == expected


@pytest.mark.parametrize("written", ["", "h", "1", "-1h", "0h", "1 week", "1.5h", "١h", 5, None, "999999h"])
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="write a duration"):
        parse_duration(written)


@pytest.mark.parametrize("minutes", [1, 15, 60, 90, 240, 1440, 72 * 60, 4 * 1440])
def test_what_is_written_is_read_back(minutes: int) -> None:
    duration = timedelta(minutes=minutes)
    assert parse_duration(write_duration(duration)) == duration


def test_a_duration_stays_what_it_is() -> None:
    assert parse_duration(timedelta(hours=2)) == timedelta(hours=2)
