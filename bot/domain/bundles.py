"""Bundles: which flags are shown, decided and taken back together, as one card (DESIGN.md 7, Bulk; MATRIX.md, student_name and Consent)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.domain.durations import Duration
from bot.domain.fields import Strict

RECENT: Final = timedelta(days=1)
"""A flag that has waited by itself for longer is not drawn into a bundle any more."""

_FEW: Final = 2
"""From how many flags on the end of a consent is a bundle, and a raid that goes on after it was decided."""


class BundleRules(Strict):
    """When flags of one page count as a raid: `raid_of` comments posted `within` this time. A `gap` without one ends it."""

    raid_of: int = Field(default=10, ge=2)
    within: Duration = timedelta(minutes=10)
    gap: Duration = timedelta(minutes=30)


class Kind(StrEnum):
    """Why flags belong together."""

    RAID = "raid"
    CONSENT = "consent"  # what one revocation, or one ring of expiry, has uncovered
    NAMES = "names"  # first names alone, of one day


@dataclass(frozen=True, slots=True)
class Free:
    """A flag that waits by itself and may be drawn into a bundle. `posted`: when its comment was."""

    flag: str
    posted: datetime
    opened: datetime
    first_name: bool = False
    """It says that a student is named by first name alone, and nothing else."""
    uncovered: bool = False
    """Consents covered its comment until they ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A bundle that there is, with the times at which the first and the last of its comments were posted."""

    bundle: str
    kind: Kind
    takes_more: bool
    """Nobody has pressed anything on it yet."""
    opened: datetime
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Draw:
    """These flags become a bundle, or join one. `opened`: when the first of them was flagged."""

    kind: Kind
    flags: tuple[str, ...]
    opened: datetime
    bundle: str | None = None
    """The one that they join; None: a new one."""


def draws(free: Iterable[Free], standing: Sequence[Standing], rules: BundleRules, zone: ZoneInfo) -> list[Draw]:
    """Which flags of a page become or join a bundle, each at most one: what the end of a consent explains is no raid."""
    left = sorted(free, key=lambda f: (f.posted, f.flag))
    found = [*_uncovered(left, standing), *_names(left, standing, zone)]
    drawn = {flag for draw in found for flag in draw.flags}
    return found + list(_raids([f for f in left if f.flag not in drawn], standing, rules))


def _uncovered(free: Sequence[Free], standing: Sequence[Standing]) -> Iterator[Draw]:
    """What ended together was flagged at one moment."""
    for moment in sorted({f.opened for f in free if f.uncovered}):
        flags = tuple(f.flag for f in free if f.uncovered and f.opened == moment)
        known = next((s.bundle for s in _taking(standing, Kind.CONSENT) if s.opened == moment), None)
        if known is not None or len(flags) >= _FEW:
            yield Draw(Kind.CONSENT, flags, moment, known)


def _names(free: Sequence[Free], standing: Sequence[Standing], zone: ZoneInfo) -> Iterator[Draw]:
    """One card a day, by the school's own calendar, from the first flag on."""
    named = [f for f in free if f.first_name and not f.uncovered]
    for day in sorted({f.opened.astimezone(zone).date() for f in named}):
        flags = [f for f in named if f.opened.astimezone(zone).date() == day]
        of_day = (s.bundle for s in _taking(standing, Kind.NAMES) if s.opened.astimezone(zone).date() == day)
        yield Draw(Kind.NAMES, tuple(f.flag for f in flags), min(f.opened for f in flags), next(of_day, None))


def _raids(free: list[Free], standing: Sequence[Standing], rules: BundleRules) -> Iterator[Draw]:
    """Raids that last take more, those that were decided go on in a new bundle, and new ones begin.

    A raid is measured by when comments were posted, not by when flags were opened: a daily scan opens all of a day's at once.
    """
    raids = [s for s in standing if s.kind is Kind.RAID]
    for raid in sorted(raids, key=lambda s: not s.takes_more):
        flags = _chain(free, raid.first, raid.last, rules)
        if len(flags) >= (1 if raid.takes_more else _FEW):
            yield _raid(flags, raid.bundle if raid.takes_more else None)
            free = _without(free, flags)
    while (begins := _beginning(free, rules)) is not None:
        flags = _chain(free, begins, begins, rules)
        yield _raid(flags, None)
        free = _without(free, flags)


def _raid(flags: Sequence[Free], bundle: str | None) -> Draw:
    return Draw(Kind.RAID, tuple(f.flag for f in flags), min(f.opened for f in flags), bundle)


def _without(free: Sequence[Free], drawn: Sequence[Free]) -> list[Free]:
    ids = {f.flag for f in drawn}
    return [f for f in free if f.flag not in ids]


def _chain(free: Sequence[Free], first: datetime, last: datetime, rules: BundleRules) -> list[Free]:
    """The flags, in the order of their posting, that belong to what began at `first` and was last seen at `last`."""
    found = []
    for flag in free:
        if first <= flag.posted <= last + rules.gap:
            found.append(flag)
            last = max(last, flag.posted)
    return found


def _beginning(free: Sequence[Free], rules: BundleRules) -> datetime | None:
    """When the first raid among these began; None: there is none."""
    for first, last in zip(free, free[rules.raid_of - 1 :], strict=False):
        if last.posted - first.posted <= rules.within:
            return first.posted
    return None


def _taking(standing: Sequence[Standing], kind: Kind) -> Iterator[Standing]:
    return (s for s in standing if s.kind is kind and s.takes_more)
