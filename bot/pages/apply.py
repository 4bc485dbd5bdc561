"""Apply: the database is made to say what the files of the class pages say (DESIGN.md 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import col, delete, select

from bot.domain.accounts import register
from bot.domain.class_pages import ClassPage, People
from bot.domain.roster import BadRoster
from bot.house import House
from bot.pages.listing import page_of
from bot.people import apply_people, put_teacher
from bot.records import Page, PageCheckpoint
from bot.rosters import forget_roster, read_roster, store_roster, students_of
from bot.settings import (
    BadConfiguration,
    Located,
    MissingSecret,
    Problem,
    did_you_mean,
    load_class_pages,
    load_people,
    secret_problems,
)
from bot.settings.yaml_files import YamlFile
from bot.store import Session
from bot.store.flags import close_flags_of_page
from bot.store.hooks import put_hooks
from bot.store.pages import DOCUMENT, page_document
from bot.vault import Vault
from connectors.base import BadConfig, ConnectorError
from moderators.base import StaffMember, Student


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did: page ids by what became of them, and how many students each new roster holds."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: tuple[str, ...]
    """Sample pages that were in the database: a school's pages never stand beside ours."""
    without_file: tuple[str, ...]
    """Pages of the database that none of the files describes: they are read on, until `leave_page` ends them."""
    rosters: dict[str, int]
    gone: tuple[str, ...] = ()
    """People who have left and whom `people.yaml` still names: each with file, line and what to do."""


def apply_pages(house: House, files: Sequence[Path], now: datetime) -> Applied:
    """Make the database say what the files say; the people and sites of the folder go with them. Twice is as once.

    Raises:
        BadConfiguration: every problem of every file, all at once; nothing was applied.
    """
    config = house.environment.config
    people, people_file = load_people(config)
    located = load_class_pages(files, house.policy, house.connectors)
    problems = secret_problems(people, people_file, house.environment.variables)
    rosters: dict[str, tuple[Student, ...]] = {}
    for entry in located:
        problems += page_problems(house, entry, people, people_file, rosters)
    if problems:
        raise BadConfiguration(problems)
    applied, left = _store(house, people, [entry.page for entry in located], rosters, now)
    numbers = {person.email: number for number, person in enumerate(people.people)}
    return replace(applied, gone=tuple(_gone(people_file, numbers[email], email) for email in left))


def page_problems(
    house: House, entry: Located, people: People, people_file: YamlFile, rosters: dict[str, tuple[Student, ...]]
) -> list[Problem]:
    """What is wrong in one page's file that the file alone does not tell; its roster is put into `rosters`."""
    problems: list[Problem] = []
    known_sites = {site.id for site in people.sites}
    if entry.page.site not in known_sites:
        near = did_you_mean(entry.page.site, known_sites)
        problems.append(entry.problem("site", f"{people_file.name} has no site {entry.page.site}{near}"))
    problems += _reachable(house, entry)
    unread = _roster(house, entry, rosters)
    return problems + (unread or _accounts(house, entry, people, rosters.get(entry.page.id)))


def import_roster(house: House, page_id: str, source: Path | None, now: datetime) -> int:
    """Import a roster, from the file that the class page names or another; returns how many students it holds.

    Raises:
        NoSuchPage: there is no such page.
        BadRoster: it cannot be read; the earlier roster stays.
    """
    page = page_of(house, page_id)
    if source is None and not page.roster:
        raise BadRoster(f"{page_id} names no roster: write `roster:` into its file, or name one here")
    students = read_roster(source or roster_file(house.environment.config, page), page_id)
    with house.store.transaction() as session:
        store_roster(session, house.store.vault, session.get_one(Page, page_id), students, now)
    return len(students)


def roster_file(config: Path, page: ClassPage) -> Path:
    """Where a page's roster lies: what its file says, with `.csv` or `.zip` where that is left out."""
    source = config / page.roster
    candidates = (source, source.with_name(source.name + ".csv"), source.with_name(source.name + ".zip"))
    return next((path for path in candidates if path.exists()), source)


def _reachable(house: House, entry: Located) -> list[Problem]:
    """Problems that only the connector knows: a missing secret, an address that cannot be one, a hold that cannot be undone."""
    if entry.page.connector not in house.connectors:
        return []
    try:
        connector = house.connect(entry.page)
    except MissingSecret as missing:
        return [entry.problem("credentials", str(missing))]
    except BadConfig as bad:
        field = "credentials" if bad.field in ("secret", "credentials") else bad.field
        return [entry.problem(field, str(bad).removeprefix(f"{bad.field}: "))]
    except ConnectorError as error:
        return [entry.problem("url", str(error))]
    if entry.page.hold_until_reviewed and not connector.capabilities.can_restore:
        return [
            entry.problem("hold_until_reviewed", "this platform cannot restore a comment, so nothing may be held on it")
        ]
    return []


