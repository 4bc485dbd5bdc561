"""The daily digest of a school: which pages were read, and what came of it. "No flags" and "not moderated" never look alike (MATRIX.md)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.domain.class_pages import Language
from bot.house import House
from bot.pages import PageDay, page_day
from bot.records import WAITS, DigestSent, Flag, Page, SiteRecord
from bot.store import Session
from bot.telemetry import log
from bot.vault import KeyProblem

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


def due_digests(house: House, now: datetime, without: Collection[str] = ()) -> list[Digest]:
    """The digests whose hour has come and that were not told yet. `without`: channels that are left alone now."""
    with house.store.reading() as session:
        channel = col(SiteRecord.discord_channel)
        sites = session.exec(select(SiteRecord).where(channel.is_not(None), channel.not_in(without))).all()
        due = []
        for site in sites:
            owed = _owed(session, site, now)
            try:
                due += [_digest(session, house, site, *owed)] if owed else []
            except KeyProblem as error:  # what does not open at one school silences no other
                log().error("digest_failed", site=site.id, error=error)
        return due


def _owed(session: Session, site: SiteRecord, now: datetime) -> tuple[date, datetime] | None:
    """The day of which a school is to be told, and the moment up to which it is told; None: it knows.

    What could not be told on the evening is told until the next one, to a school that was ever told of a day: one whose channel is
    new has asked for no day before it. A day that a clock ahead has told says nothing of any other.
    """
    zone = ZoneInfo(site.time_zone)
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date(), time(), zone).astimezone(UTC)
    day, until = (local.date(), now) if local.time() >= AT else (local.date() - _DAY, midnight)
    if session.get(DigestSent, (site.id, day)) is not None:
        return None
    earlier = select(DigestSent).where(DigestSent.site_id == site.id, DigestSent.day < day).limit(1)
    is_asked = day == local.date() or session.exec(earlier).first() is not None
    return (day, until) if is_asked else None


def note_told(house: House, digest: Digest, now: datetime) -> None:
    """Remember that a school was told of a day."""
    with house.store.transaction() as session:
        session.merge(DigestSent(site_id=digest.site, day=digest.day, told=now))


def _digest(session: Session, house: House, site: SiteRecord, day: date, now: datetime) -> Digest:
    """What a school is told at that moment. What waits, waits now, also where the moment has passed."""

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
        flags=count(col(Flag.opened) > now - _DAY, col(Flag.opened) <= now),
        waiting=count(WAITS),
        overdue=count(WAITS, col(Flag.due) < now),
    )
