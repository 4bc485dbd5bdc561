"""What was done to comments while a platform was being read: what had been read before is older than what is stored.

A connector reads, a person presses or the machine holds, and only then is what was read stored. It would bring back the state
from before the action, and open again a flag that has just been decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.records import Action, ActionState, Comment, new_id
from bot.vault import Vault
from connectors.base import Comment as SeenComment


@dataclass(frozen=True, slots=True)
class Moment:
    """When a reading began: ids in the order of time are above `mark`, and `waiting` are the actions not answered then."""

    mark: str
    waiting: frozenset[str]


def moment(session: Session, page_id: str) -> Moment:
    """This moment of a page. Note it before the platform is asked for anything."""
    waiting = select(Action.id).where(Action.page_id == page_id, Action.state == ActionState.PENDING)
    return Moment(new_id(), frozenset(session.exec(waiting)))


def acted_on_since(
    session: Session, vault: Vault, page_id: str, begun: Moment, comments: Sequence[SeenComment]
) -> set[str]:
    """The platform's ids of those comments on which an action has ended since then, one way or the other."""
    ended = (col(Action.id) > begun.mark) | col(Action.id).in_(begun.waiting)
    touched = set(
        session.exec(
            select(Comment.external_index)
            .join(Action, col(Action.comment_id) == Comment.id)
            .where(Action.page_id == page_id, ended, Action.state != ActionState.PENDING)
        )
    )
    if not touched:
        return set()
    return {comment.id for comment in comments if vault.index("comment.external", comment.id) in touched}
