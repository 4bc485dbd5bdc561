"""Everybody at a glance: who is on duty, who stands in for whom until when, who has left, and what a school lacks by that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.domain.class_pages import RoleName
from bot.domain.offices import Office
from bot.house import House
from bot.people.covers import zone_of
from bot.people.known import KnownPerson, email_of, list_people, people_of_site
from bot.people.offices import offices_of
from bot.people.on_duty import on_call_of, on_duty
from bot.records import Cover, Duty, PersonRecord, SiteRecord
from bot.store import Session


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One cover, which holds or is planned; `time_zone` is that of the absent person's first school."""

    person: str
    substitute: str
    starts: datetime
    ends: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person: the sites at which they are on duty now, and the covers in which they are absent or stand in."""

    person: KnownPerson
    on_duty: tuple[str, ...]
    covers: tuple[CoverLine, ...]


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A school with working hours. `next_working` is now while it works; None: no working time is known."""

    site: str
    time_zone: str
    is_working: bool
    next_working: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """What a school lacks, and how to mend it."""

    site: str
    fact: str
    mend: str
    serious: bool = True


def overview(house: House, now: datetime) -> tuple[list[PersonLine], list[SiteLine]]:
    """Everybody who has a role or has left, by address; and the schools that have working hours."""
    vault = house.store.vault
    with house.store.reading() as session:
        people, covers = list_people(session, vault, now), _covers(session, house, now)
        sites = session.exec(select(SiteRecord).order_by(col(SiteRecord.id))).all()
        duty = {site.id: {person.id for person in on_duty(session, vault, site.id, now)} for site in sites}
        lines = [
            PersonLine(
                person,
                tuple(site for site, ids in duty.items() if person.id in ids),
                tuple(each for each in covers if person.email in (each.person, each.substitute)),
            )
            for person in people
        ]
        hours = [(site, call) for site in sites if (call := on_call_of(vault, site)) is not None]
        return lines, [
            SiteLine(site.id, site.time_zone, call.is_working(now, zone), call.next_working(now, zone))
            for site, call in hours
            for zone in [ZoneInfo(site.time_zone)]
        ]


def gaps(house: House, now: datetime) -> list[Gap]:
    """What the schools lack: people in office who have not left, somebody above each of them, a school year that has not ended."""
    found: list[Gap] = []
    with house.store.reading() as session:
        for site in session.exec(select(SiteRecord).order_by(col(SiteRecord.id))):
            for word, id in (("supervisor", site.supervisor_id), ("contact", site.contact_id)):
                if id is not None and session.get_one(PersonRecord, id).left is not None:
                    mend = f"name another `{word}:` in people.yaml, and run `hallmonitor pages apply`"
                    found.append(Gap(site.id, f"its {word} has left", mend))
            if not _has_administrator(session, site.id):
                mend = "give somebody the role administrator in people.yaml, and run `hallmonitor pages apply`"
                found.append(Gap(site.id, "no administrator works there (IV.B.2)", mend))
            people = people_of_site(session, house.store.vault, site.id, now)
            found += _nobody_above(site.id, (offices_of(person, site) for person in people))
            call = on_call_of(house.store.vault, site)
            if call is not None and call.next_working(now, ZoneInfo(site.time_zone)) is None:
                mend = "write the next `school_year:` into people.yaml: until then people are called about what is critical alone"
                found.append(Gap(site.id, "no working time is known any more", mend))
    return found


def _nobody_above(site: str, offices: Iterable[frozenset[Office]]) -> Iterator[Gap]:
    """Whom a restricted flag would have that may mean somebody in office (MATRIX.md, "Restricted from birth"; Section V)."""
    highest = max((min(each) for each in offices if each), default=Office.NONE)
    if highest is Office.SUPERVISOR:
        fact = "nobody stands above its supervisor: administrators would see a restricted flag that may mean the supervisor"
        mend = "name the district's `contact:` in people.yaml, and run `hallmonitor pages apply`"
        yield Gap(site, fact, mend, serious=False)
    if highest is Office.ADMINISTRATOR:
        fact = "nobody stands above its administrators: a restricted flag that may mean all of them would have nobody"
        mend = "name a `supervisor:` who is no administrator in people.yaml, and run `hallmonitor pages apply`"
        yield Gap(site, fact, mend)


def _has_administrator(session: Session, site_id: str) -> bool:
    here = (Duty.site_id == site_id, Duty.role == RoleName.ADMINISTRATOR, col(PersonRecord.left).is_(None))
    query = select(Duty.person_id).join(PersonRecord, col(PersonRecord.id) == Duty.person_id).where(*here)
    return session.exec(query.limit(1)).first() is not None


def _covers(session: Session, house: House, now: datetime) -> list[CoverLine]:
    rows = session.exec(select(Cover).where(col(Cover.ends) > now).order_by(col(Cover.starts), col(Cover.id))).all()
    found = []
    for row in rows:
        person, substitute = (email_of(session, house.store.vault, id) for id in (row.person_id, row.substitute_id))
        found.append(CoverLine(person, substitute, row.starts, row.ends, zone_of(session, row.person_id)))
    return found
