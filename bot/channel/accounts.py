"""Who an account of the chat is, and in which channels our schools are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from bot import decisions
from bot.domain.class_pages import Language
from bot.house import House
from bot.people import KnownPerson, list_people, sites_of
from bot.records import SiteRecord
from bot.store import Session

CHAT = "discord"
"""Under this name `accounts` of people.yaml holds the ids of a person's chat accounts."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who presses or asks in the chat. `email` None: nobody here has this account."""

    account: str
    email: str | None
    language: Language
    time_zone: str
    """By whose clock they are told a time: their school's."""


def reader_of(house: House, account: str, channel: str) -> Reader:
    """Who an account of the chat is, and how they are spoken to; a stranger as the school to which the channel belongs speaks."""
    with house.store.reading() as session:
        person = _owner(session, house, account)
        where = col(SiteRecord.id).in_(sites_of(session, person)) if person else SiteRecord.discord_channel == channel
        site = session.exec(select(SiteRecord).where(where).order_by(col(SiteRecord.id)).limit(1)).first()
    language, zone = (site.language, site.time_zone) if site else (Language.ENGLISH, "UTC")
    return Reader(account, person.email if person else None, Language(language), zone)


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
        person = _owner(session, house, account)
    return person.email if person else None


def flag_id(house: House, typed: str) -> str:
    """The whole id of a flag, of which the last characters were typed. Whether it is for this person's eyes is asked elsewhere.

    Raises:
        NoSuchFlag: there is none, or more than one.
    """
    with house.store.transaction() as session:
        return decisions.find_flag(session, typed).id


def _owner(session: Session, house: House, account: str) -> KnownPerson | None:
    found = [p for p in list_people(session, house.store.vault) if account in p.accounts.get(CHAT, ())]
    return found[0] if len(found) == 1 else None
