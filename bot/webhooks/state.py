"""How each hook does, a test event for it, and what was given up sent once more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_
from sqlmodel import col, func, select, update

from bot.domain.errors import Advice
from bot.house import House
from bot.records import Delivery, SiteRecord, new_id
from bot.settings import BadSecret, did_you_mean, hook_secret
from bot.store import Session
from bot.store.hooks import Hook, hooks_of, note_gone
from bot.vault import Vault
from bot.webhooks.bodies import test_body
from bot.webhooks.deliver import PROBLEM
from bot.webhooks.sending import PATIENCE, Batch, Message, send_all
from bot.webhooks.waiting import belongs_to, is_waiting

_RECENT = timedelta(days=30)


class NoSuchHook(Advice):
    """No webhook of that name."""


@dataclass(frozen=True, slots=True)
class HookState:
    """How a hook does: `fact` in words, and `mend`, what to do about it; empty where all is well."""

    site: str
    name: str
    host: str
    """The receiver's machine alone: the rest of an address may hold a token."""
    events: tuple[str, ...]
    since: datetime
    success: datetime | None
    """When it last took a message."""
    waiting: int
    given_up: int
    """In the last 30 days."""
    fact: str
    mend: str = ""
    serious: bool = True


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test event; `problem` is empty where it was taken."""

    site: str
    name: str
    problem: str


def states(house: House, now: datetime) -> list[HookState]:
    """Every hook of every school."""
    with house.store.reading() as session:
        return [_state(session, house, hook, now) for hook in hooks_of(session, house.store.vault)]


def send_test(house: House, name: str, now: datetime, *, site: str = "", patience: float = PATIENCE) -> list[Tested]:
    """Send a signed test event to the hooks of that name, of all schools or of one. One that had wanted no more and takes it goes on.

    Raises:
        NoSuchHook: there is none.
        BadSecret: its secret is missing or malformed.
    """
    hooks = _named(house, name, site)
    batches = [
        Batch(
            hook.webhook.url,
            hook_secret(house.environment.variables, hook.webhook.variable),
            [Message(new_id(), test_body(hook.site, now))],
        )
        for hook in hooks
    ]
    answers = send_all(batches, now, patience=patience, until=time.monotonic() + patience)
    with house.store.transaction() as session:
        for hook, (answer,) in zip(hooks, answers, strict=True):
            if not answer.problem:
                note_gone(session, house.store.vault, hook, None)
    return [Tested(hook.site, hook.name, answer.problem) for hook, (answer,) in zip(hooks, answers, strict=True)]


def replay(house: House, name: str, since: datetime, now: datetime, *, site: str = "") -> int:
    """Let what was given up wait again, with its first id and a new schedule; returns how many messages.

    `since`: of what happened from then on. Without a time zone it is meant in the school's.

    Raises:
        NoSuchHook: there is none.
    """
    count = 0
    hooks = _named(house, name, site)
    with house.store.transaction() as session:
        for hook in hooks:
            zone = ZoneInfo(session.get_one(SiteRecord, hook.site).time_zone)
            begins = since if since.tzinfo else since.replace(tzinfo=zone)
            chosen = (belongs_to(hook), col(Delivery.given_up), col(Delivery.at) >= begins)
            again = {"given_up": False, "attempts": 0, "next_try": now}
            count += session.connection().execute(update(Delivery).where(*chosen).values(again)).rowcount
    return count


def _named(house: House, name: str, site: str) -> list[Hook]:
    with house.store.reading() as session:
        known = hooks_of(session, house.store.vault)
    found = [hook for hook in known if hook.name == name and site in ("", hook.site)]
    if not found:
        where = f" at {site}" if site else ""
        near = did_you_mean(name, {hook.name for hook in known}) if known else "; people.yaml names none"
        raise NoSuchHook(f"no webhook {name}{where}{near}")
    return found


def _state(session: Session, house: House, hook: Hook, now: datetime) -> HookState:
    mine = belongs_to(hook)
    count = select(func.count()).select_from(Delivery)
    success = session.exec(select(func.max(Delivery.done)).where(mine)).one()
    waiting = session.exec(count.where(mine, is_waiting())).one()
    given_up = session.exec(count.where(mine, col(Delivery.given_up), col(Delivery.at) > now - _RECENT)).one()
    fact, mend, serious = _health(session, house, hook, waiting, given_up)
    return HookState(
        site=hook.site,
        name=hook.name,
        host=hook.webhook.host,
        events=tuple(hook.since),
        since=min(hook.since.values()),
        success=success,
        waiting=waiting,
        given_up=given_up,
        fact=fact,
        mend=mend,
        serious=serious,
    )


def _health(session: Session, house: House, hook: Hook, waiting: int, given_up: int) -> tuple[str, str, bool]:
    """How it does, what to do about it, and whether that is serious."""
    try:
        hook_secret(house.environment.variables, hook.webhook.variable)
    except BadSecret as bad:
        return "is told nothing", str(bad), True
    test = f"`hallmonitor webhooks test {hook.name}`"
    if hook.gone is not None:
        advice = f"ask {hook.webhook.host}: once it takes {test}, it is told again, and what happened meanwhile too"
        return f"wants no more since {hook.gone:%Y-%m-%d %H:%M} UTC (410)", advice, True
    problem = _last_problem(session, house.store.vault, hook)
    if given_up:
        advice = f"see that {test} is taken, then `hallmonitor webhooks replay {hook.name} --since DAY`"
        return f"messages given up after three days: {given_up}{problem}", advice, True
    if problem:
        return (
            f"messages waiting: {waiting}{problem}",
            f"ask {hook.webhook.host}; they are tried again by themselves",
            False,
        )
    return f"messages waiting: {waiting}" if waiting else "all was told", "", False


def _last_problem(session: Session, vault: Vault, hook: Hook) -> str:
    failed = and_(belongs_to(hook), col(Delivery.done).is_(None), col(Delivery.problem_sealed).is_not(None))
    newest = select(Delivery).where(failed).order_by(col(Delivery.next_try).desc(), col(Delivery.id)).limit(1)
    row: Sequence[Delivery] = session.exec(newest).all()
    return "".join(f"; {vault.open(PROBLEM, each.id, each.problem_sealed)}" for each in row if each.problem_sealed)
