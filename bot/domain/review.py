"""The review of a flag as a table: what may be pressed in which state, and what each choice leads to (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.errors import Advice
from bot.domain.rights import NotYours
from connectors.base import ActionKind

UNDO_WITHIN: Final = timedelta(days=30)
"""How long a decision can be taken back (DESIGN.md 7)."""

APPEAL_WITHIN: Final = timedelta(hours=72)
"""The answer to an appeal is due as that to the mildest flag: nothing more is done to the author meanwhile."""


class FlagState(StrEnum):
    """Where a flag stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    APPEALED = "appealed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """As what a flag was closed."""

    UPHELD = "upheld"
    CLEARED = "cleared"
    CONSENTED = "consented"
    SUPERSEDED = "superseded"


class Choice(StrEnum):
    """What a person may press."""

    HIDE = "hide"  # also: the appeal is refused, it stays hidden
    CLEAR = "clear"
    CONSENT = "consent"
    ESCALATE = "escalate"
    ESCALATE_AND_HIDE = "escalate_and_hide"
    ACKNOWLEDGE = "acknowledge"
    APPEAL = "appeal"
    UNDO = "undo"


class Verdict(StrEnum):
    """What a press became: the decision's kind in the database."""

    HIDE = "hide"
    CLEAR = "clear"
    CONSENT = "consent"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    NOT_SERIOUS = "not_serious"  # a critical flag called not serious; open until a second person confirms
    APPEAL = "appeal"
    UPHOLD = "uphold"  # the appeal was heard, and the decision stands
    UNDO = "undo"
    ASSIGN = "assign"
    HOLD = "hold"  # by the machine, until reviewed
    RELEASE = "release"  # by the machine: the words that it held for are gone
    UNCOVER = "uncover"  # by the machine: a consent that covered it has ended, it waits again


class ReasonNeeded(Advice):
    """This choice needs a reason: a critical flag called "not serious", an appeal."""


class CannotBe(Advice):
    """This choice is not open for this flag; the message says why, and what is."""


