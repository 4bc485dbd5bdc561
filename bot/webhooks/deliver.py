"""Deliver: write down what a hook is to be told, tell it, note what it answered.

The row is there before the world is told. A process that dies between the answer and the note sends it again with the same id.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import select

from bot.domain.webhooks import wait_after
from bot.house import House, page_lock
from bot.records import Delivery, Flag
from bot.settings import BadSecret, hook_secret
from bot.store import Session
from bot.store.hooks import Hook, hooks_of, note_gone
from bot.store.saving import lock_page
from bot.telemetry import log
from bot.vault import Vault
from bot.webhooks.events import BODY, pages_with_news, write_news
from bot.webhooks.sending import PATIENCE, Answer, Batch, Message, send_all
from bot.webhooks.waiting import next_in_order, pages_with_due

PROBLEM = "delivery.problem_sealed"

_AT_ONCE = 50
"""Messages of one page to one hook between two notes: so many at most are sent twice where a process dies."""

_RING = 20.0
"""Seconds after which a ring begins nothing new: the clock takes a job for forgotten that is at work for two minutes."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A hook that can be told something: its receiver wants to hear, and its secret is there."""

    hook: Hook
    secret: str = field(repr=False)


def pages_to_deliver(house: House, now: datetime) -> list[str]:
    """The pages of which some hook is to be told something now."""
    pages: set[str] = set()
    with house.store.reading() as session:
        for each in _open(house, session):
            pages |= pages_with_news(session, each.hook) | pages_with_due(session, each.hook, now)
    return sorted(pages)


def deliver(house: House, page_id: str, now: datetime, *, patience: float = PATIENCE) -> int:
    """Tell the hooks of a page's school what happened there; returns how many messages were taken.

    Each is told in order, side by side with the others; one that fails is left in peace until the next ring. `patience`: seconds
    for one message.
    """
    taken = 0
    with page_lock(house, f"{page_id}.webhooks") as alone:  # not the page's own: a long scan holds that
        tired: set[tuple[str, str]] = set()
        until = time.monotonic() + _RING
        while alone and time.monotonic() < until and not house.stopping.is_set():
            answers = _round(house, page_id, now, tired, patience, until)
            if not answers:
                break
            taken += sum(not answer.problem for answer in answers)
    if taken:
        log().info("delivered", page=page_id, count=taken)
    return taken


def _round(
    house: House, page_id: str, now: datetime, tired: set[tuple[str, str]], patience: float, until: float
) -> Sequence[Answer]:
    """Write what is new, send what is due, note the answers. The hooks that failed are `tired` afterwards."""
    vault = house.store.vault
    with house.store.transaction() as session:
        lock_page(session, page_id)
        sites = set(session.exec(select(Flag.site_id).where(Flag.page_id == page_id).distinct()))
        hooks = [each for each in _open(house, session, sites) if (each.hook.site, each.hook.name) not in tired]
        for each in hooks:
            write_news(session, vault, each.hook, page_id, now, _AT_ONCE)
    with house.store.reading() as session:
        batches = [_batch(session, vault, each, page_id, now) for each in hooks]
    told = [(each.hook, batch) for each, batch in zip(hooks, batches, strict=True) if batch.messages]
    if not told:
        return ()
    answered = send_all([batch for _, batch in told], now, patience=patience, until=until)
    with house.store.transaction() as session:
        for (hook, _), answers in zip(told, answered, strict=True):
            for answer in answers:
                _note(session, vault, hook, answer, now)
            if answers[-1].problem:
                tired.add((hook.site, hook.name))
    return [answer for answers in answered for answer in answers]


def _open(house: House, session: Session, sites: set[str] | None = None) -> list[_Open]:
    found: list[_Open] = []
    for hook in hooks_of(session, house.store.vault, sites):
        try:
            secret = hook_secret(house.environment.variables, hook.webhook.variable)
        except BadSecret:  # doctor says so; nothing is lost until it is there
            continue
        if hook.gone is None:
            found.append(_Open(hook, secret))
    return found


def _batch(session: Session, vault: Vault, each: _Open, page_id: str, now: datetime) -> Batch:
    rows = next_in_order(session, each.hook, page_id, now, _AT_ONCE)
    messages = [Message(row.id, vault.open(BODY, row.id, row.body_sealed)) for row in rows]
    return Batch(each.hook.webhook.url, each.secret, messages)


def _note(session: Session, vault: Vault, hook: Hook, answer: Answer, now: datetime) -> None:
    row = session.get_one(Delivery, answer.id, with_for_update=True)
    row.attempts += 1
    row.problem_sealed = vault.seal(PROBLEM, row.id, answer.problem) if answer.problem else None
    if not answer.problem:
        row.done = now
    elif answer.gone:
        note_gone(session, vault, hook, now)
    elif (wait := wait_after(row.attempts)) is not None:
        row.next_try = now + wait
    else:
        row.given_up = True
