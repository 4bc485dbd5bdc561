"""Deadlines of flags: when an answer is due (MATRIX.md, "Answer within")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.policy import Broken

_SHORTEST: Final = timedelta(minutes=10)
_LONGEST: Final = timedelta(hours=4)


def due(broken: Sequence[Broken], found: datetime) -> datetime:
    """The earliest deadline of the broken rules, counted from the moment at which the comment was found."""
    return found + min(b.within for b in broken)


def is_overdue(deadline: datetime, now: datetime) -> bool:
    """Whether the answer is late; nothing expires into "clean", it only becomes more urgent."""
    return now > deadline


def reminder_at(opened: datetime, deadline: datetime) -> datetime:
    """When people are reminded of a deadline: a quarter of its time before it, ten minutes at least and four hours at most."""
    return deadline - min(max((deadline - opened) / 4, _SHORTEST), _LONGEST)
