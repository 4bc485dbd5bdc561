"""Cards whose message somebody deleted: a flag that waits for a decision does not lose its card (DESIGN.md 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.review import FlagState
from bot.house import House
from bot.records import WAITS, Bundle, Card, Flag

_GONE = -1  # a version that no flag has: the card is due
_WAITS = (FlagState.OPEN, FlagState.APPEALED)


def waiting_messages(house: House) -> dict[str, list[int]]:
    """By channel, the messages of the flags that wait for a decision, and of the bundles that hold such flags."""
    with house.store.reading() as session:
        query = select(Card.channel, Card.message).join(Flag, col(Flag.id) == Card.flag_id)
        found = defaultdict[str, list[int]](list)
        for place, message in session.exec(query.where(col(Flag.state).in_(_WAITS), col(Card.version) != _GONE)):
            found[place].append(int(message))
        waits = select(Flag.bundle_id).where(WAITS, col(Flag.bundle_id).is_not(None))
        bundles = select(Bundle.channel, Bundle.message).where(col(Bundle.id).in_(waits), Bundle.shown != "")
        for where, shown_in in session.exec(bundles):
            if where and shown_in:
                found[where].append(int(shown_in))
        return found


def note_deleted(house: House, messages: Collection[int]) -> None:
    """These messages are no more: their cards are due again. Where a card has another message by now, nothing happens."""
    with house.store.transaction() as session:
        gone = list(map(str, messages))
        session.execute(update(Card).where(col(Card.message).in_(gone)).values(version=_GONE))
        session.execute(update(Bundle).where(col(Bundle.message).in_(gone)).values(shown=""))
