"""When a class page is due, from its schedule and the run ledger alone (DESIGN.md 1 and 6).

Daily is the floor: Section III asks that open comments are moderated and monitored daily.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zlib import crc32
from zoneinfo import ZoneInfo

LONGEST_GAP = timedelta(days=1)
REREAD_WINDOW = timedelta(days=30)
REREAD_EVERY = timedelta(days=1)
REREAD_ALL_EVERY = timedelta(days=7)
CLOCK_TOLERANCE = timedelta(minutes=5)
"""A ledger entry further ahead than this was written by a clock that has since been set back."""

_DAILY = re.compile(r"daily at ([01]\d|2[0-3]):([0-5]\d)")
_EVERY = re.compile(r"every ([0-9]{1,4}) (minutes?|hours?|days?)")
_UNIT = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_RETRY_FIRST = timedelta(minutes=5)
_RETRY_LONGEST = timedelta(hours=1)


class Depth(StrEnum):
    """How far back a run reads."""

    NEW = "new"  # behind the checkpoint
    RECENT = "recent"  # the last 30 days: edits, late approvals, deletions
    ALL = "all"  # everything, weekly


@dataclass(frozen=True, slots=True)
class Schedule:
    """`daily at HH:MM` in the site's time, or `every N minutes|hours`."""

    written: str
    at: time | None = None
    every: timedelta | None = None

    @classmethod
    def parse(cls, written: str) -> Schedule:
        """Read a schedule.

        Raises:
            ValueError: another form, or less often than daily (Section III).
        """
        text = " ".join(written.split()).lower()
        if daily := _DAILY.fullmatch(text):
            return cls(written=text, at=time(int(daily[1]), int(daily[2])))
        if every := _EVERY.fullmatch(text):
            gap = int(every[1]) * _UNIT[every[2].removesuffix("s")]
            if not timedelta(minutes=1) <= gap <= LONGEST_GAP:
                raise ValueError("open comments are moderated daily at least (BUL-5688.1, III): every 24 hours or less")
            return cls(written=text, every=gap)
        raise ValueError("write `daily at 06:00` (24-hour clock, the school's time) or `every 2 hours`")

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest moment, not after `now`, at which the page should have been read (UTC)."""
        if self.every is not None:
            passed = int(now.timestamp()) // int(self.every.total_seconds())
            return datetime.fromtimestamp(passed * self.every.total_seconds(), tz=now.tzinfo)
        local = now.astimezone(zone)
        days = (local.date() - timedelta(days=back) for back in range(3))
        slots = (datetime.combine(day, self.at or time(), tzinfo=zone).astimezone(UTC) for day in days)
        # compared in UTC: on the day on which the clocks go forward, 02:30 of the wall lies after its own moment
        return next(slot for slot in slots if slot <= now)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the due rule needs of one run: when it began, how it ended, how far back it read, when it may be tried again."""

    started: datetime
    done: bool
    depth: Depth
    retry_at: datetime | None = None


def is_due(schedule: Schedule, zone: ZoneInfo, ledger: Iterable[LedgerEntry], now: datetime) -> bool:
    """Whether the page's latest slot is still without a finished run.

    After any pause this is true once, however many slots were missed. A failed run is tried again, after 5 minutes first and then
    at growing distances, and not before the platform wants to be asked again. Entries from the future (the clock was set back)
    prove nothing and are left out.
    """
    slot = schedule.last_slot(now, zone)
    known = sorted((e for e in ledger if e.started <= now + CLOCK_TOLERANCE), key=lambda e: e.started)
    last_done = max((e.started for e in known if e.done), default=None)
    if last_done is not None and last_done >= slot:
        return False
    failures = [e for e in known if last_done is None or e.started > last_done]
    if not failures:
        return True
    pause = min(_RETRY_FIRST * (1 << min(len(failures) - 1, 10)), _RETRY_LONGEST)
    wait = max(min(e.retry_at, e.started + LONGEST_GAP) if e.retry_at else e.started for e in failures)
    return now >= max(failures[-1].started + pause, wait)


def depth_of_next_run(ledger: Iterable[LedgerEntry], now: datetime, page_id: str) -> Depth:
    """How far back the next scheduled run reads: everything weekly, 30 days daily, else what is new.

    Each page has its day of the week for everything, by its id. Pages that were all added on one day would otherwise all read everything
    on the same one, and take more of their host than it allows in a day.
    """
    done = [entry for entry in ledger if entry.done and entry.started <= now + CLOCK_TOLERANCE]
    last_all = max((e.started for e in done if e.depth is Depth.ALL), default=None)
    if last_all is None or now - last_all >= REREAD_ALL_EVERY:
        return Depth.ALL
    if now.weekday() == crc32(page_id.encode()) % 7 and now - last_all >= REREAD_EVERY:
        return Depth.ALL
    last_recent = max(e.started for e in done if e.depth is not Depth.NEW)
    return Depth.RECENT if now - last_recent >= REREAD_EVERY else Depth.NEW
