"""Working hours, shifts and quiet hours, on nights on which the clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.duty import OnCall, Quiet
from bot.domain.hours import WEEK, parse_hours

LA = ZoneInfo("America/Los_Angeles")
A, B = "a@x.example", "b@x.example"
SCHOOL: dict[str, Any] = {
    "hours": {"mon-thu": "07:30-16:00", "fri": "07:30-12:00"},
    "holidays": ["2026-11-26", "2026-12-21 to 2027-01-08"],
    "school_year": "2026-08-13 to 2027-06-10",
    "shifts": [{"days": "mon-wed", "people": [A]}, {"days": ["wed", "thu"], "people": [B]}],
}


def school(**other: Any) -> OnCall:
    return OnCall.model_validate({**SCHOOL, **other})


def at(local: str) -> datetime:
    """A time of the school's clock, in UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=LA).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "working", "begins"),
    [
        ("2026-11-23 07:29", False, "2026-11-23 07:30"),
        ("2026-11-23 07:30", True, "2026-11-23 07:30"),
        ("2026-11-23 15:59:59", True, "2026-11-23 15:59:59"),
        ("2026-11-23 16:00", False, "2026-11-24 07:30"),
        ("2026-11-25 16:00", False, "2026-11-27 07:30"),  # over Thanksgiving
        ("2026-11-27 12:00", False, "2026-11-30 07:30"),  # Friday noon
        ("2026-12-18 12:00", False, "2027-01-11 07:30"),  # over the winter recess, its last day included
        ("2027-01-08 09:00", False, "2027-01-11 07:30"),
        ("2026-07-01 09:00", False, "2026-08-13 07:30"),
        ("2024-07-01 09:00", False, "2026-08-13 07:30"),  # years before
        ("2027-06-10 16:00", False, None),
        ("2027-06-11 09:00", False, None),
    ],
)
def test_working_time_and_when_the_next_begins(local: str, working: bool, begins: str | None) -> None:
    assert school().is_working(at(local), LA) is working
    assert school().next_working(at(local), LA) == (at(begins) if begins else None)


@pytest.mark.parametrize(
    ("local", "people"),
    [("2026-11-23", {A}), ("2026-11-25", {A, B}), ("2026-12-03", {B}), ("2026-11-27", None)],
)
def test_whose_shift_it_is(local: str, people: set[str] | None) -> None:
    assert school().people_at(at(local + " 09:00"), LA) == people


@pytest.mark.parametrize(
    ("night", "zone", "hours", "begins"),
    [
        (
            "2026-03-08T09:00Z",
            "America/Los_Angeles",
            "02:30-05:00",
            "2026-03-08T10:00Z",
        ),  # 2:30 does not exist: 3:00 is behind it
        ("2026-11-01T07:00Z", "America/Los_Angeles", "01:30-05:00", "2026-11-01T08:30Z"),  # the first 1:30 of two
        ("2026-11-01T09:10Z", "America/Los_Angeles", "01:30-05:00", "2026-11-01T09:30Z"),  # and out again, and in again
        ("2026-03-08T04:00Z", "America/Havana", "00:00-05:00", "2026-03-08T05:00Z"),  # midnight itself does not exist
        ("2026-11-01T18:00Z", "America/Los_Angeles", "12:00-13:00", "2026-11-01T20:00Z"),  # noon of a day of 25 hours
        ("2011-12-29T12:00Z", "Pacific/Apia", "09:00-10:00", "2011-12-29T19:00Z"),
        (
            "2011-12-29T21:00Z",
            "Pacific/Apia",
            "09:00-10:00",
            "2011-12-30T19:00Z",
        ),  # a Friday that was left out of the calendar
    ],
)
def test_hours_begin_where_the_clock_on_the_wall_says_so(night: str, zone: str, hours: str, begins: str) -> None:
    always = OnCall.model_validate({"hours": {"mon-sun": hours}})
    assert always.next_working(datetime.fromisoformat(night), ZoneInfo(zone)) == datetime.fromisoformat(begins)


NIGHTS = [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC)]
MINUTES = st.integers(0, 1439).map(lambda m: f"{m // 60:02}:{m % 60:02}")
HOURS = st.tuples(MINUTES, MINUTES).filter(lambda t: t[0] < t[1]).map("-".join)


@settings(max_examples=150, deadline=None)
@given(
    night=st.sampled_from(NIGHTS),
    minutes=st.integers(-2000, 3000),
    zone=st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "UTC"]),
    hours=HOURS,
    days=st.sets(st.sampled_from(WEEK), min_size=1),
    holiday=st.dates(date(2026, 10, 30), date(2026, 11, 3)),
)
def test_nothing_before_the_next_working_time_is_one(
    night: datetime, minutes: int, zone: str, hours: str, days: set[str], holiday: date
) -> None:
    call = OnCall.model_validate({"hours": {", ".join(days): hours}, "holidays": [holiday.isoformat()]})
    now, place = night + timedelta(minutes=minutes), ZoneInfo(zone)
    begins = call.next_working(now, place)
    assert begins is not None
    assert begins >= now
    assert call.is_working(begins, place)
    step, moment = timedelta(minutes=7), now
    while moment < begins:
        assert not call.is_working(moment, place), moment
        moment += step
    assert (
        begins == now
        or not call.is_working(begins - timedelta(minutes=1), place)
        or begins - timedelta(minutes=1) < now
    )


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-23 20:59:59", False),
        ("2026-11-23 21:00", True),
        ("2026-11-24 00:00", True),
        ("2026-11-24 06:29:59", True),
        ("2026-11-24 06:30", False),
        ("2026-11-01 01:30", True),  # on the night of two such times
    ],
)
def test_quiet_hours_go_on_after_midnight(local: str, quiet: bool) -> None:
    assert Quiet.parse("21:00-06:30", "America/Los_Angeles").hold(at(local)) is quiet


@given(written=st.tuples(MINUTES, MINUTES).filter(lambda t: t[0] != t[1]).map("-".join), minute=st.integers(0, 1439))
def test_quiet_hours_and_the_others_are_the_whole_day(written: str, minute: int) -> None:
    start, end = written.split("-")
    assert parse_hours(written).hold(minute) is not parse_hours(f"{end}-{start}").hold(minute)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"hours": {"mon-fri": "16:00-07:30"}}, "end on the day"),
        ({"hours": {"mon-fri": "07:30-16:00", "fri": "07:30-12:00"}}, "fri has two lines"),
        ({"hours": {"mon-fryday": "07:30-16:00"}}, "mon-fri"),
        ({"hours": {}}, "at least 1"),
        ({"shifts": [{"days": "sat", "people": [A]}]}, "sat, which has no hours"),
        ({"shifts": [{"days": "mon", "people": []}]}, "at least 1"),
        ({"holidays": ["2026-11-31"]}, "no calendar"),
        ({"holiday": []}, "holiday"),
    ],
)
def test_what_cannot_be_is_refused(other: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        school(**other)
