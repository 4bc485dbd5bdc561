"""Strikes: what is recommended after several upheld flags of one author. It is a recommendation, and decides nothing (Section V)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from bot.domain.durations import Duration
from bot.domain.fields import Strict

NEVER: Final = "self_harm"
"""A cry for help is never a strike (MATRIX.md), whatever a policy says."""


class StrikeStep(Strict):
    """One line of `strikes` in policy.yaml: after how many upheld flags of one account, within how long, what is recommended."""

    after: int = Field(ge=2, le=100)
    within: Duration
    recommend: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Strike:
    """The `number`-th upheld flag of one author `within` that time, and what is recommended then.

    `decided`: it is upheld already; else it would be, if somebody upheld it.
    """

    number: int
    within: timedelta
    recommend: str
    decided: bool


def counts(rules: Iterable[str], strikes: Collection[str], never: Collection[str]) -> bool:
    """Whether a flag of these rules is a strike when it is upheld: one of them says so, and none is a cry for help."""
    known = frozenset(rules)
    return not known.isdisjoint(strikes) and NEVER not in known and known.isdisjoint(never)


def strike_of(steps: Iterable[StrikeStep], upheld: Sequence[datetime], at: datetime, *, decided: bool) -> Strike | None:
    """The sternest step that is reached at that moment; None: none is. `upheld` are all strikes of the author, the one in question too."""
    for step in sorted(steps, key=lambda step: step.after, reverse=True):
        number = sum(at - step.within <= when <= at for when in upheld)
        if number >= step.after:
            return Strike(number, step.within, step.recommend, decided)
    return None
