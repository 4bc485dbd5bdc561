"""Consents: the school records what lies on paper, and a student who has both halves may be named (MATRIX.md, Consent; II.3, III)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot import pipeline
from bot.domain.class_pages import RoleName
from bot.domain.consent import Consent, ConsentKind, Half
from bot.domain.errors import Advice
from bot.domain.rights import NotYours
from bot.domain.roster import folded_name
from bot.house import House
from bot.pages import chosen_pages
from bot.people import KnownPerson, email_of, find_person, sees
from bot.records import ConsentRecord, Flag, Page, SiteRecord, new_id
from bot.rosters import students_of
from bot.store import Session
from bot.store.consents import as_consent, look_again_at, look_again_at_ended, student_index
from bot.store.consents import pages_with_ended as pages_of
from bot.vault import Vault
from moderators.base import Student

_STUDENT, _GIVER, _PAPER = "consent.student_sealed", "consent.giver_sealed", "consent.paper_sealed"
_SHORTEST = 6


class NoSuchStudent(Advice):
    """The page's roster has nobody, or more than one, of that name or number."""


class NoSuchConsent(Advice):
    """No consent of that id at a school of this person's."""


class BadConsent(Advice):
    """The paper says something that cannot be; the message says what."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One half as it is to be recorded: who gave it, where the paper lies, and for how long."""

    half: Half
    kind: ConsentKind
    giver: str
    paper: str
    since: datetime
    until: datetime | None = None
    all_pages: bool = False


@dataclass(frozen=True, slots=True)
class KnownConsent:
    """One recorded half, opened."""

    id: str
    student: str
    consent: Consent
    giver: str
    paper: str
    recorded: datetime
    recorded_by: str
    time_zone: str
    """The school's: a paper's days are those of its own place."""


def add(house: House, page_id: str, student: str, paper: Paper, email: str, now: datetime) -> str:
    """Record one half for a student of a page's roster, who is found by full name or number; its id.

    Raises:
        NoSuchPage, NoSuchPerson, NoSuchStudent: as their names say.
        NotYours: only an administrator of the school, or its supervisor, records consents.
        BadConsent: it ends before it begins; or it is for all pages, and the roster has no number for the student.
    """
    chosen_pages(house, [page_id])
    vault, id = house.store.vault, new_id()
    with house.store.transaction() as session:
        page, person, found = _checked(session, vault, page_id, student, paper, email, now)
        session.add(
            ConsentRecord(
                id=id,
                site_id=page.site_id,
                page_id=None if paper.all_pages else page_id,
                student_index=student_index(vault, found, page.site_id, page_id),
                student_sealed=vault.seal(_STUDENT, id, f"{found.first} {found.last}"),
                kind=paper.kind,
                half=paper.half,
                giver_sealed=vault.seal(_GIVER, id, paper.giver),
                paper_sealed=vault.seal(_PAPER, id, paper.paper),
                since=paper.since,
                until=paper.until,
                recorded=now,
                recorded_by=person.id,
            )
        )
    return id


def check(house: House, page_id: str, student: str, paper: Paper, email: str, now: datetime) -> None:
    """See that `add` would record this. Raises as `add` does."""
    chosen_pages(house, [page_id])
    with house.store.reading() as session:
        _checked(session, house.store.vault, page_id, student, paper, email, now)


def zone_of(house: House, page_id: str) -> ZoneInfo:
    """The time zone of a page's school.

    Raises:
        NoSuchPage: there is no such page.
    """
    chosen_pages(house, [page_id])
    with house.store.reading() as session:
        return ZoneInfo(session.get_one(SiteRecord, session.get_one(Page, page_id).site_id).time_zone)


