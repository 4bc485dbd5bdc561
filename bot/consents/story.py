"""Consents: the school records what lies on paper, and a student who has both halves may be named (MATRIX.md, Consent; II.3, III)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot import pipeline
from bot.consents.recording import GIVER, PAPER, STUDENT, Keeper, Paper, check_keeps, keeps
from bot.domain.consent import Consent
from bot.domain.errors import Advice
from bot.house import House
from bot.people import email_of, find_person
from bot.records import ConsentRecord, Page, SiteRecord
from bot.store.consents import as_consent, look_again_at, look_again_at_ended
from bot.store.consents import pages_with_ended as pages_of

_SHORTEST = 6


class NoSuchConsent(Advice):
    """No consent of that id at a school of this person's."""


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
        NoSuchPage, NoSuchPerson, NoSuchStudent, NotYours, BadConsent: see `Keeper.record`.
    """
    with house.store.transaction() as session:
        return Keeper(session, house.store.vault, email, now).record(page_id, student, paper)


def revoke(house: House, consent_id: str, email: str, now: datetime) -> int:
    """End a consent now, and look again at all that it covered; how many comments are flagged by that.

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
        person = find_person(session, vault, email, now)
        check_keeps(person, consent.site_id)
        if consent.revoked is not None:
            return 0
        consent.revoked, consent.revoked_by = now, person.id
        session.flush()
        look_again_at(session, consent.student_index, consent.site_id, now)
        pages = session.exec(select(Page.id).where(Page.site_id == consent.site_id)).all()
    return sum(pipeline.flag_page(house, page, now) for page in pages)


def list_consents(house: House, email: str, now: datetime) -> list[KnownConsent]:
    """The consents of the schools whose administrator or supervisor this person is, the newest first.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        sites = [site for site in session.exec(select(SiteRecord)).all() if keeps(person, site.id)]
        zones = {site.id: site.time_zone for site in sites}
        rows = session.exec(
            select(ConsentRecord)
            .where(col(ConsentRecord.site_id).in_([site.id for site in sites]))
            .order_by(col(ConsentRecord.id).desc())
        )
        return [
            KnownConsent(
                id=row.id,
                student=vault.open(STUDENT, row.id, row.student_sealed),
                consent=as_consent(row),
                giver=vault.open(GIVER, row.id, row.giver_sealed),
                paper=vault.open(PAPER, row.id, row.paper_sealed),
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
