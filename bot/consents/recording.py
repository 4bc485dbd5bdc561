"""Recording consents: whose papers they are, who may record them, and what a paper has to say (MATRIX.md, Consent; II.3, III)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.class_pages import RoleName
from bot.domain.consent import ConsentKind, Half
from bot.domain.errors import Advice
from bot.domain.rights import NotYours
from bot.domain.roster import folded_name
from bot.pages import known_page
from bot.people import KnownPerson, find_person
from bot.records import ConsentRecord, Page, SiteRecord, new_id
from bot.rosters import students_of
from bot.store import Session
from bot.store.consents import student_index
from bot.vault import Vault
from moderators.base import Student

STUDENT: Final = "consent.student_sealed"
GIVER: Final = "consent.giver_sealed"
PAPER: Final = "consent.paper_sealed"


class NoSuchStudent(Advice):
    """The page's roster has nobody, or more than one, of that name or number."""


class BadConsent(Advice):
    """The paper says something that cannot be; the message says what."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One half as it is to be recorded: who gave it, where the paper lies, and for how long: `until` is the first moment behind it."""

    half: Half
    kind: ConsentKind
    giver: str
    paper: str
    since: datetime
    until: datetime | None = None
    all_pages: bool = False


class Keeper:
    """Somebody who records consents, in one transaction. What is looked up of a page is looked up once, however many papers come.

    Raises:
        NoSuchPerson: nobody has this address.
    """

    def __init__(self, session: Session, vault: Vault, email: str, now: datetime) -> None:
        self._session, self._vault, self._now = session, vault, now
        self._person = find_person(session, vault, email, now)
        self.page = cache(self._page)
        self._roster = cache(lambda page_id: students_of(session, vault, page_id))

    def record(self, page_id: str, student: str, paper: Paper) -> str:
        """Record one half for a student of a page's roster, who is found by full name or number; its id.

        Raises:
            NoSuchPage, NoSuchStudent: as their names say.
            NotYours: only an administrator of the school, or its supervisor, records consents.
            BadConsent: it ends before it begins; or it is for all pages, and the roster has no number for the student.
        """
        page, _ = self.page(page_id)
        if paper.until is not None and paper.until <= paper.since:
            raise BadConsent("a consent ends after it begins: look at since and until")
        if not paper.giver.strip() or not paper.paper.strip():
            raise BadConsent("say who has signed the consent (given by) and where the paper lies")
        check_keeps(self._person, page.site_id)
        found = _student(self._roster(page_id), student, page_id)
        if paper.all_pages and not found.student_number:
            raise BadConsent("for all pages the roster has to give a student number: two students may have one name")
        id, vault = new_id(), self._vault
        self._session.add(
            ConsentRecord(
                id=id,
                site_id=page.site_id,
                page_id=None if paper.all_pages else page_id,
                student_index=student_index(vault, found, page.site_id, page_id),
                student_sealed=vault.seal(STUDENT, id, f"{found.first} {found.last}"),
                kind=paper.kind,
                half=paper.half,
                giver_sealed=vault.seal(GIVER, id, paper.giver),
                paper_sealed=vault.seal(PAPER, id, paper.paper),
                since=paper.since,
                until=paper.until,
                recorded=self._now,
                recorded_by=self._person.id,
            )
        )
        return id

    def _page(self, page_id: str) -> tuple[Page, ZoneInfo]:
        page = known_page(self._session, page_id)
        return page, ZoneInfo(self._session.get_one(SiteRecord, page.site_id).time_zone)


def lasting(since: date | None, until: date | None, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime | None]:
    """From when a paper counts, and the first moment at which it does not any more: the end of its last day, by the school's clock.

    Raises:
        BadConsent: there is no such day.
    """
    try:
        begins = datetime.combine(since, time(), zone).astimezone(UTC) if since else now
        ends = datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC) if until else None
    except OverflowError:
        raise BadConsent("no calendar has these days: what holds until it is revoked has no last day") from None
    return begins, ends


def check_keeps(person: KnownPerson, site_id: str) -> None:
    """See that this person may record and revoke the consents of a school.

    Raises:
        NotYours: they may not.
    """
    if not keeps(person, site_id):
        raise NotYours("only an administrator of this school, or its supervisor, records consents")


def keeps(person: KnownPerson, site_id: str) -> bool:
    """Whether this person may record, see and revoke the consents of a school."""
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
