"""Reminders: one message for all flags of a school whose deadline comes, or has passed (DESIGN.md 8). What is critical has alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select

from bot.calls import about
from bot.channel.posts import Message
from bot.domain.class_pages import Language, Severity
from bot.domain.deadlines import is_overdue, reminder_at
from bot.domain.ladder import Reason
from bot.house import House
from bot.people import on_call_of
from bot.records import WAITS, Flag, Post, PostKind, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault

NOT_OFTENER: Final = timedelta(minutes=10)
"""Between two reminders of a school: deadlines that come one after the other are told together."""

BEFORE: Final = "before"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Flags of one page and severity that wait, and the first of their deadlines."""

    late: bool
    page: str
    severity: str
    count: int
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Message):
    """One message for all flags that need it."""

    time_zone: str
    lines: tuple[Deadlines, ...]


def write_reminders(house: House, now: datetime) -> int:
    """Write the reminders of the schools that are at work now; how many schools are reminded."""
    with house.store.reading() as session:  # nobody else waits where there is nothing to write
        if not any(_due(session, site, now) for site in _at_work(session, house.store.vault, now)):
            return 0
    with house.store.transaction() as session:
        reminded = 0
        for site in _at_work(session, house.store.vault, now):
            lead: str | None = None
            for flag, what in _due(session, site, now):
                id = new_id()
                session.add(
                    Post(
                        id=id,
                        site_id=site,
                        flag_id=flag.id,
                        kind=PostKind.REMINDER,
                        about=what,
                        lead_id=lead,
                        written=now,
                    )
                )
                lead = lead or id
            reminded += lead is not None
        return reminded


def reminder_of(session: Session, lead: Post, now: datetime) -> Reminder:
    """What a reminder says now: the flags that still wait."""
    site = session.get_one(SiteRecord, lead.site_id)
    told = or_(col(Post.id) == lead.id, col(Post.lead_id) == lead.id)
    flags = session.exec(select(Flag).join(Post, col(Post.flag_id) == Flag.id).where(told, WAITS)).all()
    lines = tuple(_grouped([flag for flag in flags if not flag.restricted], now))
    return Reminder(
        id=lead.id,
        channel=site.discord_channel,
        message=lead.message,
        accounts=(),
        wanted=bool(lines),
        language=Language(site.language),
        time_zone=site.time_zone,
        lines=lines,
    )


def _at_work(session: Session, vault: Vault, now: datetime) -> list[str]:
    """The schools with a channel at which people work now, and that were not reminded a moment ago."""
    sites = session.exec(select(SiteRecord).where(col(SiteRecord.discord_channel).is_not(None))).all()
    just_now = select(Post.site_id).where(Post.kind == PostKind.REMINDER, col(Post.written) > now - NOT_OFTENER)
    reminded = set(session.exec(just_now.distinct()))
    return [site.id for site in sites if site.id not in reminded and _is_working(vault, site, now)]


def _is_working(vault: Vault, site: SiteRecord, now: datetime) -> bool:
    on_call = on_call_of(vault, site)
    return on_call is None or on_call.is_working(now, ZoneInfo(site.time_zone))


def _due(session: Session, site_id: str, now: datetime) -> list[tuple[Flag, str]]:
    """The flags that nobody was reminded of, each with what the reminder is about: the coming deadline, or the one that has passed."""
    mine = (WAITS, Flag.site_id == site_id)
    written = select(Post.about).join(Flag, col(Flag.id) == Post.flag_id).where(*mine, Post.kind == PostKind.REMINDER)
    known = set(session.exec(written))
    flags = session.exec(
        select(Flag)
        .where(*mine, Flag.severity != Severity.CRITICAL, col(Flag.restricted).is_(False))
        .order_by(col(Flag.due), col(Flag.id))
    )
    due = []
    for flag in flags:
        if is_overdue(flag.due, now):
            what = about(flag, Reason.OVERDUE)
        elif now >= reminder_at(flag.opened, flag.due):
            what = about(flag, BEFORE)
        else:
            continue
        if what not in known:
            due.append((flag, what))
    return due


def _grouped(flags: list[Flag], now: datetime) -> Iterator[Deadlines]:
    groups: dict[tuple[bool, int, str, str], list[datetime]] = {}
    for flag in flags:
        late = is_overdue(flag.due, now)
        groups.setdefault((not late, flag.rank, flag.page_id, flag.severity), []).append(flag.due)
    for (in_time, _, page, severity), dues in sorted(groups.items()):
        yield Deadlines(not in_time, page, severity, len(dues), min(dues))
