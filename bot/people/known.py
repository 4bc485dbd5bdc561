"""People as the database knows them: who works where, as what, and for whom they stand in now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import col, select

from bot.domain.class_pages import Language, RoleName
from bot.domain.duty import Quiet
from bot.domain.errors import Advice
from bot.people.covers import EVER, Covers, covers_at
from bot.people.moment import Moment
from bot.records import Duty, PersonRecord, SiteRecord
from bot.store import Session
from bot.vault import Vault

EMAIL, NAME, ACCOUNTS = "person.email_sealed", "person.name_sealed", "person.accounts_sealed"
WISHES = "person.wishes_sealed"


class NoSuchPerson(Advice):
    """Nobody with this address works here."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"nobody here has the address {email}; see `hallmonitor people list`, or add them to people.yaml",
            key="no_person",
        )


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the database, opened, as they stand at one moment.

    `own_duties` maps each site to the roles there, `supervises` names the sites whose supervisor they are, `accounts` maps each
    connector to their own ones. Whoever has left has neither duties nor sites. `moment` keeps what was looked up with them.
    """

    id: str
    email: str
    name: str
    own_duties: Mapping[str, frozenset[RoleName]]
    moment: Moment = field(compare=False, repr=False)
    supervises: frozenset[str] = frozenset()
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: Language | None = None
    """In which they are spoken to; None: as their school is."""
    quiet: Quiet | None = None
    stands_in_for: tuple[KnownPerson, ...] = ()
    """The absent people whose duties they have now."""
    stood_in_until: Mapping[str, datetime] = field(default_factory=dict)
    """The end of their last cover, by the person for whom they stand in or have stood in."""
    is_away: bool = False
    """Somebody stands in for them: they keep their rights, and are not called."""
    left: datetime | None = None

    @property
    def duties(self) -> dict[str, frozenset[RoleName]]:
        """The roles at each site: their own, and those of the people for whom they stand in."""
        found = dict(self.own_duties)
        for absent in self.stands_in_for:
            for site, roles in absent.own_duties.items():
                found[site] = found.get(site, frozenset()) | roles
        return found

    def is_supervisor_of(self, site_id: str) -> bool:
        """Whether they are a site's supervisor, or stand in for the one who is."""
        return any(site_id in each.supervises for each in (self, *self.stands_in_for))

    def acts_for(self, person_ids: Iterable[str]) -> bool:
        """Whether they are one of these people, or stand in for one."""
        return not {self.id, *(absent.id for absent in self.stands_in_for)}.isdisjoint(person_ids)


def find_person(session: Session, vault: Vault, email: str, now: datetime) -> KnownPerson:
    """The person with this address, as they stand now.

    Raises:
        NoSuchPerson: there is none.
    """
    record = record_of(session, vault, email)
    if record is None:
        raise NoSuchPerson(email)
    (person,) = _known(session, vault, [record], covers_at(session, now))
    return person


def list_people(session: Session, vault: Vault, now: datetime) -> list[KnownPerson]:
    """Everybody who has a role somewhere, or has left, by address."""
    known = _known(session, vault, session.exec(select(PersonRecord)).all(), covers_at(session, now))
    return sorted((person for person in known if person.duties or person.left), key=lambda p: p.email)


def people_of_site(session: Session, vault: Vault, site_id: str, now: datetime) -> list[KnownPerson]:
    """Everybody who has a duty at a site now, their substitutes among them."""
    site, covers = session.get_one(SiteRecord, site_id), covers_at(session, now)
    here = set(session.exec(select(Duty.person_id).where(Duty.site_id == site_id)))
    here |= {id for id in (site.supervisor_id, site.contact_id) if id is not None}
    wanted = here | {substitute for substitute in covers.absent_of if covers.behind(substitute) & here}
    records = session.exec(select(PersonRecord).where(col(PersonRecord.id).in_(wanted)).order_by(col(PersonRecord.id)))
    known = _known(session, vault, records.all(), covers)
    return [person for person in known if person.duties.get(site_id) or person.is_supervisor_of(site_id)]


def people_by_id(session: Session, vault: Vault, ids: Collection[str], now: datetime) -> list[KnownPerson]:
    """These people, as they stand now."""
    records = session.exec(select(PersonRecord).where(col(PersonRecord.id).in_(ids))).all() if ids else []
    return _known(session, vault, records, covers_at(session, now))


