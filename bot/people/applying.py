"""`people.yaml` as rows: the sites, the people and their duties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product

from sqlmodel import col, delete, select

from bot.domain.class_pages import People, RoleName, Site
from bot.people.known import ACCOUNTS, EMAIL, NAME, accounts_of, record_of
from bot.records import Duty, Page, PersonRecord, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault


def apply_people(session: Session, vault: Vault, people: People) -> None:
    """Make the database say what `people.yaml` says; who left a site of the file loses every role there."""
    for site in people.sites:
        _put_site(session, site)
    session.flush()
    sites = [site.id for site in people.sites]
    session.exec(delete(Duty).where(col(Duty.site_id).in_(sites)))
    for page in session.exec(
        select(Page).where(col(Page.site_id).in_(sites))
    ):  # a page's teacher needs no line of its own
        session.merge(Duty(person_id=page.teacher_id, site_id=page.site_id, role=RoleName.TEACHER))
    ids = {
        person.email: _put_person(session, vault, person.email, person.name, person.accounts)
        for person in people.people
    }
    session.flush()
    for person in people.people:
        for site_id, role in product(person.sites, person.roles):
            session.merge(Duty(person_id=ids[person.email], site_id=site_id, role=role))
    for site in people.sites:
        session.get_one(SiteRecord, site.id).supervisor_id = ids[site.supervisor] if site.supervisor else None
    session.flush()


def put_teacher(session: Session, vault: Vault, email: str, site_id: str) -> str:
    """The id of a page's teacher, who is added where `people.yaml` does not name them."""
    record = record_of(session, vault, email)
    id = record.id if record else _put_person(session, vault, email, "", {})
    session.flush()
    if session.get(Duty, (id, site_id, RoleName.TEACHER)) is None:
        session.add(Duty(person_id=id, site_id=site_id, role=RoleName.TEACHER))
    return id


def _put_person(session: Session, vault: Vault, email: str, name: str, accounts: Mapping[str, tuple[str, ...]]) -> str:
    record = record_of(session, vault, email)
    if record is None:
        id = new_id()
        index = vault.index("person.email", email)
        record = PersonRecord(id=id, email_index=index, email_sealed=vault.seal(EMAIL, id, email), name_sealed=b"")
        session.add(record)
    if not record.name_sealed or vault.open(NAME, record.id, record.name_sealed) != name:
        record.name_sealed = vault.seal(NAME, record.id, name)
    if accounts_of(vault, record) != accounts:
        written = json.dumps(accounts)
        record.accounts_sealed = vault.seal(ACCOUNTS, record.id, written) if accounts else None
    return record.id


def _put_site(session: Session, site: Site) -> None:
    record = session.get(SiteRecord, site.id) or SiteRecord(id=site.id, title="", time_zone="")
    record.title, record.time_zone, record.telephone = site.title, site.time_zone, site.telephone
    record.discord_channel = str(site.discord_channel) if site.discord_channel else None
    session.add(record)
