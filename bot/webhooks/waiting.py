"""The deliveries that wait for a hook: which count, which are due, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, or_, select

from bot.domain.schedule import CLOCK_TOLERANCE
from bot.domain.webhooks import KEEPS_ORDER, LONGEST_WAIT
from bot.records import Delivery, Flag
from bot.store import Session
from bot.store.hooks import Hook


def belongs_to(hook: Hook) -> ColumnElement[bool]:
    """Whether a delivery is this hook's: of its school, of what it is told today, and of no restricted flag.

    A flag may have become restricted after the row was written: then nothing leaves, and nothing is counted.
    """
    flag = select(Flag.id).where(
        Flag.id == Delivery.flag_id, Flag.site_id == hook.site, col(Flag.restricted).is_(False)
    )
    subscribed = (and_(col(Delivery.event) == event, col(Delivery.at) >= since) for event, since in hook.since.items())
    return and_(col(Delivery.hook) == hook.name, flag.exists(), or_(*subscribed))


def is_waiting() -> ColumnElement[bool]:
    """Whether a delivery is neither taken nor given up."""
    return and_(col(Delivery.done).is_(None), col(Delivery.given_up).is_(False))


def pages_with_due(session: Session, hook: Hook, now: datetime) -> set[str]:
    """The pages on which a delivery's time has come."""
    query = select(Delivery.page_id).where(belongs_to(hook), is_waiting(), _is_due(now)).distinct()
    return set(session.exec(query))


def next_in_order(session: Session, hook: Hook, page_id: str, now: datetime, most: int) -> Sequence[Delivery]:
    """What is to be sent to a hook now about a page, the oldest first.

    What has failed and waits for its next attempt holds up what comes behind it, until it has failed too often.
    """
    holds_up = col(Delivery.attempts) <= KEEPS_ORDER
    query = (
        select(Delivery, _is_due(now))
        .where(Delivery.page_id == page_id, belongs_to(hook), is_waiting(), or_(_is_due(now), holds_up))
        .order_by(col(Delivery.at), col(Delivery.id))
    )
    due: list[Delivery] = []
    for delivery, is_due in session.exec(query.limit(most)):
        if not is_due:
            break
        due.append(delivery)
    return due


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Whether it was never tried, or its time has come, or was written by a clock that was ahead and has since been set right."""
    ahead = col(Delivery.next_try) > now + LONGEST_WAIT + CLOCK_TOLERANCE
    return or_(col(Delivery.attempts) == 0, col(Delivery.next_try) <= now, ahead)
