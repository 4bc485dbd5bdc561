"""People as the database knows them: who works where, as what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice
from bot.house import House
from bot.records import Duty, PersonRecord, SiteRecord
from bot.store import Session
from bot.vault import Vault

EMAIL, NAME, ACCOUNTS = "person.email_sealed", "person.name_sealed", "person.accounts_sealed"


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


def find_person(session: Session, vault: Vault, email: str) -> KnownPerson:
    """The person with this address.

    Raises:
        NoSuchPerson: there is none.
    """
    record = record_of(session, vault, email)
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


def sites_of(session: Session, person: KnownPerson) -> set[str]:
    """The sites at which a person has a role, or is the supervisor."""
    return set(person.duties) | set(session.exec(select(SiteRecord.id).where(SiteRecord.supervisor_id == person.id)))


def email_of(session: Session, vault: Vault, person_id: str | None) -> str:
    """The address of a person by our id; the machine is `policy`."""
    if person_id is None:
        return "policy"
    record = session.get_one(PersonRecord, person_id)
    return vault.open(EMAIL, record.id, record.email_sealed)


def record_of(session: Session, vault: Vault, email: str) -> PersonRecord | None:
    """The row of the person with this address, if there is one."""
    index = vault.index("person.email", email.strip().lower())
    return session.exec(select(PersonRecord).where(PersonRecord.email_index == index)).first()


def accounts_of(vault: Vault, record: PersonRecord) -> dict[str, tuple[str, ...]]:
    """Their own accounts, by the connector's name."""
    if record.accounts_sealed is None:
        return {}
    written = json.loads(vault.open(ACCOUNTS, record.id, record.accounts_sealed))
    return {connector: tuple(ids) for connector, ids in written.items()}


def _known(session: Session, vault: Vault, records: Sequence[PersonRecord]) -> list[KnownPerson]:
    """These people, opened; their duties are looked up all at once."""
    duties: dict[str, dict[str, set[RoleName]]] = {}
    for duty in session.exec(select(Duty).where(col(Duty.person_id).in_([record.id for record in records]))):
        duties.setdefault(duty.person_id, {}).setdefault(duty.site_id, set()).add(RoleName(duty.role))
    return [
        KnownPerson(
            id=record.id,
            email=vault.open(EMAIL, record.id, record.email_sealed),
            name=vault.open(NAME, record.id, record.name_sealed),
            duties={site: frozenset(roles) for site, roles in duties.get(record.id, {}).items()},
            accounts=accounts_of(vault, record),
        )
        for record in records
    ]
