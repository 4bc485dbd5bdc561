from __future__ import annotations

from datetime import date

import pytest

from bot.domain.hours import Dates, Hours, parse_dates, parse_days, parse_hours


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [("07:30-16:00", 450, 960), ("7:30 - 16:00", 450, 960), ("21:00-06:30", 1260, 390), ("00:00-24:00", 0, 1440)],
)
def test_hours_are_read(written: str, start: int, end: int) -> None:
    assert parse_hours(written) == Hours(start, end)


@pytest.mark.parametrize("written", ["", "7-16", "07:30", "07:30-07:30", "24:00-01:00", "07:60-08:00", "07:30-25:00"])
def test_other_hours_are_refused_with_the_form_to_write(written: str) -> None:
    with pytest.raises(ValueError, match="07:30-16:00"):
        parse_hours(written)


@pytest.mark.parametrize(
    ("written", "days"),
    [("mon", (0,)), ("mon-fri", (0, 1, 2, 3, 4)), ("Mon, wed-thu", (0, 2, 3)), ("sat-mon", (5, 6, 0))],
)
def test_days_of_the_week_are_read(written: str, days: tuple[int, ...]) -> None:
    assert parse_days(written) == days


@pytest.mark.parametrize(
    ("written", "says"), [("", "mon-fri"), ("monday", "mon-fri"), ("mon-", "mon-fri"), ("mon-wed, tue", "twice")]
)
def test_other_days_are_refused(written: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_days(written)


def test_a_range_holds_its_first_and_its_last_day() -> None:
    assert parse_dates("2026-11-26") == Dates(date(2026, 11, 26), date(2026, 11, 26))
    winter = parse_dates("2026-12-21 to 2027-01-08")
    assert date(2026, 12, 21) in winter
    assert date(2027, 1, 8) in winter
    assert date(2027, 1, 9) not in winter


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("26.11.2026", "such as 2026-11-26"),
        ("2026-12-21 - 2027-01-08", "`to` between"),
        ("2026-02-30", "no calendar"),
        ("2027-01-08 to 2026-12-21", "before the first"),
    ],
)
def test_other_dates_are_refused(written: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_dates(written)
