"""APScheduler rings the list of jobs in one process. It is an alarm clock: the ledger says what is due (DESIGN.md 1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.house import House
from bot.jobs import JOBS, Job
from bot.telemetry import log


def make_scheduler(house: House, jobs: tuple[Job, ...] = JOBS) -> BackgroundScheduler:
    """A clock that rings every job now and then at its distance; missed rings count as one, and none is given up as late."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC)
        scheduler.add_job(_ring(house, job), trigger, id=job.name, next_run_time=datetime.now(UTC))
    return scheduler


def _ring(house: House, job: Job) -> Callable[[], None]:
    def ring() -> None:
        try:
            job.story(house, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001  # one bad ring must not stop the clock; the next one tries again
            log().error("job_failed", job=job.name, error=error)

    return ring
