"""Cards of flags that became restricted: an edit says more, or somebody names the rule. No shared channel shows them (MATRIX.md)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from bot.house import House
from bot.records import Card, Flag

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A message that is to be taken away."""

    flag: str
    page: str
    channel: str
    message: str


def withdrawn_cards(house: House, without: Collection[str] = ()) -> list[Withdrawn]:
    """The cards that are to be taken away, so many at a time. `without`: channels that are left alone now."""
    with house.store.reading() as session:
        query = (
            select(Flag.id, Flag.page_id, Card.channel, Card.message)
            .join(Card, col(Card.flag_id) == Flag.id)
            .where(col(Flag.restricted), col(Card.channel).not_in(without))
        )
        return [Withdrawn(*row) for row in session.exec(query.order_by(col(Flag.id)).limit(_AT_ONCE))]


def note_withdrawn(house: House, card: Withdrawn) -> None:
    """Remember that this message is no more."""
    with house.store.transaction() as session:
        session.execute(delete(Card).where(col(Card.flag_id) == card.flag, col(Card.message) == card.message))
