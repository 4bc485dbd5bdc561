"""How pages and schools stand: for `/page` and `/report`. All are counts; restricted flags count only for those who may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import col, func, or_, select

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice
from bot.domain.reporting import Figures, FlagFacts, days_between, figures, unread_days
from bot.domain.review import Verdict
from bot.house import House
from bot.pages import PageDay, page_day
from bot.people import KnownPerson, find_person, sees, sites_of
from bot.records import WAITS, Decision, Flag, FlagRule, Page, Run, RunStatus, SiteRecord
from bot.store import Session
from bot.store.pages import opened_document

SPANS: Final = (7, 30)
"""Days of a report."""


class NoSuchPageHere(Advice):
    """No page of that id, or none of this person's schools."""


@dataclass(frozen=True, slots=True)
class PageStands:
    """How a page stands: its last day, what waits there, when it is read, and since when not any more."""

    day: PageDay
    title: str
    schedule: str
    waiting: int
    overdue: int
    time_zone: str
    left: datetime | None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A school's figures by the number of days, and what is overdue now."""

    title: str
    read: Mapping[int, int]
    figures: Mapping[int, Figures]
    overdue: int


def pages_of(house: House, email: str, now: datetime) -> list[str]:
    """The pages of which this person may know how they stand: of a school where they are more than a teacher all, else their own.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        return [page.id for page in _pages(session, find_person(session, house.store.vault, email, now))]


def page_stands(house: House, email: str, page_id: str | None, now: datetime) -> list[PageStands]:
    """How one page stands, or all of this person's that are read.

    Raises:
        NoSuchPageHere: there is no such page, or it is not for this person.
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now)
        pages = _pages(session, person)
        chosen = [page for page in pages if page.id == page_id] if page_id else [p for p in pages if p.left is None]
        if page_id and not chosen:
            page = page_id[:64]
            raise NoSuchPageHere(
                f"no class page {page} of yours; see `hallmonitor pages list`", key="no_page", page=page
            )
        return [_stands(session, house, person, page, now) for page in chosen]


def site_reports(house: House, email: str, now: datetime) -> list[SiteReport]:
    """The figures of this person's schools, in the order of their ids.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now)
        by_site: dict[str, list[Page]] = {}
        for page in _pages(session, person):
            by_site.setdefault(page.site_id, []).append(page)
        return [_report(session, person, site, pages, now) for site, pages in sorted(by_site.items())]


def _pages(session: Session, person: KnownPerson) -> Sequence[Page]:
    sites = sites_of(person)
    whole = [site for site in sites if person.duties.get(site) != frozenset({RoleName.TEACHER})]
    teachers = [person.id, *(absent.id for absent in person.stands_in_for)]
    mine = or_(col(Page.site_id).in_(whole), col(Page.teacher_id).in_(teachers))
    return session.exec(select(Page).where(col(Page.site_id).in_(sites), mine).order_by(col(Page.id))).all()


def _stands(session: Session, house: House, person: KnownPerson, page: Page, now: datetime) -> PageStands:
    document = opened_document(house.store.vault, page.id, page.document_sealed)
    waiting = _known(session, person, col(Flag.page_id) == page.id, WAITS)
    return PageStands(
        day=page_day(session, house, page.id, now),
        title=document.title,
        schedule=document.schedule,
        waiting=len(waiting),
        overdue=sum(flag.due < now for flag in waiting),
        time_zone=session.get_one(SiteRecord, page.site_id).time_zone,
        left=page.left,
    )


def _report(session: Session, person: KnownPerson, site_id: str, pages: Sequence[Page], now: datetime) -> SiteReport:
    site = session.get_one(SiteRecord, site_id)
    ids, longest = [page.id for page in pages], now - timedelta(days=max(SPANS))
    recent = col(Flag.id).in_(select(Decision.flag_id).where(Decision.at >= longest))
    chosen = (col(Flag.page_id).in_(ids), or_(col(Flag.opened) >= longest, recent))
    flags = _facts(session, _known(session, person, *chosen), *chosen)
    late = _known(session, person, chosen[0], WAITS, col(Flag.due) < now)
    read = select(func.coalesce(func.sum(Run.fetched), 0)).where(
        col(Run.page_id).in_(ids), Run.status == RunStatus.DONE, col(Run.started) <= now
    )
    reads, figured = {}, {}
    for days in SPANS:
        since = now - timedelta(days=days)
        reads[days] = int(session.exec(read.where(col(Run.started) > since)).one())
        figured[days] = figures(flags, dict(_unread(session, pages, ZoneInfo(site.time_zone), since, now)), since)
    return SiteReport(site.title, reads, figured, len(late))


def _known(session: Session, person: KnownPerson, *conditions: Any) -> list[Flag]:
    """The flags of which these conditions hold and of which this person may know."""
    query = select(Flag).where(*conditions)
    return [flag for flag in session.exec(query) if not flag.restricted or sees(session, person, flag)]


def _facts(session: Session, flags: Sequence[Flag], *conditions: Any) -> list[FlagFacts]:
    """What the figures need of these flags, which `conditions` have found: asked again by them, since there may be thousands."""
    rules: dict[str, list[str]] = {}
    broken = select(FlagRule.flag_id, FlagRule.rule).join(Flag, col(Flag.id) == FlagRule.flag_id)
    for id, rule in session.exec(broken.where(*conditions)):
        rules.setdefault(id, []).append(rule)
    decisions: dict[str, list[tuple[Verdict, datetime]]] = {}
    settling = col(Decision.kind).not_in([Verdict.ACKNOWLEDGE, Verdict.ASSIGN, Verdict.NOT_SERIOUS])
    decided = select(Decision).join(Flag, col(Flag.id) == Decision.flag_id)
    by_people = decided.where(*conditions, col(Decision.person_id).is_not(None), settling)
    for row in session.exec(by_people.order_by(col(Decision.flag_version))):
        decisions.setdefault(row.flag_id, []).append((Verdict(row.kind), row.at))
    return [FlagFacts(f.opened, tuple(rules.get(f.id, ())), tuple(decisions.get(f.id, ()))) for f in flags]


def _unread(
    session: Session, pages: Sequence[Page], zone: ZoneInfo, since: datetime, now: datetime
) -> Iterator[tuple[str, int]]:
    """On how many whole days each page was not read, by the school's clock; today is not over yet."""
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    for page in pages:
        begun = session.exec(select(func.min(Run.started)).where(Run.page_id == page.id)).one()
        known = min(page.applied_at, begun) if begun else page.applied_at
        first = max(since, known).astimezone(zone).date() + timedelta(days=1)
        last = min(yesterday, page.left.astimezone(zone).date() - timedelta(days=1)) if page.left else yesterday
        runs = select(Run.started).where(
            Run.page_id == page.id, Run.status == RunStatus.DONE, col(Run.started) >= since
        )
        read: list[date] = [started.astimezone(zone).date() for started in session.exec(runs)]
        yield page.id, unread_days(days_between(first, last), read)
