"""APScheduler rings the list of jobs. It is an alarm clock: the ledger says what is due (DESIGN.md 1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.jobs import JOBS, Job
from bot.telemetry import log

_LOOK_EVERY = 10.0
_STEP = 5.0
"""Seconds by which the machine's clock may wander between two looks before it counts as set."""


def make_scheduler(ring: Callable[[Job], None], jobs: tuple[Job, ...] = JOBS) -> BackgroundScheduler:
    """A clock that rings every job now and then at its distance; missed rings count as one, and none is given up as late."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC)
        scheduler.add_job(_safely(ring, job), trigger, id=job.name, next_run_time=datetime.now(UTC))
    return scheduler


def keep_ringing(scheduler: BackgroundScheduler, stopped: Event) -> None:
    """Ring until `stopped`, also where the machine's clock is set: APScheduler would be silent until the old time comes again."""
    offset = time.time() - time.monotonic()  # before the first ring: the clock may be set in the moment after it
    scheduler.start()
    while not stopped.wait(_LOOK_EVERY):
        now = time.time() - time.monotonic()
        if abs(now - offset) > _STEP:
            log().warning("clock_was_set", seconds=round(now - offset))
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        offset = now
    scheduler.shutdown(wait=True)


def _safely(ring: Callable[[Job], None], job: Job) -> Callable[[], None]:
    def safely() -> None:
        try:
            ring(job)
        except Exception as error:  # noqa: BLE001  # one bad ring must not stop the clock; the next one tries again
            log().error("ring_failed", job=job.name, error=error)

    return safely