def revoke(house: House, consent_id: str, email: str, now: datetime) -> int:
    """End a consent now, and look again at all that it covered; how many flags are raised by that of which this person may know.

    Raises:
        NoSuchConsent, NoSuchPerson: as their names say.
        NotYours: see `add`.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        wanted = col(ConsentRecord.id).endswith(consent_id, autoescape=True)
        found = session.exec(select(ConsentRecord).where(wanted).limit(2).with_for_update()).all()
        if len(consent_id) < _SHORTEST or len(found) != 1:
            raise NoSuchConsent(f"no consent {consent_id}; see `hallmonitor consent list`")
        (consent,) = found
        person = _keeper(session, vault, email, consent.site_id, now)
        if consent.revoked is not None:
            return 0
        consent.revoked, consent.revoked_by = now, person.id
        session.flush()
        look_again_at(session, consent.student_index)
        pages = session.exec(select(Page.id).where(Page.site_id == consent.site_id)).all()
    for page in pages:
        pipeline.flag_page(house, page, now)
    with house.store.reading() as session:
        raised = session.exec(select(Flag).where(col(Flag.page_id).in_(pages), Flag.opened == now))
        return sum(sees(session, person, flag) for flag in raised)


def list_consents(house: House, email: str, now: datetime) -> list[KnownConsent]:
    """The consents of the schools whose administrator or supervisor this person is, the newest first.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        sites = [site for site in session.exec(select(SiteRecord)).all() if _keeps(person, site.id)]
        zones = {site.id: site.time_zone for site in sites}
        rows = session.exec(
            select(ConsentRecord)
            .where(col(ConsentRecord.site_id).in_([site.id for site in sites]))
            .order_by(col(ConsentRecord.id).desc())
        )
        return [
            KnownConsent(
                id=row.id,
                student=vault.open(_STUDENT, row.id, row.student_sealed),
                consent=as_consent(row),
                giver=vault.open(_GIVER, row.id, row.giver_sealed),
                paper=vault.open(_PAPER, row.id, row.paper_sealed),
                recorded=row.recorded,
                recorded_by=email_of(session, vault, row.recorded_by),
                time_zone=zones[row.site_id],
            )
            for row in rows
        ]


def pages_with_ended(house: House, now: datetime) -> list[str]:
    """The pages on which a consent that covers something has ended by itself."""
    with house.store.reading() as session:
        return pages_of(session, now)


def reopen_ended(house: House, page_id: str, now: datetime) -> int:
    """Look again at what ended consents covered on a page; how many comments are flagged by that."""
    with house.store.transaction() as session:
        look_again_at_ended(session, page_id, now)
    return pipeline.flag_page(house, page_id, now)


def _checked(
    session: Session, vault: Vault, page_id: str, student: str, paper: Paper, email: str, now: datetime
) -> tuple[Page, KnownPerson, Student]:
    if paper.until is not None and paper.until <= paper.since:
        raise BadConsent("a consent ends after it begins: look at since and until")
    if not paper.giver.strip() or not paper.paper.strip():
        raise BadConsent("say who has signed the consent (given by) and where the paper lies")
    page = session.get_one(Page, page_id)
    person = _keeper(session, vault, email, page.site_id, now)
    found = _student(students_of(session, vault, page_id), student, page_id)
    if paper.all_pages and not found.student_number:
        raise BadConsent("for all pages the roster has to give a student number: two students may have one name")
    return page, person, found


def _keeper(session: Session, vault: Vault, email: str, site_id: str, now: datetime) -> KnownPerson:
    person = find_person(session, vault, email, now)
    if not _keeps(person, site_id):
        raise NotYours("only an administrator of this school, or its supervisor, records consents")
    return person


def _keeps(person: KnownPerson, site_id: str) -> bool:
    return RoleName.ADMINISTRATOR in person.duties.get(site_id, ()) or person.is_supervisor_of(site_id)


def _student(roster: Sequence[Student], wanted: str, page_id: str) -> Student:
    name = folded_name(wanted)
    found = [s for s in roster if wanted.strip() in (s.id, s.student_number)]
    found = found or [s for s in roster if folded_name(f"{s.first} {s.last}") == name]
    if len(found) != 1:
        many = "nobody" if not found else f"{len(found)} students"
        raise NoSuchStudent(
            f"the roster of {page_id} has {many} of that name or number: write first and last name as the roster has them, or the number"
        )
    return found[0]
