"""Messages beside the cards: each is a row before it is sent, and what had no answer is found by its id in the chat (DESIGN.md 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select, update

from bot.domain.class_pages import Language
from bot.house import House
from bot.records import Post, PostKind

AGAIN_AFTER: Final = timedelta(minutes=1)
"""What the chat did not take is tried again after this; meanwhile people are written to."""

_ORDER: Final = (PostKind.DIRECT, PostKind.ALARM, PostKind.TEST, PostKind.REMINDER, PostKind.REPORT)
_SAID_ONCE: Final = (PostKind.DIRECT, PostKind.REMINDER, PostKind.REPORT)
"""What is never edited: it is done with when it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a post says. The subclasses say what more."""

    id: str
    channel: str | None
    """Where it is, or is to be, sent; None: directly to one of the accounts."""
    message: str | None
    accounts: tuple[str, ...]
    """The chat accounts that it mentions, or to which it goes."""
    wanted: bool
    """Whether it is still to be sent: what it calls for may be done by now."""
    language: Language
    """Of its school, or of the one person whom it tells something."""
    shown: str = ""
    """A digest of what may change in it; empty: nothing does."""


def unsent(house: House, now: datetime) -> list[str]:
    """The posts that are to be sent now, the most urgent first."""
    with house.store.reading() as session:
        rests = or_(col(Post.refused).is_(None), col(Post.refused) <= now - AGAIN_AFTER)
        query = select(Post.id, Post.kind).where(
            col(Post.sent).is_(None), col(Post.answered).is_(None), col(Post.lead_id).is_(None), rests
        )
        return [
            id for id, kind in sorted(session.exec(query), key=lambda post: (_ORDER.index(PostKind(post[1])), post[0]))
        ]


def note_sent(house: House, id: str, channel: str, message: str, shown: str, now: datetime) -> None:
    """Remember which message tells a post, and those that it leads. `shown`: what it says; empty: nobody knows, it is looked at again."""
    with house.store.transaction() as session:
        values = {"channel": channel, "message": message, "sent": now}
        if session.get_one(Post, id).kind in _SAID_ONCE:
            values["answered"] = now
        session.exec(update(Post).where(_told_by(id), col(Post.sent).is_(None)).values(**values))
        session.exec(update(Post).where(col(Post.id) == id).values(shown=shown))


def note_refused(house: House, id: str, now: datetime, *, for_good: bool = False) -> None:
    """Remember that the chat did not take a post; `for_good`: it never will, this person takes no message of ours."""
    with house.store.transaction() as session:
        values: dict[str, datetime] = {"refused": now} | ({"answered": now} if for_good else {})
        session.exec(update(Post).where(_told_by(id)).values(**values))


def drop(house: House, id: str, now: datetime) -> None:
    """Forget a post that was never sent, and for which nobody waits any more."""
    with house.store.transaction() as session:
        session.exec(update(Post).where(_told_by(id), col(Post.answered).is_(None)).values(answered=now))


def _told_by(id: str) -> ColumnElement[bool]:
    """The posts that a message tells. The rows that a test leads are its people's: they are answered one by one."""
    return or_(col(Post.id) == id, and_(col(Post.lead_id) == id, col(Post.kind) != PostKind.TEST))
