"""The review of a flag as a table: who may decide, and what each choice leads to (DESIGN.md 7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice
from connectors.base import ActionKind

_TITLES = (
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "principal",
    "coach",
    "profe",
    "maestro",
    "maestra",
    "señor",
    "señora",
    "director",
    "directora",
)
_OFFICES = (
    "principal",
    "vice principal",
    "assistant principal",
    "administrator",
    "dean",
    "director",
    "directora",
    "subdirector",
)


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

    HIDE = "hide"
    CLEAR = "clear"
    ESCALATE = "escalate"
    ESCALATE_AND_HIDE = "escalate_and_hide"
    ACKNOWLEDGE = "acknowledge"


class Verdict(StrEnum):
    """What a press became: the decision's kind in the database."""

    HIDE = "hide"
    CLEAR = "clear"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    NOT_SERIOUS = "not_serious"  # a critical flag called not serious; open until a second person confirms
    HOLD = "hold"  # by the machine, until reviewed
    RELEASE = "release"  # by the machine: the words that it held for are gone


class NotYours(Advice):
    """This person may not decide this flag. The message says why, and who may."""


class ReasonNeeded(Advice):
    """A critical flag is not called "not serious" without a reason."""


@dataclass(frozen=True, slots=True)
class FlagView:
    """What the review needs to know of a flag."""

    state: FlagState
    critical: bool
    held: bool
    not_serious_by: str | None
    """The person who called it not serious, while a second one has not confirmed."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a decision leads to: the flag's next state, the decision's kind, what is asked of the platform."""

    verdict: Verdict
    state: FlagState
    outcome: Outcome | None = None
    action: ActionKind | None = None
    opens_case: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Who stands before which flag."""

    person: str
    roles: frozenset[RoleName]
    """The person's roles at the flag's site."""
    is_teacher_of_page: bool
    is_meant: bool
    """The author, named in the words, or possibly meant by them."""
    restricted: bool


def why_not(situation: Situation) -> str | None:
    """The reason for which this person may not decide this flag, or None (MATRIX.md, conflict of interest; Section V)."""
    if not situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}:
        return "only an administrator of this school, or its supervisor, decides its flags"
    if situation.is_teacher_of_page:
        return "nobody decides a flag on their own class page; ask another administrator or the supervisor"
    if situation.is_meant:
        return "nobody decides a flag about themselves; ask another administrator or the supervisor"
    return None


def may_see(situation: Situation) -> bool:
    """Whether the flag exists for this person.

    Operators see counts only, teachers their own page. A restricted flag is hidden from all staff of the page, since any of them
    may be accused (MATRIX.md).
    """
    if situation.restricted:
        return why_not(situation) is None
    return bool(situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}) or situation.is_teacher_of_page


def is_meant(text: str, name: str, *, restricted: bool, is_administrator: bool) -> bool:
    """Whether words may be about this person: the full name, the surname after a title, or, where an adult may be accused, the office.

    Cautious on purpose: somebody else of the school decides then, or the supervisor.
    """
    words = " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
    parts = name.casefold().split()
    if len(parts) > 1:
        titled = (f"{title} {parts[-1]}" for title in _TITLES)
        if any(f" {form} " in f" {words} " for form in (" ".join(parts), *titled)):
            return True
    offices = restricted and is_administrator
    return offices and any(f" {office} " in f" {words} " for office in _OFFICES)


def next_step(flag: FlagView, choice: Choice, person: str, note: str) -> Consequence | None:
    """What `choice` by `person` leads to, or None where the flag no longer waits for a decision.

    Raises:
        ReasonNeeded: a critical flag is called not serious without a note.
        NotYours: the person who called it not serious tries to confirm it too.
    """
    if flag.state is not FlagState.OPEN:
        return None
    if choice is Choice.ACKNOWLEDGE:
        return Consequence(Verdict.ACKNOWLEDGE, FlagState.OPEN)
    if choice is Choice.CLEAR:
        return _clear(flag, person, note)
    if choice is Choice.HIDE and not flag.critical:
        return Consequence(Verdict.HIDE, FlagState.CLOSED, Outcome.UPHELD, ActionKind.HIDE)
    hides = choice is not Choice.ESCALATE
    verdict = Verdict.HIDE if choice is Choice.HIDE else Verdict.ESCALATE
    action = ActionKind.HIDE if hides else None
    return Consequence(verdict, FlagState.ESCALATED, action=action, opens_case=True)


def _clear(flag: FlagView, person: str, note: str) -> Consequence:
    restore = ActionKind.RESTORE if flag.held else None
    cleared = Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED, restore)
    if not flag.critical:
        return cleared
    if flag.not_serious_by is None:
        if not note.strip():
            raise ReasonNeeded("a critical flag is called not serious only with a reason: add a note")
        return Consequence(Verdict.NOT_SERIOUS, FlagState.OPEN)
    if flag.not_serious_by == person:
        raise NotYours("a second person has to confirm that this critical flag is not serious")
    return cleared
