"""Flags as rows: compare-and-set, and what an edit does to them (DESIGN.md 4 and 7)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select, update

from bot.domain.review import FlagState, Outcome
from bot.records import Action, ActionState, Flag


def advance_flag(session: Session, flag_id: str, version: int, **changes: object) -> bool:
    """Change a flag if it still has this version (compare-and-set). False: somebody else was first."""
    changed = session.connection().execute(
        update(Flag).where(col(Flag.id) == flag_id, col(Flag.version) == version).values(version=version + 1, **changes)
    )
    return changed.rowcount == 1


def supersede(session: Session, comment_id: str, now: datetime) -> None:
    """Close what waits on an earlier wording of a comment: its open flag, and the action that nobody carried out.

    An escalated flag stays: what was said was said, and its case goes on.
    """
    waiting = session.exec(select(Flag).where(Flag.comment_id == comment_id, Flag.state != FlagState.CLOSED)).all()
    for flag in waiting:
        if flag.state == FlagState.OPEN:
            flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
    session.exec(
        update(Action)
        .where(col(Action.comment_id) == comment_id, col(Action.state) == ActionState.PENDING)
        .values(state=ActionState.CANCELLED, problem="the comment was edited", done=now)
    )
