"""The list of jobs: what the clock rings, how often, and which story that starts. A job looks up itself what is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import actions, pages, pipeline
from bot.domain.schedule import Depth
from bot.house import House
from bot.pages import Ready
from bot.pipeline import RunResult
from bot.telemetry import log


@dataclass(frozen=True, slots=True)
class Job:
    """One alarm of the clock. `story` takes the house and the time; what it returns is of no use to the clock."""

    name: str
    every: timedelta
    story: Callable[[House, datetime], object]


def scan_due(house: House, now: datetime) -> None:
    """Scan every page that is due, each once however many rings were missed; a page that fails does not stop the others."""
    for ready in due(house, now):
        scan(house, ready, now)


def due(house: House, now: datetime) -> list[Ready]:
    """The pages that are due by schedule and ledger."""
    return pages.due_pages(house, now)


def now_all(house: House, ids: Sequence[str]) -> list[Ready]:
    """These pages, or all, with the re-reading of the last 30 days.

    Raises:
        NoSuchPage: one of them does not exist.
    """
    return [Ready(id, Depth.RECENT) for id in pages.chosen_pages(house, ids)]


def scan(house: House, ready: Ready, now: datetime, *, impatient: bool = False) -> RunResult:
    """Scan one page; `impatient` also carries out the actions whose next try is later."""
    result = pipeline.scan_page(house, ready.page, ready.depth, now, impatient=impatient)
    log().info("run", page=ready.page, status=str(result.status), fetched=result.fetched, flagged=result.flagged)
    return result


def carry_out_due(house: House, now: datetime) -> None:
    """Carry out the actions whose time has come: the net below what a face rings at once after a decision."""
    for page_id in actions.pages_with_due_actions(house, now):
        carry_out_and_rescore(house, page_id, now)


def carry_out_and_rescore(house: House, page_id: str, now: datetime) -> None:
    """Carry out a page's actions; where a comment had been edited since it was judged, score its new words at once."""
    if actions.carry_out_alone(house, page_id, now).changed:
        pipeline.rescore_page(house, page_id, now)


def carry_out_for_flag(house: House, flag_id: str, now: datetime) -> None:
    """What a face rings right after a decision, so that it happens at once where the platform answers."""
    carry_out_and_rescore(house, actions.page_of_flag(house, flag_id), now)


JOBS = (
    Job("scan_due", timedelta(minutes=1), scan_due),
    Job("carry_out_due", timedelta(minutes=1), carry_out_due),
)
