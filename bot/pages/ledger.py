"""The run ledger read back: which page is due, which one ran, and why one failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select, type_coerce

from bot.domain.schedule import CLOCK_TOLERANCE, Depth, LedgerEntry, Schedule, depth_of_next_run, is_due
from bot.house import House
from bot.pages.listing import chosen_pages
from bot.records import Page, Run, RunStatus, SiteRecord
from bot.records.columns import UtcDateTime
from bot.store import Session
from bot.store.pages import opened_document, page_document

ERROR = "run.error_sealed"
INTERRUPTED = "interrupted: the program ended in the middle; what it had stored is kept, and the next run goes on"
BY_HAND = "by_hand"
"""The connector of a page that no program can read."""

_LAST_DAY = timedelta(days=1)
_FAILURES_COUNT = timedelta(days=2)
"""Failures further back say nothing: after the first few hours a page is tried again hourly."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is due, and how far back its run reads."""

    page: str
    depth: Depth


@dataclass(frozen=True, slots=True)
class PageDay:
    """One page in the last 24 hours. `last` is the last time at which it was read whole; None: it was not."""

    page: str
    reads: int
    last: datetime | None
    comments: int
    unchecked: int
    problem: str
    """Why the newest run failed; empty where it did not."""
    new: datetime | None = None
    """Since when there is this page, where that is less than 24 hours and nobody has read it yet."""


def due_pages(house: House, now: datetime, only: str | None = None) -> list[Ready]:
    """The pages (or the one) that are due by their schedule and the run ledger, whatever rang or did not ring.

    Those come first that nobody has read for the longest time: where a host does not allow all of them in a day, not always the same
    ones are left.
    """
    due = [
        (_last_read(ledger), Ready(id, depth_of_next_run(ledger, now, id)))
        for id, schedule, zone, ledger in _schedules(house, now, only)
        if is_due(schedule, zone, ledger, now)
    ]
    return [ready for _, ready in sorted(due, key=itemgetter(0))]


def longest_unread_first(house: House, page_ids: Sequence[str], now: datetime) -> list[str]:
    """These pages in the order of `due_pages`."""
    with house.store.reading() as session:
        ledgers = _ledgers(session, page_ids, now)
    return sorted(page_ids, key=lambda page: _last_read(ledgers[page]))


def brought_in_time(house: House, now: datetime) -> set[str]:
    """The pages whose comments people bring, and have brought since they were due: no program has anything to read there."""
    due = {ready.page for ready in due_pages(house, now)}
    with house.store.reading() as session:
        rows = session.exec(select(Page).where(col(Page.left).is_(None))).all()
        by_hand = {row.id for row in rows if page_document(session, house.store.vault, row.id).connector == BY_HAND}
    return by_hand - due


def late_pages(house: House, now: datetime, by: timedelta) -> list[str]:
    """The pages whose time came longer ago than `by`, and which nobody has tried to read since."""
    return [
        id
        for id, schedule, zone, ledger in _schedules(house, now, None)
        if all(entry.started < schedule.last_slot(now - by, zone) for entry in ledger)
    ]


def _schedules(
    house: House, now: datetime, only: str | None
) -> list[tuple[str, Schedule, ZoneInfo, list[LedgerEntry]]]:
    with house.store.reading() as session:
        query = (
            select(Page.id, Page.document_sealed, SiteRecord.time_zone)
            .join(SiteRecord, col(SiteRecord.id) == Page.site_id)
            .where(col(Page.left).is_(None))
            .order_by(Page.id)
        )
        found = session.exec(query.where(Page.id == only) if only else query).all()
        ledgers = _ledgers(session, [id for id, *_ in found], now)
    vault = house.store.vault
    return [
        (id, Schedule.parse(opened_document(vault, id, document).schedule), ZoneInfo(zone), ledgers[id])
        for id, document, zone in found
    ]


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


def page_day(session: Session, house: House, page_id: str, now: datetime) -> PageDay:
    """The last 24 hours of a page."""
    recent = (Run.page_id == page_id, col(Run.started) > now - _LAST_DAY, col(Run.started) <= now)
    done = session.exec(
        select(func.count(), func.coalesce(func.sum(Run.fetched), 0), func.coalesce(func.sum(Run.failed), 0)).where(
            *recent, Run.status == RunStatus.DONE
        )
    ).one()
    newest = session.exec(select(Run).where(*recent).order_by(col(Run.started).desc()).limit(1)).first()
    problem = ""
    if newest is not None and newest.status == RunStatus.FAILED:
        problem = reason_of(house, newest)
    last = session.exec(
        select(Run.ended).where(*recent, Run.status == RunStatus.DONE).order_by(col(Run.started).desc()).limit(1)
    ).first()
    new = None
    if (
        last is None
        and session.exec(select(Run.id).where(Run.page_id == page_id, Run.started <= now).limit(1)).first() is None
    ):
        applied = session.get_one(Page, page_id).applied_at
        new = applied if now - _LAST_DAY < applied <= now else None
    return PageDay(page_id, done[0], last, int(done[1]), int(done[2]), problem, new)


def _last_read(ledger: Sequence[LedgerEntry]) -> datetime:
    return max((entry.started for entry in ledger if entry.done), default=datetime.min.replace(tzinfo=UTC))


def _ledgers(session: Session, page_ids: Sequence[str], now: datetime) -> dict[str, list[LedgerEntry]]:
    """What the due rule needs of each page: its last finished run of each depth, and the failed ones since then.

    What a clock that was ahead has written proves nothing. Each depth is one statement that takes one step into an index a page.
    """
    real = Run.started <= now + CLOCK_TOLERANCE
    ledgers: dict[str, list[LedgerEntry]] = {id: [] for id in page_ids}
    for depth in Depth:
        last = (
            select(func.max(Run.started))
            .where(Run.page_id == Page.id, Run.status == RunStatus.DONE, Run.depth == depth, real)
            .scalar_subquery()
        )
        for id, started in session.exec(
            select(Page.id, type_coerce(last, UtcDateTime)).where(col(Page.id).in_(page_ids))
        ):
            if started is not None:
                ledgers[id].append(LedgerEntry(started, done=True, depth=depth))
    failed = select(Run.page_id, Run.started, Run.depth, Run.retry_at).where(
        col(Run.page_id).in_(page_ids), Run.status == RunStatus.FAILED, Run.started > now - _FAILURES_COUNT, real
    )
    for id, started, read, retry_at in session.exec(failed):
        ledgers[id].append(LedgerEntry(started, done=False, depth=Depth(read), retry_at=retry_at))
    return ledgers
