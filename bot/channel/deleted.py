"""Cards whose message somebody deleted, and messages of which nobody has noted whose card they are (DESIGN.md 8 and 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.review import FlagState
from bot.house import House
from bot.records import WAITS, Bundle, Card, Flag, SiteRecord

_GONE = -1  # a version that no flag has: the card is due
_UNKNOWN = "unknown"  # a digest that no bundle has
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


def adopt(house: House, place: str, flags: Mapping[str, int], bundles: Mapping[str, int]) -> None:
    """These messages of a channel show these flags and bundles. Where nobody has noted that, it is noted, and the card is due."""
    with house.store.reading() as session:  # nobody's writing waits where there is nothing to write
        known = set(session.exec(select(Card.flag_id).where(col(Card.flag_id).in_(flags))))
        here = SiteRecord.discord_channel == place
        ours = select(Flag.id).join(SiteRecord, col(SiteRecord.id) == Flag.site_id).where(here, col(Flag.id).in_(flags))
        lost = set(session.exec(ours)) - known
        unknown = (here, col(Bundle.id).in_(bundles), col(Bundle.message).is_(None))
        together = select(Bundle.id).join(SiteRecord, col(SiteRecord.id) == Bundle.site_id).where(*unknown)
        lost_together = session.exec(together).all()
    if not lost and not lost_together:
        return
    with house.store.transaction() as session:
        for id in sorted(lost):
            session.merge(Card(flag_id=id, channel=place, message=str(flags[id]), version=_GONE))
        for id in lost_together:
            values = {"channel": place, "message": str(bundles[id]), "shown": _UNKNOWN}
            session.execute(update(Bundle).where(col(Bundle.id) == id).values(**values))
