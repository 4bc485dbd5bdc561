"""Deadlines of flags: when an answer is due (MATRIX.md, "Answer within")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.policy import Broken


def due(broken: Sequence[Broken], found: datetime) -> datetime:
    """The earliest deadline of the broken rules, counted from the moment at which the comment was found."""
    return found + min(b.within for b in broken)


def is_overdue(deadline: datetime, now: datetime) -> bool:
    """Whether the answer is late; nothing expires into "clean", it only becomes more urgent."""
    return now > deadline
