"""Hours of the day, days of the week and dates as people write them in YAML: `07:30-16:00`, `mon-fri`, `2026-12-21 to 2027-01-08`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

DAY: Final = 24 * 60
"""Minutes."""

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*-\s*([0-9]{1,2}):([0-5][0-9])")
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s+to\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day by the clock on the wall, in minutes since midnight: `end` is behind it. It may go on after midnight."""

    start: int
    end: int

    def hold(self, minute: int) -> bool:
        """Whether this minute of the day, counted from midnight, is one of these hours."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Dates:
    """Days from the first to the last, both of them included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def minute_of(local: datetime) -> int:
    """What the clock on the wall shows, in minutes since midnight."""
    return local.hour * 60 + local.minute


@cache
def parse_hours(written: str) -> Hours:
    """Read `07:30-16:00`, or, over midnight, `21:00-06:30`.

    Raises:
        ValueError: another form, a time that no clock shows, or no time between the two.
    """
    match = _HOURS.fullmatch(written.strip())
    start, end = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
    if match is None or start >= DAY or end > DAY or start == end:
        raise ValueError("write a beginning and an end, such as 07:30-16:00 (24-hour clock)")
    return Hours(start, end)


@cache
def parse_days(written: str) -> tuple[int, ...]:
    """Read `mon`, `mon-fri` or `mon, wed-thu`: the days, 0 for Monday.

    Raises:
        ValueError: another word, or a day that stands twice.
    """
    days: list[int] = []
    for part in written.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        last = last if dash else first
        if first not in WEEK or last not in WEEK:
            raise ValueError(f"write days such as mon-fri or mon, wed; known are: {', '.join(WEEK)}")
        begin = WEEK.index(first)
        days += [(begin + n) % 7 for n in range((WEEK.index(last) - begin) % 7 + 1)]
    if len(set(days)) < len(days):
        raise ValueError("a day stands twice; remove one of the two")
    return tuple(days)


@cache
def parse_dates(written: str) -> Dates:
    """Read `2026-11-26` or `2026-12-21 to 2027-01-08`.

    Raises:
        ValueError: another form, a day that no calendar has, or an end before its beginning.
    """
    match = _DATES.fullmatch(written.strip())
    if match is None:
        raise ValueError("write a date such as 2026-11-26, or two with `to` between them, the last day included")
    try:
        dates = Dates(date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1]))
    except ValueError:
        raise ValueError("no calendar has this day: write year, month and day, such as 2026-11-26") from None
    if dates.last < dates.first:
        raise ValueError("the last day is before the first one: look at the years")
    return dates
