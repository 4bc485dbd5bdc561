"""Who an account of the chat is, and in which channels our schools are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot import decisions
from bot.calls import CHAT
from bot.domain.class_pages import Language
from bot.house import House
from bot.people import find_person, owners_of, sites_of
from bot.records import SiteRecord


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who presses or asks in the chat. `email` None: nobody here has this account."""

    account: str
    email: str | None
    language: Language
    time_zone: str
    """By whose clock they are told a time: their school's."""
    name: str = ""
    """How they are called; empty: nobody here has this account."""


def reader_of(house: House, account: str, channel: str, now: datetime) -> Reader:
    """Who an account of the chat is, and how they are spoken to; a stranger as the school to which the channel belongs."""
    vault = house.store.vault
    with house.store.reading() as session:
        owners = owners_of(session, vault, CHAT, account)
        person = find_person(session, vault, owners[0], now) if len(owners) == 1 else None
        where = col(SiteRecord.id).in_(sites_of(person)) if person else SiteRecord.discord_channel == channel
        site = session.exec(select(SiteRecord).where(where).order_by(col(SiteRecord.id)).limit(1)).first()
    language, zone = (Language(site.language), site.time_zone) if site else (Language.ENGLISH, "UTC")
    own = person.language if person else None
    email, name = (person.email, person.name or person.email) if person else (None, "")
    return Reader(account, email, own or language, zone, name)


def quiet_hours_of(house: House, email: str, now: datetime) -> str:
    """Somebody's quiet hours, such as 21:00-06:30; empty: they have none.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        quiet = find_person(session, house.store.vault, email, now).quiet
    if quiet is None:
        return ""
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (quiet.hours.start, quiet.hours.end))
    return f"{start}-{end}"


def channels(house: House) -> list[str]:
    """The review channels of all schools."""
    with house.store.reading() as session:
        found = session.exec(
            select(SiteRecord.discord_channel).where(col(SiteRecord.discord_channel).is_not(None)).distinct()
        )
        return sorted(channel for channel in found if channel)


def person_of(house: House, account: str) -> str | None:
    """The address of the person whose chat account this is; None: nobody's."""
    with house.store.reading() as session:
        found = owners_of(session, house.store.vault, CHAT, account)
    return found[0] if len(found) == 1 else None


def flag_id(house: House, typed: str) -> str:
    """The whole id of a flag, of which the last characters were typed. Whether it is for this person's eyes is asked elsewhere.

    Raises:
        NoSuchFlag: there is none, or more than one.
    """
    with house.store.transaction() as session:
        return decisions.find_flag(session, typed).id
