"""Who somebody is before a flag: their roles, and whether they are its teacher or meant by it (MATRIX.md, conflict of interest)."""

from __future__ import annotations

from bot.domain.class_pages import RoleName
from bot.domain.rights import Situation, is_meant
from bot.people.known import KnownPerson
from bot.records import Flag, Page, SiteRecord
from bot.store import Session


def situation(session: Session, person: KnownPerson, flag: Flag, author: str, words: str) -> Situation:
    """Who this person is before this flag (rights, conflict of interest), given its author's name and its words."""
    page = session.get_one(Page, flag.page_id)
    site = session.get_one(SiteRecord, flag.site_id)
    roles = set(person.duties.get(flag.site_id, frozenset()))
    if site.supervisor_id == person.id:
        roles.add(RoleName.SUPERVISOR)
    signs = author.strip().casefold() in (person.email, person.name.casefold() or person.email)
    in_office = RoleName.ADMINISTRATOR in roles and site.supervisor_id not in (None, person.id)
    return Situation(
        person=person.id,
        roles=frozenset(roles),
        is_teacher_of_page=page.teacher_id == person.id,
        is_meant=signs or is_meant(words, person.name, restricted=flag.restricted, is_administrator=in_office),
        restricted=flag.restricted,
    )
