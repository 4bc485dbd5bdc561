"""`people.yaml` as rows: the sites, the people and their duties."""

from __future__ import annotations

import json
from itertools import product

from sqlmodel import col, delete, select

from bot.domain.class_pages import People, Person, RoleName, Site
from bot.people.known import ACCOUNTS, EMAIL, NAME, WISHES, accounts_of, record_of, wishes_of
from bot.people.on_duty import ON_CALL, on_call_of
from bot.records import Duty, Page, PersonRecord, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault


def apply_people(session: Session, vault: Vault, people: People) -> list[str]:
    """Make the database say what `people.yaml` says; who left a site of the file loses every role there.

    Returns the addresses that the file still names though their people have left: those keep having no duty.
    """
    for site in people.sites:
        _put_site(session, vault, site)
    session.flush()
    sites = {site.id: site for site in people.sites}
    session.exec(delete(Duty).where(col(Duty.site_id).in_(sites)))
    for page in session.exec(
        select(Page).where(col(Page.site_id).in_(sites))
    ):  # a page's teacher needs no line of its own
        session.merge(Duty(person_id=page.teacher_id, site_id=page.site_id, role=RoleName.TEACHER))
    records = {person.email: _record_for(session, vault, person.email) for person in people.people}
    for person in people.people:
        _tell(vault, records[person.email], person, sites[person.sites[0]].time_zone)
    session.flush()
    for person in people.people:
        for site_id, role in product(person.sites, person.roles):
            session.merge(Duty(person_id=records[person.email].id, site_id=site_id, role=role))
    for site in people.sites:
        row = session.get_one(SiteRecord, site.id)
        row.supervisor_id = records[site.supervisor].id if site.supervisor else None
        row.contact_id = records[site.contact].id if site.contact else None
    session.flush()
    return [email for email, record in records.items() if record.left is not None]


def put_teacher(session: Session, vault: Vault, email: str, site_id: str) -> str:
    """The id of a page's teacher, who is added where `people.yaml` does not name them."""
    id = _record_for(session, vault, email).id
    session.flush()
    if session.get(Duty, (id, site_id, RoleName.TEACHER)) is None:
        session.add(Duty(person_id=id, site_id=site_id, role=RoleName.TEACHER))
    return id


def _record_for(session: Session, vault: Vault, email: str) -> PersonRecord:
    """The row of this address, which is added where there is none."""
    record = record_of(session, vault, email)
    if record is None:
        id, index = new_id(), vault.index("person.email", email)
        record = PersonRecord(
            id=id, email_index=index, email_sealed=vault.seal(EMAIL, id, email), name_sealed=vault.seal(NAME, id, "")
        )
        session.add(record)
    return record


def _tell(vault: Vault, record: PersonRecord, person: Person, time_zone: str) -> None:
    """What the file says of a person. Only what has changed is sealed anew."""
    if vault.open(NAME, record.id, record.name_sealed) != person.name:
        record.name_sealed = vault.seal(NAME, record.id, person.name)
    if accounts_of(vault, record) != person.accounts:
        written = json.dumps(person.accounts)
        record.accounts_sealed = vault.seal(ACCOUNTS, record.id, written) if person.accounts else None
    wishes: dict[str, str] = {}
    if person.quiet:
        wishes |= {"quiet": person.quiet, "time_zone": time_zone}
    if person.language:
        wishes["language"] = person.language
    if wishes_of(vault, record) != wishes:
        record.wishes_sealed = vault.seal(WISHES, record.id, json.dumps(wishes)) if wishes else None


def _put_site(session: Session, vault: Vault, site: Site) -> None:
    record = session.get(SiteRecord, site.id) or SiteRecord(id=site.id, title="", time_zone="")
    record.title, record.time_zone, record.telephone = site.title, site.time_zone, site.telephone
    record.discord_channel = str(site.discord_channel) if site.discord_channel else None
    record.language = site.language
    if on_call_of(vault, record) != site.on_call:
        record.on_call_sealed = vault.seal(ON_CALL, site.id, site.on_call.model_dump_json()) if site.on_call else None
    session.add(record)
