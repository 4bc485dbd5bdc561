"""People and sites: who works where, and what they may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from sqlmodel import col, delete, select

from bot.domain.class_pages import People, RoleName, Site
from bot.domain.errors import Advice
from bot.domain.rights import Situation, is_meant
from bot.house import House
from bot.records import Duty, Flag, Page, PersonRecord, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault

_EMAIL, _NAME, _ACCOUNTS = "person.email_sealed", "person.name_sealed", "person.accounts_sealed"


class NoSuchPerson(Advice):
    """Nobody with this address works here."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"nobody here has the address {email}; see `hallmonitor people list`, or add them to people.yaml"
        )


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the database, opened. `duties` maps each site to the roles there, `accounts` each connector to their own ones."""

    id: str
    email: str
    name: str
    duties: dict[str, frozenset[RoleName]]
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    record = _record(session, vault, email)
    id = record.id if record else _put_person(session, vault, email, "", {})
    session.flush()
    if session.get(Duty, (id, site_id, RoleName.TEACHER)) is None:
        session.add(Duty(person_id=id, site_id=site_id, role=RoleName.TEACHER))
    return id


def find_person(session: Session, vault: Vault, email: str) -> KnownPerson:
    """The person with this address.

    Raises:
        NoSuchPerson: there is none.
    """
    record = _record(session, vault, email)
    if record is None:
        raise NoSuchPerson(email)
    (person,) = _known(session, vault, [record])
    return person


def list_people(session: Session, vault: Vault) -> list[KnownPerson]:
    """Everybody who has a role somewhere, by address."""
    known = _known(session, vault, session.exec(select(PersonRecord)).all())
    return sorted((person for person in known if person.duties), key=lambda p: p.email)


def everybody(house: House) -> list[KnownPerson]:
    """Everybody who has a role somewhere, for a face."""
    with house.store.reading() as session:
        return list_people(session, house.store.vault)


def people_of_site(session: Session, vault: Vault, site_id: str) -> list[KnownPerson]:
    """Everybody who has a role at a site."""
    here = select(Duty.person_id).where(Duty.site_id == site_id)
    records = session.exec(select(PersonRecord).where(col(PersonRecord.id).in_(here)).order_by(col(PersonRecord.id)))
    return _known(session, vault, records.all())


def on_duty(session: Session, vault: Vault, site_id: str, _: datetime) -> list[KnownPerson]:
    """Who is on duty at a site now: its administrators, as long as there are no duty hours. The supervisor is called behind them."""
    supervisor = session.get_one(SiteRecord, site_id).supervisor_id
    people = people_of_site(session, vault, site_id)
    return [p for p in people if RoleName.ADMINISTRATOR in p.duties.get(site_id, ()) and p.id != supervisor]


def sites_of(session: Session, person: KnownPerson) -> set[str]:
    """The sites at which a person has a role, or is the supervisor."""
    return set(person.duties) | set(session.exec(select(SiteRecord.id).where(SiteRecord.supervisor_id == person.id)))


def email_of(session: Session, vault: Vault, person_id: str | None) -> str:
    """The address of a person by our id; the machine is `policy`."""
    if person_id is None:
        return "policy"
    record = session.get_one(PersonRecord, person_id)
    return vault.open(_EMAIL, record.id, record.email_sealed)


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


def _record(session: Session, vault: Vault, email: str) -> PersonRecord | None:
    index = vault.index("person.email", email.strip().lower())
    return session.exec(select(PersonRecord).where(PersonRecord.email_index == index)).first()


def _put_person(session: Session, vault: Vault, email: str, name: str, accounts: Mapping[str, tuple[str, ...]]) -> str:
    record = _record(session, vault, email)
    if record is None:
        id = new_id()
        index = vault.index("person.email", email)
        record = PersonRecord(id=id, email_index=index, email_sealed=vault.seal(_EMAIL, id, email), name_sealed=b"")
        session.add(record)
    if not record.name_sealed or vault.open(_NAME, record.id, record.name_sealed) != name:
        record.name_sealed = vault.seal(_NAME, record.id, name)
    if _accounts(vault, record) != accounts:
        written = json.dumps(accounts)
        record.accounts_sealed = vault.seal(_ACCOUNTS, record.id, written) if accounts else None
    return record.id


def _accounts(vault: Vault, record: PersonRecord) -> dict[str, tuple[str, ...]]:
    if record.accounts_sealed is None:
        return {}
    written = json.loads(vault.open(_ACCOUNTS, record.id, record.accounts_sealed))
    return {connector: tuple(ids) for connector, ids in written.items()}


def _put_site(session: Session, site: Site) -> None:
    record = session.get(SiteRecord, site.id) or SiteRecord(id=site.id, title="", time_zone="")
    record.title, record.time_zone, record.telephone = site.title, site.time_zone, site.telephone
    record.discord_channel = str(site.discord_channel) if site.discord_channel else None
    record.language = site.language
    session.add(record)


def _known(session: Session, vault: Vault, records: Sequence[PersonRecord]) -> list[KnownPerson]:
    """These people, opened; their duties are looked up all at once."""
    duties: dict[str, dict[str, set[RoleName]]] = {}
    for duty in session.exec(select(Duty).where(col(Duty.person_id).in_([record.id for record in records]))):
        duties.setdefault(duty.person_id, {}).setdefault(duty.site_id, set()).add(RoleName(duty.role))
    return [
        KnownPerson(
            id=record.id,
            email=vault.open(_EMAIL, record.id, record.email_sealed),
            name=vault.open(_NAME, record.id, record.name_sealed),
            duties={site: frozenset(roles) for site, roles in duties.get(record.id, {}).items()},
            accounts=_accounts(vault, record),
        )
        for record in records
    ]
