"""Who is on duty when, and who wants to be left in peace (DESIGN.md 7): by the clock on the wall, also on days on which it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.domain.fields import Email, Strict
from bot.domain.hours import DAY, WEEK, Dates, Hours, minute_of, parse_dates, parse_days, parse_hours

_LOOKS_AHEAD: Final = 400
"""Days; whoever has no working time for more than a year has none."""

_MINUTE = timedelta(minutes=1)


def _working_hours(written: str) -> str:
    hours = parse_hours(written)
    if hours.end <= hours.start:
        raise ValueError("working hours end on the day on which they begin")
    return written


def _quiet_hours(written: str) -> str:
    hours = parse_hours(written)
    if (hours.start, hours.end) == (0, DAY):
        raise ValueError("leave some hours in which you may be called")
    return written


def _days(written: str) -> str:
    parse_days(written)
    return written.lower()


def _dates(written: str) -> str:
    parse_dates(written)
    return written


def _in_one_line(written: object) -> object:
    """Several days may be a list."""
    return ", ".join(str(each) for each in written) if isinstance(written, list | tuple) else written


WorkingHours = Annotated[str, AfterValidator(_working_hours)]
QuietHours = Annotated[str, AfterValidator(_quiet_hours)]
WeekDays = Annotated[str, BeforeValidator(_in_one_line), AfterValidator(_days)]
DateRange = Annotated[str, AfterValidator(_dates)]


class Shift(Strict):
    """Who is on duty on which days of the week."""

    days: WeekDays
    people: tuple[Email, ...] = Field(min_length=1)


class OnCall(Strict):
    """`on_call` of a site: its working hours by days of the week, without its holidays, in its school year; and whose turn it is.

    On days without a shift all administrators are on duty.
    """

    hours: dict[WeekDays, WorkingHours] = Field(min_length=1)
    holidays: tuple[DateRange, ...] = ()
    school_year: DateRange | None = None
    shifts: tuple[Shift, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        days = [day for written in self.hours for day in parse_days(written)]
        if doubled := [day for day in days if days.count(day) > 1]:
            raise ValueError(f"{WEEK[doubled[0]]} has two lines of hours; remove it from one of them")
        for shift in self.shifts:
            if idle := [day for day in parse_days(shift.days) if day not in days]:
                raise ValueError(
                    f"a shift names {WEEK[idle[0]]}, which has no hours: write them, or take it off the shift"
                )
        return self

    def is_working(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the school works at this moment, by its clock on the wall."""
        local = now.astimezone(zone)
        hours = self._hours_on(local.date())
        return hours is not None and hours.hold(minute_of(local))

    def next_working(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The first working moment, not before `now` (UTC). None: none is known, since the school year is over."""
        if self.is_working(now, zone):
            return now
        today = now.astimezone(zone).date()
        first = max(today, self._year.first) if self._year else today
        for day in (first + timedelta(days=ahead) for ahead in range(_LOOKS_AHEAD)):
            hours = self._hours_on(day)
            for moment in _moments(day, hours, zone) if hours else ():
                if moment >= now and self.is_working(moment, zone):
                    return moment
        return None

    def people_at(self, now: datetime, zone: ZoneInfo) -> frozenset[Email] | None:
        """Whose shift it is on this day. None: nobody's more than the others'."""
        day = now.astimezone(zone).weekday()
        turns = [shift.people for shift in self.shifts if day in parse_days(shift.days)]
        return frozenset(email for people in turns for email in people) if turns else None

    @property
    def _year(self) -> Dates | None:
        return parse_dates(self.school_year) if self.school_year else None

    def _hours_on(self, day: date) -> Hours | None:
        if (self._year and day not in self._year) or any(day in parse_dates(written) for written in self.holidays):
            return None
        return next((parse_hours(h) for days, h in self.hours.items() if day.weekday() in parse_days(days)), None)


def _moments(day: date, hours: Hours, zone: ZoneInfo) -> Iterator[datetime]:
    """When the hours of a day may begin (UTC). On a day on which the clocks are changed any minute may be the first."""
    midnight, end = (datetime.combine(d, time(), tzinfo=zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    if end - midnight == timedelta(days=1):
        yield midnight + hours.start * _MINUTE
        return
    for minute in range((end - midnight) // _MINUTE):
        yield midnight + minute * _MINUTE


@dataclass(frozen=True, slots=True)
class Quiet:
    """A person's quiet hours: then they are called for nothing but what is critical."""

    hours: Hours
    zone: ZoneInfo

    @classmethod
    def parse(cls, written: str, time_zone: str) -> Quiet:
        """Read quiet hours as `people.yaml` has them."""
        return cls(parse_hours(written), ZoneInfo(time_zone))

    def hold(self, now: datetime) -> bool:
        """Whether it is quiet for them at this moment."""
        return self.hours.hold(minute_of(now.astimezone(self.zone)))
