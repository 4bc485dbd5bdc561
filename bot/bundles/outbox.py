"""Which bundles are shown otherwise than they are: found by one question, a digest of all that changes what a card says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, func, or_, select

from bot.bundles.forming import lives
from bot.domain.review import FlagState
from bot.house import House
from bot.records import Action, ActionState, Bundle, Decision, Flag, SiteRecord
from bot.store import Session

_OF_BUNDLE: Final = aliased(Flag)
_EMPTY: Final = ":0:0:0"
"""How the digest of a bundle ends whose flags have all left: nothing of it changes any more."""

_LEFT: Final = (
    (col(Bundle.shown) != "")
    & ~col(Bundle.shown).endswith(_EMPTY)
    & ~exists().where(col(_OF_BUNDLE.bundle_id) == Bundle.id)
)
"""All its flags have left, and its card does not say so yet."""


def digest_of(session: Session, bundle_id: str) -> str:
    """The digest of one bundle as it stands."""
    ((*_, choice, joined, flags, versions, answered),) = session.exec(_stands().where(Bundle.id == bundle_id)).all()
    return _digest(choice, joined, flags, versions, answered)


def due(house: House, now: datetime) -> list[str]:
    """The bundles whose card is missing or out of date, the oldest first. What was decided before there was a channel has none."""
    in_channel = col(SiteRecord.discord_channel).is_not(None)
    query = _stands().join(SiteRecord, col(SiteRecord.id) == Bundle.site_id).where(in_channel, lives(now) | _LEFT)
    with house.store.reading() as session:
        return [
            id
            for id, shown, waits, *stands in session.exec(query).all()
            if shown != _digest(*stands) and (shown or waits)
        ]


def late(house: House, now: datetime, before: datetime) -> int:
    """How many cards are due by something that happened before that time, and by nothing since."""
    ids = due(house, now)
    decided = select(Decision.flag_id).where(col(Decision.at) >= before)
    answered = select(Action.flag_id).where(or_(col(Action.created) >= before, col(Action.done) >= before))
    touched = or_(col(Flag.opened) >= before, col(Flag.id).in_(decided), col(Flag.id).in_(answered))
    pressed = or_(*(col(at) >= before for at in (Bundle.opened, Bundle.decided, Bundle.undone)))
    with house.store.reading() as session:
        fresh = select(Flag.bundle_id).where(col(Flag.bundle_id).is_not(None), touched)
        just_now = set(session.exec(fresh.distinct())) | set(session.exec(select(Bundle.id).where(pressed)))
        return sum(id not in just_now for id in ids)


def _stands() -> Any:
    answered = select(func.count()).where(col(Action.flag_id) == Flag.id, col(Action.state) != ActionState.PENDING)
    waits = func.count().filter(col(Flag.state) == FlagState.OPEN)
    return (
        select(  # type: ignore[call-overload]  # SQLModel counts to four
            Bundle.id, Bundle.shown, waits, Bundle.choice, Bundle.joined, func.count(col(Flag.id)),
            func.coalesce(func.sum(Flag.version), 0), func.coalesce(func.sum(answered.scalar_subquery()), 0),
        )
        .outerjoin(Flag, col(Flag.bundle_id) == Bundle.id)
        .group_by(col(Bundle.id))
        .order_by(col(Bundle.id))
    )  # fmt: skip


def _digest(choice: str | None, joined: int, flags: int, versions: int, answered: int) -> str:
    """Whatever is done to a flag makes its version grow; who leaves makes one less."""
    return f"{choice or ''}:{joined}:{flags}:{versions}:{answered}"
