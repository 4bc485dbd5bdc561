"""Who is called about a flag, when, by which way: the ladder of deadlines (DESIGN.md 7). Nothing expires; the last rung keeps ringing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.class_pages import Severity


class Rung(IntEnum):
    """The people of a school in the order in which they are called. A rung on which nobody may decide the flag is left out."""

    ON_DUTY = 0  # all administrators, where nobody is
    ADMINISTRATORS = 1
    SUPERVISOR = 2
    CONTACT = 3  # the district's


class Reason(StrEnum):
    """Why somebody is called."""

    UNANSWERED = "unanswered"  # a critical flag that nobody has acknowledged
    UNSEEN = (
        "unseen"  # a restricted flag below critical: no card shows it, so its people are told once that it is there
    )
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A flag that waits for a decision, as far as the ladder needs it.

    `late` is its deadline. Of a flag that is not critical it is the first working time behind that: nobody is called before, and
    whoever is on duty then is called first.
    """

    severity: Severity
    opened: datetime
    late: datetime
    acknowledged: bool
    restricted: bool = False
    in_chat: bool = False
    """Whoever is called is called in the chat first: the school has a channel, and it can be reached."""


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call for this reason, counted from 0, to this rung and those below it that were not called yet."""

    reason: Reason
    number: int
    rung: int


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


def call_of(flag: Waiting, now: datetime, rungs: int) -> Call | None:
    """The newest call whose time has come on a ladder of so many rungs; None: nobody is to be called (yet).

    Calls that were missed count as one: whoever was away for a night is called once, not a hundred times.
    """
    if now > flag.late:
        number = (now - flag.late) // _STEP[flag.severity]
        return Call(Reason.OVERDUE, number, min(number, rungs - 1))
    if flag.severity is not Severity.CRITICAL:
        return Call(Reason.UNSEEN, 0, 0) if flag.restricted and not flag.acknowledged else None
    if flag.acknowledged:
        return None
    passed, climb = max(now - flag.opened, timedelta(0)), max(rungs - 1, 1)
    step = NEXT_PERSON + (SECOND_WAY if flag.in_chat else timedelta(0))
    at_the_top = passed - climb * step
    number = passed // step if at_the_top < timedelta(0) else climb + at_the_top // AGAIN
    return Call(Reason.UNANSWERED, number, min(number, rungs - 1))


def mail_from(reason: Reason, written: datetime, told: datetime | None, *, in_chat: bool) -> datetime | None:
    """From when an e-mail that was `written` with a call is handed in; None: never, the chat has told its reader and that is enough.

    `in_chat`: whether the chat can reach this person for this call. `told`: when it did.
    """
    if not in_chat:
        return written
    if told is None:
        return written + CHAT_PATIENCE
    return None if reason is Reason.UNSEEN else told + SECOND_WAY


def whom_to_call(
    newest: Call, rungs: Sequence[Sequence[str]], called: Mapping[str, int], may: Callable[[str], bool]
) -> list[str]:
    """Who is to be called now: everybody of the newest call's rung, and of those below whoever was not called yet; each once.

    `called` has the newest number of everybody who was called for this reason. Whoever may not be called now (quiet hours) is left
    out, and is called at the first ring after that.
    """
    here = [person for person in rungs[newest.rung] if called.get(person, -1) < newest.number]
    below = [person for rung in rungs[: newest.rung] for person in rung if person not in called]
    return [person for person in (*below, *here) if may(person)]
