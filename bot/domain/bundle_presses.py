"""Presses on a bundle: what may be pressed, and where each of its flags stands afterwards (DESIGN.md 7, Bulk)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.review import Choice, FlagState, Outcome, Verdict


class BundleChoice(StrEnum):
    """What may be pressed on a bundle."""

    HIDE = "hide"
    CLEAR = "clear"
    CONSENT = "consent"
    UNDO = "undo"
    APART = "apart"  # show its flags one by one


DECIDES: Final = MappingProxyType(
    {BundleChoice.HIDE: Choice.HIDE, BundleChoice.CLEAR: Choice.CLEAR, BundleChoice.CONSENT: Choice.CONSENT}
)
"""The choices that close every flag of a bundle, each as its own choice of a flag."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: its kind, by whom, when."""

    kind: str
    person: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed on a bundle: `choice` is the last press, None before the first."""

    choice: BundleChoice | None = None
    decided_by: str | None = None
    decided: datetime | None = None
    undone_by: str | None = None
    undone: datetime | None = None

    @property
    def is_decided(self) -> bool:
        """Whether its flags are closed, or about to be."""
        return self.choice in DECIDES


@dataclass(frozen=True, slots=True)
class Member:
    """A flag of a bundle. `by_itself`: something makes it a matter of its own (critical, restricted, edited, taken by somebody)."""

    state: FlagState
    outcome: Outcome | None
    by_itself: bool
    last: Decided | None
    """The last decision of a person on it."""


class Stand(StrEnum):
    """Where a flag stands in its bundle."""

    WAITS = "waits"
    DONE = "done"  # decided by the bundle, and still so
    LEAVES = "leaves"  # it has a story of its own now: a card of its own shows it


def stand_of(member: Member, pressed: Pressed) -> Stand:
    """Where a flag stands in a bundle on which this was pressed. What anybody else has done to it makes it leave."""
    last = member.last
    if member.by_itself or member.outcome is Outcome.SUPERSEDED:
        return Stand.LEAVES
    if member.state is FlagState.OPEN:
        taken_back = last is not None and (last.kind, last.person, last.at) == (
            Verdict.UNDO, pressed.undone_by, pressed.undone,
        )  # fmt: skip
        return Stand.WAITS if last is None or taken_back else Stand.LEAVES
    ours = last is not None and (last.person, last.at) == (pressed.decided_by, pressed.decided)
    is_done = ours and member.state is FlagState.CLOSED and member.outcome is not None
    return Stand.DONE if is_done else Stand.LEAVES
