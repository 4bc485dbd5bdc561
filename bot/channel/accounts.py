"""Who an account of the chat is, and in which channels our schools are."""

from __future__ import annotations

from sqlmodel import col, select

from bot import decisions
from bot.calls import CHAT
from bot.house import House
from bot.people import owners_of
from bot.records import SiteRecord


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


def who_are_you(account: str) -> str:
    """What somebody is told whose account is nobody's here."""
    return (
        f'Hallmonitor does not know this account. Write `accounts: {{discord: ["{account}"]}}` to your line in people.yaml, '
        "and run `hallmonitor pages apply`."
    )
