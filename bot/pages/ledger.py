"""The run ledger read back: which page is due, which one ran, and why one failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.domain.schedule import CLOCK_TOLERANCE, Depth, LedgerEntry, Schedule, depth_of_next_run, is_due
from bot.house import House
from bot.pages.listing import chosen_pages
from bot.records import Page, Run, RunStatus, SiteRecord
from bot.store import Session
from bot.store.pages import page_document

ERROR = "run.error_sealed"
INTERRUPTED = "interrupted: the program ended in the middle; what it had stored is kept, and the next run goes on"
_RUNS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is due, and how far back its run reads."""

    page: str
    depth: Depth


def due_pages(house: House, now: datetime) -> list[Ready]:
    """The pages that are due by their schedule and the run ledger, whatever rang or did not ring."""
    with house.store.reading() as session:
        ready = []
        for row in session.exec(select(Page).where(col(Page.left).is_(None)).order_by(col(Page.id))):
            schedule = Schedule.parse(page_document(session, house.store.vault, row.id).schedule)
            zone = ZoneInfo(session.get_one(SiteRecord, row.site_id).time_zone)
            ledger = _ledger(session, row.id, now)
            if is_due(schedule, zone, ledger, now):
                ready.append(Ready(row.id, depth_of_next_run(ledger, now)))
        return ready


def last_runs(house: House, page_id: str | None, limit: int) -> list[tuple[Run, str]]:
    """The newest lines of the run ledger, each with its reason."""
    if page_id:
        chosen_pages(house, [page_id])
    with house.store.reading() as session:
        query = select(Run).order_by(col(Run.id).desc()).limit(limit)
        runs = session.exec(query.where(Run.page_id == page_id) if page_id else query)
        return [(run, reason_of(house, run)) for run in runs]


def reason_of(house: House, run: Run) -> str:
    """Why a run failed; empty where it did not."""
    if run.error_sealed is not None:
        return house.store.vault.open(ERROR, run.id, run.error_sealed)
    return INTERRUPTED if run.status == RunStatus.FAILED else ""


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
