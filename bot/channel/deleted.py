"""Cards whose message somebody deleted: a flag that waits for a decision does not lose its card (DESIGN.md 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.review import FlagState
from bot.house import House
from bot.records import Card, Flag

_GONE = -1  # a version that no flag has: the card is due
_WAITS = (FlagState.OPEN, FlagState.APPEALED)


def waiting_messages(house: House) -> dict[str, list[int]]:
    """By channel, the messages of the flags that wait for a decision."""
    with house.store.reading() as session:
        query = select(Card.channel, Card.message).join(Flag, col(Flag.id) == Card.flag_id)
        found = defaultdict[str, list[int]](list)
        for place, message in session.exec(query.where(col(Flag.state).in_(_WAITS), col(Card.version) != _GONE)):
            found[place].append(int(message))
        return found


def note_deleted(house: House, messages: Collection[int]) -> None:
    """These messages are no more: their cards are due again. Where a card has another message by now, nothing happens."""
    with house.store.transaction() as session:
        session.execute(update(Card).where(col(Card.message).in_(list(map(str, messages)))).values(version=_GONE))
