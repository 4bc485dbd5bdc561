"""The list of jobs: what the clock rings, how often, on which pages something is due, and the story that does it there.

A ring carries nothing but a page's id. The story looks up again what is due, so that a ring that comes late, twice or after
somebody else's finds nothing to do, and one that is lost is made up by the next (DESIGN.md 1).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from threading import Lock
from typing import TypeVar

from bot import actions, bundles, consents, evaluation, notices, pages, pipeline, retention, webhooks
from bot.domain.schedule import Depth
from bot.house import House, Stopped
from bot.lanes import Lanes
from bot.pages import Ready
from bot.pipeline import RunResult
from bot.telemetry import log

T = TypeVar("T")
PAGES_AT_ONCE = 16
"""Pages that one process works on side by side: while one platform is waited for, another one answers."""

PAGES_OF_A_HOST = 4
"""So many of them of one host: enough to use up its budget (`connectors/http_budget.py`), too few to be in the others' way."""

_FEW = 20
"""Actions of a page that are carried out at a time; then the page is left to others for a moment."""

_PAUSE = 0.1

_ALONE = Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """One alarm of the clock. `due` names the pages; what `story` returns is of no use to the clock."""

    name: str
    every: timedelta
    due: Callable[[House, datetime], Sequence[str]]
    story: Callable[[House, str, datetime], object]
    asks: bool = False
    """Whether it asks the page's platform, which may let it wait."""


def ring(house: House, job: Job) -> list[Future[None]]:
    """Begin a job on every page on which it is due, in this process, and do not wait: a slow page holds up no other one.

    A page on which the job is under way is left alone. The answer is what was begun.
    """
    begun = []
    for page_id, host in pages.hosts_of(house, job.due(house, house.clock())).items():
        with _ALONE:
            if (job.name, page_id) in house.under_way:
                continue
            house.under_way.add((job.name, page_id))
        begun.append(_lanes(job.name).submit(host, partial(_do_once, house, job, page_id)))
    return begun


def _do_once(house: House, job: Job, page_id: str) -> None:
    try:
        if not house.stopping.is_set():
            do(house, job, page_id)
    finally:
        with _ALONE:
            house.under_way.discard((job.name, page_id))


def do(house: House, job: Job, page_id: str) -> None:
    """Do a job on one page. Whatever goes wrong is logged by its kind alone, and due again at the next ring."""
    try:
        job.story(house, page_id, house.clock())
    except Stopped:
        log().info("stopped", job=job.name, page=page_id)
    except Exception as error:  # noqa: BLE001  # one bad ring must not stop the clock; its message may quote a comment
        log().error("job_failed", job=job.name, page=page_id, error=error)


def side_by_side(house: House, work: Callable[[str], T], page_ids: Sequence[str]) -> Iterator[T]:
    """Do something on several pages at once, and give what came of each as it comes. Whoever stops listening stops the work."""
    tasks = [
        _lanes("scan").submit(host, partial(work, page_id)) for page_id, host in pages.hosts_of(house, page_ids).items()
    ]
    try:
        for task in as_completed(tasks):
            yield task.result()
    except BaseException:
        house.stopping.set()
        raise
    finally:
        for task in tasks:  # nothing was left undone that is not due again: the ledger knows
            task.cancel()
        wait(tasks)


def scan_all(house: House, planned: Sequence[Ready], *, impatient: bool) -> Iterator[RunResult]:
    """Scan these pages side by side, each as deep as it says; the results come as the pages are done.

    Raises:
        StoreProblem: the database cannot be used; then nothing can be proved, and no further page is scanned.
    """
    depth = {ready.page: ready.depth for ready in planned}
    return side_by_side(
        house, lambda page: scan(house, Ready(page, depth[page]), house.clock(), impatient=impatient), list(depth)
    )


@cache
def _lanes(name: str) -> Lanes:
    """The threads of one job: slow scans hold up no decision."""
    return Lanes(name, PAGES_AT_ONCE, PAGES_OF_A_HOST)


def due(house: House, now: datetime) -> list[Ready]:
    """The pages that are due by schedule and ledger."""
    return pages.due_pages(house, now)