def staff_of_site(session: Session, vault: Vault, site_id: str) -> list[KnownPerson]:
    """Everybody who works at a site by `people.yaml` and its pages, whoever stands in for them."""
    here = select(Duty.person_id).where(Duty.site_id == site_id)
    present = (col(PersonRecord.id).in_(here), col(PersonRecord.left).is_(None))
    records = session.exec(select(PersonRecord).where(*present).order_by(col(PersonRecord.id)))
    return list(_opened(session, Moment(vault, EVER[0]), records.all()).values())


def owners_of(session: Session, vault: Vault, connector: str, account: str) -> list[str]:
    """The addresses of those who work here and whose own account of a platform this is."""
    works = col(PersonRecord.id).in_(select(Duty.person_id))
    query = select(PersonRecord).where(
        works, col(PersonRecord.left).is_(None), col(PersonRecord.accounts_sealed).is_not(None)
    )
    owners = [record for record in session.exec(query) if account in accounts_of(vault, record).get(connector, ())]
    return [vault.open(EMAIL, record.id, record.email_sealed) for record in owners]


def sites_of(person: KnownPerson) -> set[str]:
    """The sites at which a person has a role now, or is the supervisor."""
    return set(person.duties).union(*(each.supervises for each in (person, *person.stands_in_for)))


def email_of(session: Session, vault: Vault, person_id: str | None) -> str:
    """The address of a person by our id; the machine is `policy`."""
    if person_id is None:
        return "policy"
    record = session.get_one(PersonRecord, person_id)
    return vault.open(EMAIL, record.id, record.email_sealed)


def name_of(session: Session, vault: Vault, person_id: str | None) -> str:
    """How others read of a person in the channel: their name, since an address fills two lines of a phone; without one, the address."""
    record = session.get_one(PersonRecord, person_id) if person_id else None
    return (vault.open(NAME, record.id, record.name_sealed) if record else "") or email_of(session, vault, person_id)


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


def wishes_of(vault: Vault, record: PersonRecord) -> dict[str, str]:
    """Quiet hours with their time zone, and language, as they were written."""
    return json.loads(vault.open(WISHES, record.id, record.wishes_sealed)) if record.wishes_sealed else {}


def language_of(vault: Vault, record: PersonRecord, site: SiteRecord) -> Language:
    """In which language somebody of a school is written to: their own, else the school's."""
    return Language(wishes_of(vault, record).get("language", site.language))


def _known(session: Session, vault: Vault, records: Sequence[PersonRecord], covers: Covers) -> list[KnownPerson]:
    """These people, opened, with those for whom they stand in; all are looked up at once."""
    here = {record.id for record in records}
    behind = {id for person in here for id in covers.behind(person)} - here
    absent = session.exec(select(PersonRecord).where(col(PersonRecord.id).in_(behind))).all() if behind else []
    opened = _opened(session, Moment(vault, covers.now), [*records, *absent])
    until = covers.ends_of(session, here)
    return [
        replace(
            opened[record.id],
            stands_in_for=tuple(opened[id] for id in sorted(covers.behind(record.id))),
            stood_in_until=until.get(record.id, {}),
            is_away=record.id in covers.away,
        )
        for record in records
    ]


def _opened(session: Session, moment: Moment, records: Sequence[PersonRecord]) -> dict[str, KnownPerson]:
    """These people by id, each by themselves."""
    vault, present = moment.vault, [record.id for record in records if record.left is None]
    duties: dict[str, dict[str, set[RoleName]]] = {}
    for duty in session.exec(select(Duty).where(col(Duty.person_id).in_(present))):
        duties.setdefault(duty.person_id, {}).setdefault(duty.site_id, set()).add(RoleName(duty.role))
    supervises: dict[str, set[str]] = {}
    for site, supervisor in session.exec(
        select(SiteRecord.id, SiteRecord.supervisor_id).where(col(SiteRecord.supervisor_id).in_(present))
    ):
        supervises.setdefault(supervisor or "", set()).add(site)
    found: dict[str, KnownPerson] = {}
    for record in records:
        wishes = wishes_of(vault, record)
        found[record.id] = KnownPerson(
            id=record.id,
            email=vault.open(EMAIL, record.id, record.email_sealed),
            name=vault.open(NAME, record.id, record.name_sealed),
            own_duties={site: frozenset(roles) for site, roles in duties.get(record.id, {}).items()},
            moment=moment,
            supervises=frozenset(supervises.get(record.id, ())),
            accounts=accounts_of(vault, record),
            language=Language(wishes["language"]) if "language" in wishes else None,
            quiet=Quiet.parse(wishes["quiet"], wishes["time_zone"]) if "quiet" in wishes else None,
            left=record.left,
        )
    return found
