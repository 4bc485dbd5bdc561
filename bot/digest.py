"""The daily digest of a school: which pages were read, and what came of it. "No flags" and "not moderated" never look alike (MATRIX.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.domain.class_pages import Language
from bot.house import House
from bot.pages import PageDay, page_day
from bot.records import WAITS, DigestSent, Flag, Page, SiteRecord
from bot.store import Session

AT: Final = time(16, 0)
"""When a school is told, by its own clock: before the administrators go home."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a school is told. Flags are those that everybody of the review may know of: restricted ones leave no trace here."""

    site: str
    title: str
    channel: str
    day: date
    time_zone: str
    language: Language
    pages: tuple[PageDay, ...]
    flags: int
    waiting: int
    overdue: int

    @property
    def unread(self) -> tuple[PageDay, ...]:
        """The pages that were not moderated."""
        return tuple(page for page in self.pages if page.last is None or page.problem)


def due_digests(house: House, now: datetime) -> list[Digest]:
    """The digests whose hour has come and that were not told yet."""
    with house.store.reading() as session:
        sites = session.exec(select(SiteRecord).where(col(SiteRecord.discord_channel).is_not(None))).all()
        due = []
        for site in sites:
            local = now.astimezone(ZoneInfo(site.time_zone))
            if local.time() >= AT and session.get(DigestSent, (site.id, local.date())) is None:
                due.append(_digest(session, house, site, local.date(), now))
        return due


def note_told(house: House, digest: Digest, now: datetime) -> None:
    """Remember that a school was told of a day."""
    with house.store.transaction() as session:
        session.merge(DigestSent(site_id=digest.site, day=digest.day, told=now))


def _digest(session: Session, house: House, site: SiteRecord, day: date, now: datetime) -> Digest:
    def count(*conditions: object) -> int:
        open_to_all = (Flag.site_id == site.id, col(Flag.restricted).is_(False))
        return session.exec(select(func.count()).where(*open_to_all, *conditions)).one()  # type: ignore[arg-type]  # as in store

    pages = session.exec(
        select(Page).where(Page.site_id == site.id, col(Page.left).is_(None)).order_by(col(Page.id))
    ).all()
    return Digest(
        site=site.id,
        title=site.title,
        channel=site.discord_channel or "",
        day=day,
        time_zone=site.time_zone,
        language=Language(site.language),
        pages=tuple(page_day(session, house, page.id, now) for page in pages),
        flags=count(col(Flag.opened) > now - _DAY),
        waiting=count(WAITS),
        overdue=count(WAITS, col(Flag.due) < now),
    )
