"""procrastinate rings the list of jobs in many processes, on PostgreSQL. The engine is an alarm clock too (DESIGN.md 1 and 12).

The clock defers one ring for each page on which something is due; a worker takes it, alone with that page, and looks up again
what is due. A ring holds a page's id and nothing else, since procrastinate logs every argument. Its tables live in a schema of their own
and hold nothing that the ledger does not know: when the package is renewed, they are simply made anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot import jobs, pages
from bot.domain.errors import Advice
from bot.house import House, page_lock
from bot.jobs import JOBS, PAGES_OF_A_HOST, Job
from bot.lanes import Places, by_turns
from bot.store import Store, StoreProblem
from bot.telemetry import log
from connectors.http_budget import share

SCHEMA = "procrastinate"
STALLED = 30.0
"""Seconds without a sign of life after which a worker counts as dead (it gives one every ten)."""

_FULL = 5.0
"""Seconds that a ring waits for others of its host."""

_SHARE_EVERY = 10.0
_WORKERS = (
    "SELECT count(*) AS count FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %(secs)s)"
)

_PATIENCE = 5.0
_MAKING = 0x50524F43  # the key of PostgreSQL's lock: two that prepare the engine at once wait for each other
_NEEDS = "workers need PostgreSQL: set HALLMONITOR_DATABASE_URL, or run `hallmonitor serve`, which needs no worker"


def prepare(store: Store) -> None:
    """Make the engine's tables, or make them anew where another version of procrastinate made them.

    Raises:
        Advice: the database is not PostgreSQL.
        StoreProblem: the database does not answer, or its user may not make a schema.
    """
    if store.engine.dialect.name != "postgresql":
        raise Advice(_NEEDS)
    ours = f"procrastinate {version('procrastinate')}"
    try:
        with psycopg.connect(_address(store)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            found = connection.execute("SELECT obj_description(to_regnamespace(%s)::oid, 'pg_namespace')", (SCHEMA,))
            if found.fetchone() == (ours,):
                return
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())
            connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
            connection.execute(f"SET LOCAL search_path TO {SCHEMA}".encode())
            connection.execute(SchemaManager.get_schema())
            connection.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{ours}'".encode())
    except psycopg.Error as error:
        raise StoreProblem(
            f"the job engine's tables cannot be made ({type(error).__name__}): look whether PostgreSQL runs, "
            "and let its user make schemas in this database"
        ) from None


async def work(house: House, *, pages_at_once: int) -> None:
    """Take rings and do them until `house.stopping` is set; then the batches that are under way are finished first.

    A database that goes away is waited for.
    """
    _be_quiet()
    while not house.stopping.is_set():
        with suppress(ConnectorException, psycopg.Error, OSError, DBAPIError, StoreProblem):
            await _until(house, asyncio.create_task(_run(house, pages_at_once)))
        if not house.stopping.is_set():  # also where nothing was raised: who can listen no more ends by itself
            log().error("database_gone")
            await asyncio.to_thread(house.stopping.wait, _PATIENCE)


@dataclass(slots=True)
class _Doing:
    """What the clock saw a minute ago: jobs that were being done, and those of them at whose page nobody was."""

    seen: set[int] = field(default_factory=set)
    idle: set[int] = field(default_factory=set)


def make_clock(house: House) -> Callable[[Job], None]:
    """What the clock does at each ring of a job: defer it for each page on which something is due, and free what is stalled."""
    _be_quiet()
    before = _Doing()

    def ring(job: Job) -> None:
        due = by_turns(pages.hosts_of(house, job.due(house, house.clock())))
        deferred, freed = asyncio.run(_defer(house, job, due, before))
        if deferred or freed:
            log().info("rang", job=job.name, pages=deferred, count=freed)

    return ring


def make_app(house: House, pages_at_once: int = 1) -> procrastinate.App:
    """Procrastinate with one task for each job of the list, of which a worker does so many at once."""
    connector = procrastinate.PsycopgConnector(
        conninfo=_address(house.store),
        kwargs={"options": f"-c search_path={SCHEMA}"},
        min_size=1,
        max_size=4,
        timeout=_PATIENCE,  # who is asked to end while the database is away says goodbye to it no longer than this
    )
    app = procrastinate.App(connector=connector)
    # half of them for one host: while it does not answer, the other half works on
    places = Places(min(PAGES_OF_A_HOST, (pages_at_once + 1) // 2), _FULL)
    for job in JOBS:
        app.task(name=job.name)(_task(house, job, places))
    return app


def _task(house: House, job: Job, places: Places) -> Callable[[str], None]:
    def do(page: str) -> None:  # raises nothing: the engine would log what it raises
        if not job.asks:
            return jobs.do(house, job, page)
        with suppress(StoreProblem), places.one(pages.hosts_of(house, [page])[page]) as free:
            if free:
                jobs.do(house, job, page)
        return None  # where nothing was done the clock rings again: it is still due

    return do


async def _run(house: House, pages_at_once: int) -> None:
    # as many threads as pages: asyncio's own number hangs on the processors
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(pages_at_once + 4, thread_name_prefix="worker"))
    async with make_app(house, pages_at_once).open_async() as app:
        sharing = asyncio.create_task(_share(app))
        try:
            await app.run_worker_async(
                concurrency=pages_at_once,
                install_signal_handlers=False,
                delete_jobs=DeleteJobCondition.ALWAYS,
                stalled_worker_timeout=STALLED,
            )
        finally:
            sharing.cancel()


async def _share(app: procrastinate.App) -> None:
    """Ask hosts for as much as is this worker's part, as workers come and go."""
    while True:
        with suppress(ConnectorException, psycopg.Error, OSError):
            living = await app.connector.execute_query_one_async(_WORKERS, secs=STALLED)
            share(max(1, living["count"]))
        await asyncio.sleep(_SHARE_EVERY)


