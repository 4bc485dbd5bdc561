"""Which events a hook has not been told of yet, found by the rows that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, func, label, literal, select, true, union_all
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from bot.domain.webhooks import EventName
from bot.records import Action, ActionState, Case, Decision, Delivery, Flag, new_id
from bot.store import Session
from bot.store.hooks import Hook
from bot.vault import Vault
from bot.webhooks.bodies import body_of

BODY = "delivery.body_sealed"


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of a table that are events: their ids, the flags on which they hang, when they happened, and which count."""

    subject: SQLCoreOperations[str]
    flag: SQLCoreOperations[str]
    at: SQLCoreOperations[datetime]
    counts: SQLCoreOperations[bool]


def _action(at: SQLCoreOperations[datetime], *states: ActionState) -> _Source:
    return _Source(col(Action.id), col(Action.flag_id), at, col(Action.state).in_(states))


_SOURCES: Final[Mapping[EventName, _Source]] = MappingProxyType(
    {
        EventName.FLAG_OPENED: _Source(col(Flag.id), col(Flag.id), col(Flag.opened), true()),
        EventName.FLAG_DECIDED: _Source(col(Decision.id), col(Decision.flag_id), col(Decision.at), true()),
        EventName.ACTION_DONE: _action(func.coalesce(Action.done, Action.next_try), ActionState.DONE),
        # what waits for a person was last tried at `next_try`
        EventName.ACTION_FAILED: _action(
            func.coalesce(Action.done, Action.next_try), ActionState.FAILED, ActionState.MANUAL
        ),
        EventName.CASE_OPENED: _Source(col(Case.id), col(Case.flag_id), col(Case.opened), true()),
        EventName.CASE_CLOSED: _Source(
            col(Case.id), col(Case.flag_id), func.coalesce(Case.closed, Case.opened), col(Case.closed).is_not(None)
        ),
    }
)


def pages_with_news(session: Session, hook: Hook) -> set[str]:
    """The pages on which something happened that this hook has no delivery for yet."""
    news = union_all(*(_untold(hook, event, col(Flag.page_id)) for event in hook.since))
    return set(session.connection().execute(news).scalars())


def write_news(session: Session, vault: Vault, hook: Hook, page_id: str, now: datetime, most: int) -> None:
    """Write deliveries for what happened on a page, the oldest first; the caller holds the page (`lock_page`)."""
    for event, subject, flag_id, at in _news(session, hook, page_id, most):
        id = new_id()
        body = body_of(session, event, subject, session.get_one(Flag, flag_id), at)
        session.add(
            Delivery(
                id=id,
                hook=hook.name,
                page_id=page_id,
                flag_id=flag_id,
                event=event,
                subject=subject,
                at=at,
                body_sealed=vault.seal(BODY, id, body),
                written=now,
                next_try=now,
            )
        )
    session.flush()


def _news(session: Session, hook: Hook, page_id: str, most: int) -> list[tuple[EventName, str, str, datetime]]:
    """Kind, row, flag and time of what is to be told, in the order in which it happened."""
    kinds = []
    for event in hook.since:
        source = _SOURCES[event]
        told = (literal(str(event)), source.subject, col(Flag.id), source.at)
        named = (label(name, column) for name, column in zip(("event", "subject", "flag", "at"), told, strict=True))
        kinds.append(_untold(hook, event, *named).where(col(Flag.page_id) == page_id))
    found = union_all(*kinds).subquery()
    query = select(found).order_by(found.c.at, found.c.subject).limit(most)
    rows = session.connection().execute(query)
    return [(EventName(row.event), row.subject, row.flag, row.at) for row in rows]


def _untold(hook: Hook, event: EventName, *columns: SQLCoreOperations[Any]) -> Select[Any]:
    """Events of one kind at the hook's school since it was configured, but for restricted flags, without a delivery."""
    source = _SOURCES[event]
    told = select(col(Delivery.id)).where(
        col(Delivery.hook) == hook.name,
        col(Delivery.event) == str(event),
        col(Delivery.subject) == source.subject,
        col(Delivery.at) == source.at,
    )
    return select(*columns).where(
        source.flag == col(Flag.id),
        col(Flag.site_id) == hook.site,
        col(Flag.restricted).is_(False),
        source.counts,
        source.at >= hook.since[event],
        ~told.exists(),
    )