@dataclass(frozen=True, slots=True)
class FlagView:
    """What the review needs to know of a flag."""

    state: FlagState
    critical: bool
    held: bool
    not_serious_by: str | None
    """The person who called it not serious, while a second one has not confirmed."""
    outcome: Outcome | None = None
    decided_by: str | None = None
    """The person whose decision closed it; None: nobody has, or the machine did."""
    decided: datetime | None = None
    hidden: bool = False
    """It was asked of the platform to hide the comment for this flag, and that was not taken back."""
    has_case: bool = False
    was_appealed: bool = False
    acknowledged: bool = False
    """Somebody has it: this is not asked again."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a decision leads to: the flag's next state, the decision's kind, what is asked of the platform."""

    verdict: Verdict
    state: FlagState
    outcome: Outcome | None = None
    action: ActionKind | None = None
    opens_case: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Who presses what, when, and why."""

    choice: Choice
    person: str
    note: str
    at: datetime


def next_step(flag: FlagView, press: Press) -> Consequence | None:
    """What a press leads to, or None where the flag does not wait for it (any more): somebody was first.

    Raises:
        ReasonNeeded: a critical flag is called not serious, or an appeal handed in, without a note.
        NotYours: a second person is needed, and this is the first.
        CannotBe: the policy or the time forbids it.
    """
    step = _TABLE.get((flag.state, press.choice))
    return step(flag, press) if step is not None else None


def offered(flag: FlagView, at: datetime) -> tuple[Choice, ...]:
    """What is put before a person, in the order in which it is shown: everything that `next_step` takes and that says something new.

    Every face takes its buttons and keys from here. Whether this person has the right, and is the second one where two are needed,
    is seen when they press. Left out on purpose: escalating and hiding in one press (a critical `hide` is that; a milder one is
    two presses), and "I have it" where nothing is critical or somebody has it.
    """
    order = _CRITICAL_FIRST if flag.critical else _ORDER
    return tuple(choice for choice in order if _takes(flag, choice, at))


def _takes(flag: FlagView, choice: Choice, at: datetime) -> bool:
    if choice is Choice.ACKNOWLEDGE and (flag.acknowledged or not flag.critical):
        return False
    try:
        return next_step(flag, Press(choice, "", "a note", at)) is not None  # nobody yet: what anybody may press
    except CannotBe:
        return False


def _hide(flag: FlagView, _: Press) -> Consequence:
    if flag.critical:  # nothing critical is closed by one press: a case follows
        return Consequence(Verdict.HIDE, FlagState.ESCALATED, action=ActionKind.HIDE, opens_case=True)
    return Consequence(Verdict.HIDE, FlagState.CLOSED, Outcome.UPHELD, ActionKind.HIDE)


def _clear(flag: FlagView, press: Press) -> Consequence:
    restore = ActionKind.RESTORE if flag.held else None
    cleared = Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED, restore)
    if not flag.critical:
        return cleared
    if flag.not_serious_by is None:
        if not press.note.strip():
            raise ReasonNeeded("a critical flag is called not serious only with a reason: add a note")
        return Consequence(Verdict.NOT_SERIOUS, FlagState.OPEN)
    if flag.not_serious_by == press.person:
        raise NotYours("a second person has to confirm that this critical flag is not serious")
    return cleared


def _consent(flag: FlagView, _: Press) -> Consequence:
    if flag.critical:
        raise CannotBe(
            "no consent covers a critical rule (MATRIX.md, Consent): hide it and open a case, or say why it is not serious"
        )
    return Consequence(Verdict.CONSENT, FlagState.CLOSED, Outcome.CONSENTED, ActionKind.RESTORE if flag.held else None)


def _escalate(_: FlagView, press: Press) -> Consequence:
    action = ActionKind.HIDE if press.choice is Choice.ESCALATE_AND_HIDE else None
    return Consequence(Verdict.ESCALATE, FlagState.ESCALATED, action=action, opens_case=True)


def _acknowledge(_: FlagView, __: Press) -> Consequence:
    return Consequence(Verdict.ACKNOWLEDGE, FlagState.OPEN)


def _appeal(flag: FlagView, press: Press) -> Consequence | None:
    if flag.outcome is not Outcome.UPHELD:
        return None
    if flag.was_appealed:
        raise CannotBe("an appeal against this decision was heard already")
    if not press.note.strip():
        raise ReasonNeeded("an appeal says what the author has to say: add a note")
    return Consequence(Verdict.APPEAL, FlagState.APPEALED)


def _uphold(flag: FlagView, press: Press) -> Consequence:
    _second_person(flag, press)
    hide = None if flag.hidden else ActionKind.HIDE
    return Consequence(Verdict.UPHOLD, FlagState.CLOSED, Outcome.UPHELD, hide)


def _grant(flag: FlagView, press: Press) -> Consequence:
    _second_person(flag, press)
    restore = ActionKind.RESTORE if flag.hidden or flag.held else None
    return Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED, restore)


def _second_person(flag: FlagView, press: Press) -> None:
    if flag.decided_by == press.person:
        raise NotYours("an appeal is decided by a second person, never by the one who decided first")


def _undo(flag: FlagView, press: Press) -> Consequence | None:
    if flag.outcome is Outcome.SUPERSEDED or flag.decided is None:
        return None
    if flag.has_case:
        raise CannotBe("what went into a case is not undone by a press: the case says how it goes on")
    if press.at - flag.decided > UNDO_WITHIN:
        raise CannotBe(
            f"a decision is undone within {UNDO_WITHIN.days} days; this one is older. Its author's teacher may appeal"
        )
    return Consequence(Verdict.UNDO, FlagState.OPEN, action=ActionKind.RESTORE if flag.hidden else None)


_ORDER: Final = (Choice.HIDE, Choice.CLEAR, Choice.CONSENT, Choice.ESCALATE, Choice.UNDO, Choice.APPEAL)
_CRITICAL_FIRST: Final = (Choice.ACKNOWLEDGE, Choice.HIDE, Choice.ESCALATE, Choice.CLEAR, Choice.UNDO, Choice.APPEAL)

_Step = Callable[[FlagView, Press], Consequence | None]

_TABLE: Final[Mapping[tuple[FlagState, Choice], _Step]] = MappingProxyType(
    {
        (FlagState.OPEN, Choice.HIDE): _hide,
        (FlagState.OPEN, Choice.CLEAR): _clear,
        (FlagState.OPEN, Choice.CONSENT): _consent,
        (FlagState.OPEN, Choice.ESCALATE): _escalate,
        (FlagState.OPEN, Choice.ESCALATE_AND_HIDE): _escalate,
        (FlagState.OPEN, Choice.ACKNOWLEDGE): _acknowledge,
        (FlagState.CLOSED, Choice.APPEAL): _appeal,
        (FlagState.CLOSED, Choice.UNDO): _undo,
        (FlagState.APPEALED, Choice.HIDE): _uphold,
        (FlagState.APPEALED, Choice.CLEAR): _grant,
    }
)
"""Every step that exists. What an escalated flag waits for is its case (`bot/cases.py`)."""
