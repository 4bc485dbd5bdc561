"""Whom a school calls: for `/oncall`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.house import House
from bot.people import KnownPerson, email_of, find_person, on_call_of, on_duty, sites_of
from bot.records import SiteRecord
from bot.store import Session


@dataclass(frozen=True, slots=True)
class School:
    """Whom a school calls: those on duty now, those who are next and from when, the supervisor, and the Local District's telephone.

    `has_hours`: whether anybody has written down duty hours; without, all administrators are on duty at all times.
    """

    title: str
    time_zone: str
    on_duty: tuple[str, ...]
    has_hours: bool
    next: tuple[str, ...]
    next_from: datetime | None
    supervisor: str
    telephone: str


def schools_of(house: House, email: str, now: datetime) -> list[School]:
    """This person's schools, in the order of their ids.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        here = col(SiteRecord.id).in_(sites_of(find_person(session, vault, email, now)))
        sites = session.exec(select(SiteRecord).where(here).order_by(SiteRecord.id)).all()
        return [_school(session, house, site, now) for site in sites]


def _school(session: Session, house: House, site: SiteRecord, now: datetime) -> School:
    vault, zone = house.store.vault, ZoneInfo(site.time_zone)
    on_call = on_call_of(vault, site)
    upcoming = None
    if on_call is not None:
        tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), tzinfo=zone)
        upcoming = on_call.next_working(tomorrow if on_call.is_working(now, zone) else now, zone)

    def at(when: datetime) -> tuple[str, ...]:
        return tuple(_named(person) for person in on_duty(session, vault, site.id, when))

    return School(
        title=site.title,
        time_zone=site.time_zone,
        on_duty=at(now),
        has_hours=on_call is not None,
        next=at(upcoming) if upcoming else (),
        next_from=upcoming,
        supervisor=email_of(session, vault, site.supervisor_id) if site.supervisor_id else "",
        telephone=site.telephone,
    )


def _named(person: KnownPerson) -> str:
    return f"{person.name} ({person.email})" if person.name else person.email