def now_all(house: House, ids: Sequence[str], now: datetime) -> list[Ready]:
    """These pages, or all, with the re-reading of the last 30 days. Where people have brought a page's comments in time it is left out.

    Raises:
        NoSuchPage: one of them does not exist.
    """
    chosen = pages.longest_unread_first(house, pages.chosen_pages(house, ids), now)
    brought = set() if ids else pages.brought_in_time(house, now)
    return [Ready(id, Depth.RECENT) for id in chosen if id not in brought]


def scan(house: House, ready: Ready, now: datetime, *, impatient: bool = False) -> RunResult:
    """Scan one page; `impatient` also carries out the actions whose next try is later."""
    result = pipeline.scan_page(house, ready.page, ready.depth, now, impatient=impatient)
    bundles.form(house, ready.page, now)
    log().info("run", page=ready.page, status=str(result.status), fetched=result.fetched, flagged=result.flagged)
    return result


def scan_if_due(house: House, page_id: str, now: datetime) -> None:
    """Scan a page that is due, once however many rings were missed or doubled."""
    for ready in pages.due_pages(house, now, only=page_id):
        scan(house, ready, now)


def carry_out_and_rescore(house: House, page_id: str, now: datetime, *, scores: bool = True) -> None:
    """Carry out a page's actions; where a comment had been edited since it was judged, score its new words at once.

    A few at a time: whoever presses on another flag of the page meanwhile does not wait for all of them. `scores`: as below.
    """
    while _carry_out(house, page_id, now, scores=scores, most=_FEW).more and not house.stopping.is_set():
        time.sleep(_PAUSE)


def carry_out_for_flag(house: House, flag_id: str, now: datetime, *, scores: bool = True) -> None:
    """What a face rings right after a decision, so that it happens at once where the platform answers, whatever else waits there.

    `scores`: whether new words are scored here. The channel leaves them to the ring of the service: the detectors would fill the
    memory of its process, and everybody who presses meanwhile would wait while they are loaded.
    """
    _carry_out(house, actions.page_of_flag(house, flag_id), now, scores=scores, of=flag_id)


def _carry_out(
    house: House, page_id: str, now: datetime, *, scores: bool, of: str | None = None, most: int | None = None
) -> actions.CarriedOut:
    outcome = actions.carry_out_alone(house, page_id, now, of=of, most=most)
    if outcome.changed and scores:
        rescore(house, page_id, now)
    return outcome


def rescore(house: House, page_id: str, now: datetime) -> None:
    """Judge the new words of comments that were flagged, unless a scan of the page does it."""
    result = pipeline.rescore_page(house, page_id, now)
    log().info("rescored", page=page_id, status=str(result.status), flagged=result.flagged)


def finish_bundle(house: House, bundle_id: str, page_id: str, *, scores: bool = True) -> None:
    """What a face rings right after a press on a bundle: the flags that are left are decided, and the platform is asked."""
    bundles.go_on(house, bundle_id)
    carry_out_and_rescore(house, page_id, house.clock(), scores=scores)


JOBS = (
    Job(
        "scan",
        timedelta(minutes=1),
        lambda house, now: [ready.page for ready in due(house, now)],
        scan_if_due,
        asks=True,
    ),
    # the net below what a face rings at once after a decision
    Job("carry_out", timedelta(minutes=1), actions.pages_with_due_actions, carry_out_and_rescore, asks=True),
    # what the review channel found edited, whenever the page is scanned next
    Job("rescore", timedelta(minutes=1), lambda house, _: pipeline.pages_to_rescore(house), rescore),
    Job("erase_clean_texts", timedelta(hours=1), retention.pages_with_old_texts, retention.erase_clean_texts),
    Job("draw_sample", timedelta(hours=1), evaluation.pages_to_sample, evaluation.draw_sample),
    Job("call", timedelta(minutes=1), notices.pages_to_call, notices.call),
    Job("deliver", timedelta(minutes=1), webhooks.pages_to_deliver, webhooks.deliver),
    Job("bundle", timedelta(minutes=1), bundles.pages_to_keep_up, bundles.keep_up),
    Job("reopen_uncovered", timedelta(hours=1), consents.pages_with_ended, consents.reopen_ended),
)
