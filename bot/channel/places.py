"""The schools with their review channels, and what `people.yaml` says of them: for whoever sets a channel up, or looks after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select

from bot.calls import CHAT
from bot.domain.class_pages import Language, RoleName
from bot.house import House
from bot.people import KnownPerson, people_of_site
from bot.records import Page, SiteRecord
from bot.settings import load_people


@dataclass(frozen=True, slots=True)
class Place:
    """One school: its channel, where it has one, and its administrators by address."""

    site: str
    title: str
    channel: str | None
    language: Language
    administrators: tuple[KnownPerson, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What `people.yaml` says, and in which line. `applied`: the database says the same of channels and chat accounts."""

    file: str
    sites: dict[str, int | None]
    people: dict[str, int | None]
    applied: bool

    def at_site(self, site: str) -> str:
        """Where a school stands: the file, with the line."""
        return self._at(self.sites.get(site))

    def at_person(self, email: str) -> str:
        """Where a person stands: the file, with the line."""
        return self._at(self.people.get(email))

    def _at(self, line: int | None) -> str:
        return f"{self.file}, line {line}" if line else self.file


def places(house: House, now: datetime, also: Collection[str] = ()) -> list[Place]:
    """The schools that have a class page or a channel, and these besides, where the database knows them; with who heads them now."""
    with house.store.reading() as session:
        has_page = select(Page.site_id).where(col(Page.left).is_(None))
        chosen = or_(
            col(SiteRecord.discord_channel).is_not(None), col(SiteRecord.id).in_(has_page), col(SiteRecord.id).in_(also)
        )
        sites = session.exec(select(SiteRecord).where(chosen).order_by(col(SiteRecord.id))).all()
        found = []
        for site in sites:
            here = people_of_site(session, house.store.vault, site.id, now)
            heads = [p for p in here if RoleName.ADMINISTRATOR in p.duties.get(site.id, ())]
            heads.sort(key=lambda p: p.email)
            found.append(Place(site.id, site.title, site.discord_channel, Language(site.language), tuple(heads)))
        return found


def written(house: House, now: datetime) -> Written:
    """Read `people.yaml`, and compare it with the database.

    Raises:
        BadConfiguration: it is missing or wrong.
    """
    people, file = load_people(house.environment.config)
    known = places(house, now, {site.id for site in people.sites})
    channels = {place.site: place.channel for place in known}
    accounts = {p.email: p.accounts.get(CHAT, ()) for place in known for p in place.administrators}
    applied = all(
        channels.get(site.id, "") == (str(site.discord_channel) if site.discord_channel else None)
        for site in people.sites
    ) and all(
        accounts.get(p.email, ()) == p.accounts.get(CHAT, ())
        for p in people.people
        if RoleName.ADMINISTRATOR in p.roles
    )
    return Written(
        file=file.name,
        sites={site.id: file.line(("sites", number)) for number, site in enumerate(people.sites)},
        people={person.email: file.line(("people", number)) for number, person in enumerate(people.people)},
        applied=applied,
    )
