"""What was done to comments while a platform was being read: what had been read before is older than what is stored.

A connector reads, a person presses or the machine holds, and only then is what was read stored. It would bring back the state
from before the action, and open again a flag that has just been decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from bot.records import Action, ActionState, Comment, id_from
from bot.vault import Vault
from connectors.base import Comment as SeenComment

_EARLIER: Final = timedelta(hours=1)
"""An action's id is made before others see its row, and perhaps on a machine whose clock is behind: by no more than this."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a reading began: the actions that waited then, and those that had ended, of the ones with an id above `mark`."""

    mark: str
    waiting: frozenset[str]
    ended: frozenset[tuple[str, datetime | None]]


def moment(session: Session, page_id: str) -> Moment:
    """This moment of a page. Note it before the platform is asked for anything."""
    mark, of_page = id_from(_EARLIER), Action.page_id == page_id
    waiting = select(Action.id).where(of_page, Action.state == ActionState.PENDING)
    ended = select(Action.id, Action.done).where(of_page, col(Action.id) > mark, Action.state != ActionState.PENDING)
    return Moment(mark, frozenset(session.exec(waiting)), frozenset(session.exec(ended)))


def acted_on_since(
    session: Session, vault: Vault, page_id: str, begun: Moment, comments: Sequence[SeenComment]
) -> set[str]:
    """The platform's ids of those comments on which an action has ended since then, one way or the other."""
    concerned = (col(Action.id) > begun.mark) | col(Action.id).in_(begun.waiting)
    query = (
        select(Comment.external_index, Action.id, Action.done)
        .join(Action, col(Action.comment_id) == Comment.id)
        .where(Action.page_id == page_id, concerned, Action.state != ActionState.PENDING)
    )
    touched = {index for index, id, done in session.exec(query) if (id, done) not in begun.ended}
    if not touched:
        return set()
    return {comment.id for comment in comments if vault.index("comment.external", comment.id) in touched}
