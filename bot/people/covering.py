"""Cover and leave: a substitute has an absent person's duties until a day, and whoever leaves has none any more (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice
from bot.house import House
from bot.people.covers import zone_of
from bot.people.known import KnownPerson, email_of, find_person
from bot.records import Cover, PersonRecord, new_id
from bot.store import Session
from bot.store.flags import unassign
from bot.vault import Vault

_LONGEST: Final = timedelta(days=366)


class CannotCover(Advice):
    """This person cannot stand in for that one then. The message says why, and what to do."""


class NotAway(Advice):
    """Nobody stands in for this person, and they have not left."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A cover that ends now or never begins; `until` is when it would have ended, and `time_zone` the absent person's."""

    person: str
    substitute: str
    until: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class Arranged:
    """A cover as it is written down, from its first moment to the moment behind its last, and the earlier ones whose place it takes.

    `blind_at`: sites of which the absent person is the supervisor and the substitute an administrator. What only the supervisor may
    see there, the substitute may not: it goes on calling the absent person.
    """

    starts: datetime
    ends: datetime
    time_zone: str
    ended: tuple[Ended, ...]
    blind_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """What it means that somebody has left: since when, how many flags were assigned to them, and which covers end by it."""

    since: datetime
    flags: int
    ended: tuple[Ended, ...]


def cover(
    house: House, email: str, substitute: str, until: date, now: datetime, *, since: date | None = None
) -> Arranged:
    """Let somebody stand in for a person, from now or a later day until the end of a day, by the clock of the person's first school.

    A person has one substitute at a time: it takes the place of whoever was to stand in for them in that time.

    Raises:
        NoSuchPerson: nobody has this address.
        CannotCover: one of the two has left or has no duty, the substitute is away then, or the days cannot be.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        absent, chosen = find_person(session, vault, email, now), find_person(session, vault, substitute, now)
        _lock(session, absent.id)
        _check_people(absent, chosen)
        zone = ZoneInfo(zone_of(session, absent.id))
        starts, ends = _times(zone, since, until, now)
        _check_is_here(session, vault, chosen, starts, ends)
        overlapping = (Cover.person_id == absent.id, col(Cover.ends) > starts, col(Cover.starts) < ends)
        earlier = session.exec(select(Cover).where(*overlapping).order_by(col(Cover.starts))).all()
        ended = _end(session, vault, earlier, starts)
        session.add(
            Cover(id=new_id(), person_id=absent.id, substitute_id=chosen.id, starts=starts, ends=ends, written=now)
        )
        theirs = chosen.own_duties
        blind = (site for site in absent.supervises if RoleName.ADMINISTRATOR in theirs.get(site, ()))
        return Arranged(starts, ends, zone.key, ended, tuple(sorted(blind)))


def back(house: House, email: str, now: datetime) -> tuple[Ended, ...]:
    """A person works again: their cover ends now (the planned ones, where none holds), and they have not left. The covers that end.

    Raises:
        NoSuchPerson: nobody has this address.
        NotAway: there is nothing to end.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        person = find_person(session, vault, email, now)
        record = _lock(session, person.id)
        of_them = select(Cover).where(Cover.person_id == person.id, col(Cover.ends) > now)
        theirs = session.exec(of_them.order_by(col(Cover.starts))).all()
        held = [each for each in theirs if each.starts <= now]
        if not theirs and record.left is None:
            raise NotAway(f"nobody stands in for {person.email}, and they have not left; see `hallmonitor people list`")
        record.left = None
        return _end(session, vault, held or theirs, now)


def leave(house: House, email: str, now: datetime) -> Gone:
    """A person does not work here any more: from now on they have no duty, whatever `people.yaml` says. Their decisions keep their name.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        person = find_person(session, vault, email, now)
        record = _lock(session, person.id)
        record.left = record.left or now
        of_them = or_(col(Cover.person_id) == person.id, col(Cover.substitute_id) == person.id)
        covers = session.exec(select(Cover).where(of_them, col(Cover.ends) > now).order_by(col(Cover.starts))).all()
        return Gone(record.left, unassign(session, person.id), _end(session, vault, covers, now))


def _lock(session: Session, person_id: str) -> PersonRecord:
    """A person's row; two who arrange something for them at once queue here.

    As in `saving.lock_page`, rows that only refer to them do not wait: whoever decides refers to themselves, with a flag in hand.
    """
    return session.get_one(PersonRecord, person_id, with_for_update={"key_share": True}, populate_existing=True)


def _end(session: Session, vault: Vault, covers: Sequence[Cover], at: datetime) -> tuple[Ended, ...]:
    """End these covers at a moment. One that was to begin later has given nobody anything, and goes; the others are kept."""
    ended = []
    for each in covers:
        person, substitute = (email_of(session, vault, id) for id in (each.person_id, each.substitute_id))
        ended.append(Ended(person, substitute, each.ends, zone_of(session, each.person_id)))
        if each.starts < at:
            each.ends = at
        else:
            session.delete(each)
    return tuple(ended)


def _check_people(absent: KnownPerson, chosen: KnownPerson) -> None:
    if absent.id == chosen.id:
        raise CannotCover("nobody stands in for themselves: name somebody else")
    if absent.left:
        raise CannotCover(
            f"{absent.email} has left, and has no duty that anybody could take over: give {chosen.email} a role of their own in people.yaml"
        )
    if chosen.left:
        raise CannotCover(
            f"{chosen.email} has left: name somebody else, or say `hallmonitor people back {chosen.email}` if they work here again"
        )
    for person in (absent, chosen):
        if not person.own_duties:
            raise CannotCover(
                f"{person.email} has no role here: give them one in people.yaml, and run `hallmonitor pages apply`"
            )


def _check_is_here(session: Session, vault: Vault, chosen: KnownPerson, starts: datetime, ends: datetime) -> None:
    away = (Cover.person_id == chosen.id, col(Cover.starts) < ends, col(Cover.ends) > starts)
    other = session.exec(select(Cover).where(*away).limit(1)).first()
    if other is not None:
        raise CannotCover(
            f"{chosen.email} is away in that time, and {email_of(session, vault, other.substitute_id)} stands in for them: "
            "name somebody who is there"
        )


def _times(zone: ZoneInfo, since: date | None, until: date, now: datetime) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    first = since or today
    if first < today or until < first:
        raise CannotCover(
            "these days have passed, or end before they begin: write them as 2026-12-04, the last day included"
        )
    if until - first > _LONGEST:
        raise CannotCover("a cover lasts a year at most: look at the year, or say `hallmonitor people leave`")
    starts, ends = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, until + timedelta(days=1))
    )
    return max(starts, now), ends
