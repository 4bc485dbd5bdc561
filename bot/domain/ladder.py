"""Who is called about a flag, and when: the ladder of deadlines (DESIGN.md 7). Nothing expires; the last rung keeps ringing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.class_pages import Severity


class Rung(IntEnum):
    """The people of a school in the order in which they are called."""

    ADMINISTRATORS = 0
    SUPERVISOR = 1


class Reason(StrEnum):
    """Why somebody is called."""

    UNANSWERED = "unanswered"  # a critical flag that nobody has acknowledged
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A flag that waits for a decision, as far as the ladder needs it."""

    severity: Severity
    opened: datetime
    due: datetime
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call for this reason, counted from 0, to this rung and those below it that were not called yet."""

    reason: Reason
    number: int
    rung: Rung


NEXT_PERSON: Final = timedelta(minutes=5)
"""Until the next person is called about a critical flag that nobody has taken (DESIGN.md 7)."""

AGAIN: Final = timedelta(minutes=15)
"""How often the last rung is called about one."""

_STEP: Final = MappingProxyType(
    {
        Severity.CRITICAL: timedelta(hours=1),
        Severity.HIGH: timedelta(hours=4),
        Severity.MEDIUM: timedelta(hours=24),
        Severity.LOW: timedelta(hours=24),
    }
)
"""Between two calls about a deadline that has passed."""


def call_of(flag: Waiting, now: datetime) -> Call | None:
    """The newest call whose time has come; None: nobody is to be called (yet).

    Calls that were missed count as one: whoever was away for a night is called once, not a hundred times.
    """
    if now > flag.due:
        number = (now - flag.due) // _STEP[flag.severity]
        return Call(Reason.OVERDUE, number, _rung(number))
    if flag.severity is not Severity.CRITICAL or flag.acknowledged:
        return None
    passed = max(now - flag.opened, timedelta(0))
    number = 0 if passed < NEXT_PERSON else 1 + (passed - NEXT_PERSON) // AGAIN
    return Call(Reason.UNANSWERED, number, _rung(number))


def _rung(number: int) -> Rung:
    return Rung(min(number, max(Rung)))