def _roster(house: House, entry: Located, rosters: dict[str, tuple[Student, ...]]) -> list[Problem]:
    """Read the page's roster; one that was imported before may have been deleted since (DESIGN.md 11)."""
    if not entry.page.roster:
        return []
    source = roster_file(house.environment.config, entry.page)
    with house.store.reading() as session:
        row = session.get(Page, entry.page.id)
        imported = row is not None and bool(row.roster_digest)
        before = page_document(session, house.store.vault, entry.page.id).roster if imported else ""
    if not source.exists() and before == entry.page.roster:
        return []
    try:
        rosters[entry.page.id] = read_roster(source, entry.page.id)
    except BadRoster as bad:
        return [entry.problem("roster", line) for line in str(bad).splitlines()]
    return []


def _accounts(house: House, entry: Located, people: People, students: Sequence[Student] | None) -> list[Problem]:
    """Names under `accounts` that are nobody's. The message quotes none: it stands in a log, too."""
    page = entry.page
    if not page.accounts:
        return []
    if students is None and page.roster:
        with house.store.reading() as session:
            students = students_of(session, house.store.vault, page.id)
    staff = [
        StaffMember(*person.name.rpartition(" ")[::2], email=person.email)
        for person in people.people
        if page.site in person.sites
    ]
    return [
        Problem(entry.file.name, entry.file.line(("accounts", name)), "accounts", f"this name {what}")
        for name, what in register(page.accounts, students or (), staff).problems.items()
    ]


def _store(
    house: House, people: People, pages: Sequence[ClassPage], rosters: dict[str, tuple[Student, ...]], now: datetime
) -> tuple[Applied, list[str]]:
    """What became of the pages, and the addresses of those who have left and are named all the same."""
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    counts: dict[str, int] = {}
    vault = house.store.vault
    with house.store.transaction() as session:
        gone = apply_people(session, vault, people)
        for site in people.sites:
            put_hooks(session, vault, site, now)
        for page in pages:
            {"added": added, "changed": changed, "unchanged": unchanged}[_put_page(session, vault, page, now)].append(
                page.id
            )
            row = session.get_one(Page, page.id)
            if page.id in rosters and store_roster(session, vault, row, rosters[page.id], now):
                counts[page.id] = len(rosters[page.id])
            if not page.roster:
                forget_roster(session, row)
        left, strange = _others(session, house, {page.id for page in pages}, now)
    return Applied(tuple(added), tuple(changed), tuple(unchanged), tuple(left), tuple(strange), counts), gone


def _gone(file: YamlFile, number: int, email: str) -> str:
    advice = f"{email} has left, and has no duty any more: delete this line, or say `hallmonitor people back {email}`"
    return str(file.problem(("people", number), advice))


def _others(session: Session, house: House, applied: set[str], now: datetime) -> tuple[list[str], list[str]]:
    """The pages that none of the files describes. A sample page leaves where the configuration folder does not hold it."""
    left: list[str] = []
    strange: list[str] = []
    for row in session.exec(select(Page).where(col(Page.left).is_(None), col(Page.id).not_in(applied))):
        page = page_document(session, house.store.vault, row.id)
        if page.connector == "sample" and not (house.environment.config / page.url).exists():
            row.left = now
            close_flags_of_page(session, row.id)
            left.append(row.id)
        else:
            strange.append(row.id)
    return sorted(left), sorted(strange)


def _follow_move(session: Session, vault: Vault, row: Page, page: ClassPage) -> None:
    """The page lives at another place now: what was read there says nothing of where to go on here."""
    before = page_document(session, vault, row.id)
    if (before.connector, before.url) == (page.connector, page.url):
        return
    session.exec(delete(PageCheckpoint).where(col(PageCheckpoint.page_id) == row.id))
    if before.connector == "sample" and page.connector != "sample":
        close_flags_of_page(session, row.id)


def _put_page(session: Session, vault: Vault, page: ClassPage, now: datetime) -> str:
    written = page.model_dump_json()
    digest = hashlib.sha256(vault.index("page.document", written)).hexdigest()
    teacher = put_teacher(session, vault, page.teacher, page.site)
    row = session.get(Page, page.id)
    if row is not None and row.digest == digest and row.left is None:
        return "unchanged"
    became = "changed" if row else "added"
    if row is not None:
        _follow_move(session, vault, row, page)
    row = row or Page(id=page.id, site_id=page.site, teacher_id=teacher, document_sealed=b"", digest="", applied_at=now)
    row.site_id, row.teacher_id, row.digest, row.applied_at, row.left = page.site, teacher, digest, now, None
    row.document_sealed = vault.seal(DOCUMENT, page.id, written)
    session.add(row)
    session.flush()
    return became