async def _until(house: House, worker: asyncio.Task[None]) -> None:
    """Wait for the worker's end, and ask for it when the house stops."""
    while not worker.done():
        await asyncio.wait([worker], timeout=0.2)
        if house.stopping.is_set():
            worker.cancel()  # procrastinate takes no more jobs and waits for those that run
            with suppress(asyncio.CancelledError):
                await worker
            return
    await worker


async def _defer(house: House, job: Job, page_ids: list[str], before: _Doing) -> tuple[int, int]:
    async with make_app(house).open_async() as app:
        deferred = sum([await _ring_for(app, job, page_id) for page_id in page_ids])
        freed = await free_stalled(app)
        if job is JOBS[0]:  # once a minute is enough
            freed += await _forgotten(house, app, before)
        return deferred, freed


async def _ring_for(app: procrastinate.App, job: Job, page_id: str) -> bool:
    ring = app.configure_task(job.name, lock=page_id, queueing_lock=f"{job.name}:{page_id}")
    return await _unless_waiting(ring.defer_async(page=page_id))


async def _forgotten(house: House, app: procrastinate.App, before: _Doing) -> int:
    """Free the jobs whose worker lives but has forgotten them, as procrastinate does when it cannot write that one has ended.

    Nobody holds their page's lock, now and a minute ago. Whether it is held is asked by taking it, so a job that has just begun is let
    alone: its worker would find the page taken, and leave it. Returns how many are freed; `before` is brought up to date.
    """
    doing = {
        job.id: job for job in await app.job_manager.list_jobs_async(status=Status.DOING.value) if job.id and job.lock
    }
    old = {id: job for id, job in doing.items() if id in before.seen}
    idle = {id: job for id, job in old.items() if await asyncio.to_thread(_nobody_works_on, house, str(job.lock))}
    freed = sum([await _free(app, job) for id, job in idle.items() if id in before.idle])
    before.seen, before.idle = set(doing), set(idle)
    return freed


def _nobody_works_on(house: House, page_id: str) -> bool:
    with page_lock(house, page_id) as alone:
        return alone


async def free_stalled(app: procrastinate.App) -> int:
    """Let the jobs of dead workers be done by others; returns how many. procrastinate does not do it by itself (measured).

    A job that waits already for the same page and the same thing takes the place of the dead one.
    """
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED)
    return sum([await _free(app, job) for job in stalled])


async def _free(app: procrastinate.App, job: procrastinate.jobs.Job) -> bool:
    """False: another clock has freed it meanwhile."""
    try:
        if not await _unless_waiting(app.job_manager.retry_job(job)):
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
    except ConnectorException as error:
        if isinstance(error.__cause__, psycopg.errors.RaiseException):  # the engine: it is not being done any more
            return False
        raise
    return True


async def _unless_waiting(deferring: Awaitable[Any]) -> bool:
    """False: the same job waits already."""
    try:
        await deferring
    except (AlreadyEnqueued, UniqueViolation):
        return False
    return True


def _address(store: Store) -> str:
    url: URL = store.engine.url
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _be_quiet() -> None:
    """Procrastinate and its pool say in their logs what they were given; ours say what we allow (`bot.telemetry`)."""
    for name in ("procrastinate", "psycopg", "psycopg.pool", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
