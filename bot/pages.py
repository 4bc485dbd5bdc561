"""Class pages: applied from YAML, listed, exported, checked against their platform (DESIGN.md 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from sqlmodel import col, select

from bot.domain.class_pages import ClassPage, People
from bot.domain.errors import Advice
from bot.domain.roster import BadRoster
from bot.domain.schedule import CLOCK_TOLERANCE, Depth, LedgerEntry, Schedule, depth_of_next_run, is_due
from bot.house import House
from bot.people import apply_people, put_teacher
from bot.records import Page, Run, RunStatus, SiteRecord
from bot.rosters import read_roster, store_roster
from bot.settings import BadConfiguration, Located, MissingSecret, Problem, did_you_mean, load_class_pages, load_people
from bot.store import Session
from bot.store.pages import DOCUMENT, page_document
from bot.vault import Vault
from connectors.base import BadConfig, ConnectorError, PageSettings
from moderators.base import Student

_RUNS_LOOKED_AT = 200


ERROR = "run.error_sealed"
INTERRUPTED = "interrupted: the program ended in the middle; what it had stored is kept, and the next run goes on"


class NoSuchPage(Advice):
    """No class page of that id."""


class CheckFailed(Advice):
    """The page's platform could not be asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did: page ids by what became of them, and how many students each new roster holds."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    rosters: dict[str, int]


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is due, and how far back its run reads."""

    page: str
    depth: Depth


def apply_pages(house: House, files: Sequence[Path], now: datetime) -> Applied:
    """Make the database say what the files say; the people and sites of the folder go with them. Twice is as once.

    Raises:
        BadConfiguration: every problem of every file, all at once; nothing was applied.
    """
    config = house.environment.config
    people, people_file = load_people(config)
    located = load_class_pages(files, house.policy, house.connectors)
    known_sites = {site.id for site in people.sites}
    problems: list[Problem] = []
    rosters: dict[str, tuple[Student, ...]] = {}
    for entry in located:
        if entry.page.site not in known_sites:
            near = did_you_mean(entry.page.site, known_sites)
            problems.append(entry.problem("site", f"{people_file.name} has no site {entry.page.site}{near}"))
        problems += _reachable(house, entry)
        problems += _roster(house, entry, rosters)
    if problems:
        raise BadConfiguration(problems)
    return _store(house, people, [entry.page for entry in located], rosters, now)


def list_pages(house: House) -> list[tuple[ClassPage, Page, Run | None]]:
    """Every page with its row and its last run."""
    with house.store.reading() as session:
        return [
            (page_document(session, house.store.vault, row.id), row, _last_run(session, row.id))
            for row in session.exec(select(Page).order_by(col(Page.id)))
        ]


def export_page(house: House, page_id: str) -> str:
    """The page as the YAML that `apply_pages` reads back to the same page.

    Raises:
        NoSuchPage: there is none.
    """
    page = _get(house, page_id)
    document = page.model_dump(mode="json", exclude_defaults=True) | {"schedule": page.schedule}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def check_page(house: House, page_id: str) -> PageSettings:
    """Ask the page's platform who we are there, what we may do, and how the page is set.

    Raises:
        NoSuchPage, MissingSecret: as their names say.
        CheckFailed: the platform does not let us in, or does not answer.
    """
    page = _get(house, page_id)
    try:
        return house.connect(page).check()
    except ConnectorError as error:
        raise CheckFailed(f"{type(error).__name__}: {error}") from None


def import_roster(house: House, page_id: str, source: Path | None, now: datetime) -> int:
    """Import a roster, from the file that the class page names or another; returns how many students it holds.

    Raises:
        NoSuchPage: there is no such page.
        BadRoster: it cannot be read; the earlier roster stays.
    """
    page = _get(house, page_id)
    if source is None and not page.roster:
        raise BadRoster(f"{page_id} names no roster: write `roster:` into its file, or name one here")
    students = read_roster(source or house.environment.config / page.roster, page_id)
    with house.store.transaction() as session:
        store_roster(session, house.store.vault, session.get_one(Page, page_id), students, now)
    return len(students)


def chosen_pages(house: House, ids: Sequence[str]) -> list[str]:
    """These pages, or all.

    Raises:
        NoSuchPage: one of them does not exist; the message names what is near.
    """
    with house.store.reading() as session:
        known = session.exec(select(Page.id).order_by(Page.id)).all()
    for id in ids:
        if id not in known:
            raise NoSuchPage(f"no class page {id}{did_you_mean(id, known) if known else ''}")
    return list(dict.fromkeys(ids)) or list(known)


def due_pages(house: House, now: datetime) -> list[Ready]:
    """The pages that are due by their schedule and the run ledger, whatever rang or did not ring."""
    with house.store.reading() as session:
        ready = []
        for row in session.exec(select(Page).order_by(col(Page.id))):
            schedule = Schedule.parse(page_document(session, house.store.vault, row.id).schedule)
            zone = ZoneInfo(session.get_one(SiteRecord, row.site_id).time_zone)
            ledger = _ledger(session, row.id, now)
            if is_due(schedule, zone, ledger, now):
                ready.append(Ready(row.id, depth_of_next_run(ledger, now)))
        return ready


def last_runs(house: House, page_id: str | None, limit: int) -> list[tuple[Run, str]]:
    """The newest lines of the run ledger, each with its reason."""
    with house.store.reading() as session:
        query = select(Run).order_by(col(Run.id).desc()).limit(limit)
        runs = session.exec(query.where(Run.page_id == page_id) if page_id else query)
        return [(run, reason_of(house, run)) for run in runs]


def reason_of(house: House, run: Run) -> str:
    """Why a run failed; empty where it did not."""
    if run.error_sealed is not None:
        return house.store.vault.open(ERROR, run.id, run.error_sealed)
    return INTERRUPTED if run.status == RunStatus.FAILED else ""


def _get(house: House, page_id: str) -> ClassPage:
    chosen_pages(house, [page_id])
    with house.store.reading() as session:
        return page_document(session, house.store.vault, page_id)


def _last_run(session: Session, page_id: str) -> Run | None:
    return session.exec(select(Run).where(Run.page_id == page_id).order_by(col(Run.id).desc()).limit(1)).first()


def _ledger(session: Session, page_id: str, now: datetime) -> list[LedgerEntry]:
    """The newest runs, and the last one that read everything, which may lie behind many short ones."""
    real = Run.started <= now + CLOCK_TOLERANCE  # what a clock that was ahead has written would fill the window
    query = select(Run).where(Run.page_id == page_id, real).order_by(col(Run.started).desc())
    newest = session.exec(query.limit(_RUNS_LOOKED_AT)).all()
    deep = [
        session.exec(query.where(Run.depth == depth, Run.status == RunStatus.DONE).limit(1)).first() for depth in Depth
    ]
    runs = {run.id: run for run in (*newest, *deep) if run is not None and run.status != RunStatus.RUNNING}
    return [LedgerEntry(r.started, r.status == RunStatus.DONE, Depth(r.depth), r.retry_at) for r in runs.values()]


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
    source = house.environment.config / entry.page.roster
    with house.store.reading() as session:
        row = session.get(Page, entry.page.id)
        imported = row is not None and bool(row.roster_digest)
    candidates = (source, source.with_name(source.name + ".csv"), source.with_name(source.name + ".zip"))
    existing = next((path for path in candidates if path.exists()), None)
    if existing is None and imported:
        return []
    try:
        rosters[entry.page.id] = read_roster(existing or source, entry.page.id)
    except BadRoster as bad:
        return [entry.problem("roster", line) for line in str(bad).splitlines()]
    return []


def _store(
    house: House, people: People, pages: Sequence[ClassPage], rosters: dict[str, tuple[Student, ...]], now: datetime
) -> Applied:
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    counts: dict[str, int] = {}
    vault = house.store.vault
    with house.store.transaction() as session:
        apply_people(session, vault, people)
        for page in pages:
            {"added": added, "changed": changed, "unchanged": unchanged}[_put_page(session, vault, page, now)].append(
                page.id
            )
            if page.id in rosters and store_roster(
                session, vault, session.get_one(Page, page.id), rosters[page.id], now
            ):
                counts[page.id] = len(rosters[page.id])
    return Applied(tuple(added), tuple(changed), tuple(unchanged), counts)


def _put_page(session: Session, vault: Vault, page: ClassPage, now: datetime) -> str:
    written = page.model_dump_json()
    digest = hashlib.sha256(vault.index("page.document", written)).hexdigest()
    teacher = put_teacher(session, vault, page.teacher, page.site)
    row = session.get(Page, page.id)
    if row is not None and row.digest == digest:
        return "unchanged"
    became = "changed" if row else "added"
    row = row or Page(id=page.id, site_id=page.site, teacher_id=teacher, document_sealed=b"", digest="", applied_at=now)
    row.site_id, row.teacher_id, row.digest, row.applied_at = page.site, teacher, digest, now
    row.document_sealed = vault.seal(DOCUMENT, page.id, written)
    session.add(row)
    session.flush()
    return became
