"""Who is called about a flag, when, by which way: the ladder of deadlines (DESIGN.md 7). Nothing expires; the last rung keeps ringing."""

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
    UNSEEN = (
        "unseen"  # a restricted flag below critical: no card shows it, so its people are told once that it is there
    )
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A flag that waits for a decision, as far as the ladder needs it."""

    severity: Severity
    opened: datetime
    due: datetime
    acknowledged: bool
    restricted: bool = False
    in_chat: bool = False
    """Whoever is called is called in the chat first: the school has a channel, and it can be reached."""


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call for this reason, counted from 0, to this rung and those below it that were not called yet."""

    reason: Reason
    number: int
    rung: Rung


SECOND_WAY: Final = timedelta(minutes=5)
"""Until whoever was called in the chat is written to as well (DESIGN.md 7)."""

NEXT_PERSON: Final = timedelta(minutes=5)
"""Until the next person is called about a critical flag that nobody has taken, counted from the last way to the one before."""

AGAIN: Final = timedelta(minutes=15)
"""How often the last rung is called about one."""

CHAT_PATIENCE: Final = timedelta(minutes=1)
"""A call that the chat has not shown by then cannot be reached there: Discord, our connection or the channel is away."""

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
        return Call(Reason.OVERDUE, number, rung_of(number))
    if flag.severity is Severity.CRITICAL:
        return None if flag.acknowledged else _unanswered(flag, now)
    if flag.restricted:
        return Call(Reason.UNSEEN, 0, Rung.ADMINISTRATORS)
    return None


def mail_from(reason: Reason, written: datetime, told: datetime | None, *, in_chat: bool) -> datetime | None:
    """From when an e-mail that was `written` with a call is handed in; None: never, the chat has told its reader and that is enough.

    `in_chat`: whether the chat can reach this person for this call. `told`: when it did.
    """
    if not in_chat:
        return written
    if told is None:
        return written + CHAT_PATIENCE
    return None if reason is Reason.UNSEEN else told + SECOND_WAY


def rung_of(number: int) -> Rung:
    """Which rung a call of this number is for: each call goes one rung up, and the last one is called again and again."""
    return Rung(min(number, max(Rung)))


def _unanswered(flag: Waiting, now: datetime) -> Call:
    first = NEXT_PERSON + (SECOND_WAY if flag.in_chat else timedelta(0))
    passed = max(now - flag.opened, timedelta(0))
    number = 0 if passed < first else 1 + (passed - first) // AGAIN
    return Call(Reason.UNANSWERED, number, rung_of(number))
