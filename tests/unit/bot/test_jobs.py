from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import bundles, decisions, jobs, pages
from bot.domain.bundle_presses import BundleChoice
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from bot.jobs import Job
from bot.records import Run, RunStatus
from bot.telemetry import start_logging
from connectors.base import Batch, Checkpoint, CommentState, Unavailable
from tests.houses import ADMIN, NOW, PAGE, Platform, Town, ring, rows, settle
from tests.patience import until
from tests.unit.bot.bundles.raids import hidden, raided

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CANARY = "Zyzzogeton quokkabranch"


def ledger(town: Town, page: str = "p") -> list[object]:
    return [status for (status,) in rows(town, f"SELECT status FROM run WHERE page_id = '{page}' ORDER BY id")]


def scans(town: Town, *times: datetime) -> list[object]:
    """The clock rings for scans at these moments; the ledger afterwards."""
    for now in times:
        ring(town, "scan", now)
    return ledger(town)


@dataclass
class Stopping(Platform):
    """A platform during whose second batch the process is asked to end."""

    houses: list[House] = field(default_factory=list)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        for number, batch in enumerate(super().fetch(since)):
            if number == 1:
                self.houses[0].stopping.set()
            yield batch


def test_a_page_is_scanned_at_the_first_ring_and_not_again_in_its_slot(town: Town) -> None:
    assert scans(town, NOW, NOW + MINUTE, NOW + timedelta(hours=12)) == ["done"]


def test_however_many_rings_were_missed_the_page_is_made_up_once(town: Town) -> None:
    later = NOW + 9 * DAY
    assert scans(town, NOW, later, later + MINUTE, later + 2 * MINUTE) == ["done", "done"]


def test_a_ring_that_comes_late_finds_nothing_to_do(town: Town) -> None:
    (scan,) = (job for job in jobs.JOBS if job.name == "scan")
    waiting = scan.due(town.house, NOW)
    scans(town, NOW)
    asked = list(town.platform.calls)
    for page in waiting:
        jobs.do(replace(town.house, clock=lambda: NOW + MINUTE), scan, page)
    assert (ledger(town), town.platform.calls) == (["done"], asked)


def test_two_processes_that_ring_at_once_scan_once(town: Town) -> None:
    town.platform.post("1", "!threat")
    houses = [replace(house, clock=lambda: NOW) for house in (town.house, town.open())]
    (scan,) = (job for job in jobs.JOBS if job.name == "scan")
    start = threading.Barrier(2)

    def go(house: House) -> None:
        start.wait(10)
        for begun in jobs.ring(house, scan):
            begun.result(30)

    threads = [threading.Thread(target=go, args=(house,)) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert ledger(town) == ["done"]
    assert rows(town, "SELECT count(*) FROM flag") == [(1,)]


def test_a_run_that_a_clock_ahead_has_written_proves_nothing(town: Town) -> None:
    assert scans(town, NOW + timedelta(hours=30), NOW, NOW + MINUTE) == ["done", "done"]


def test_a_failed_run_is_tried_again_after_five_minutes_and_then_less_often(town: Town) -> None:
    town.platform.fault = Unavailable("down")
    assert scans(town, NOW, NOW + 4 * MINUTE) == ["failed"]
    assert scans(town, NOW + 5 * MINUTE, NOW + 14 * MINUTE) == ["failed"] * 2
    town.platform.fault = None
    assert scans(town, NOW + 15 * MINUTE, NOW + 16 * MINUTE) == ["failed", "failed", "done"]


def test_a_platform_that_asks_to_wait_is_not_asked_before(town: Town) -> None:
    town.platform.fault = Unavailable("slow down", retry_after=1800)
    scans(town, NOW)
    town.platform.fault = None
    assert scans(town, NOW + 29 * MINUTE) == ["failed"]
    assert scans(town, NOW + 31 * MINUTE) == ["failed", "done"]


def test_a_run_that_a_crash_left_open_is_made_up_at_the_next_ring(town: Town) -> None:
    town.platform.fault = KeyboardInterrupt()  # type: ignore[assignment]  # what nothing catches: the process dies
    with pytest.raises(KeyboardInterrupt):
        town.scan()
    town.platform.fault = None
    assert ledger(town) == ["running"]
    assert scans(town, NOW + MINUTE, NOW + 2 * MINUTE) == ["failed", "done"]
    (_, interrupted) = pages.last_runs(town.house, "p", 2)
    assert interrupted[1].startswith("interrupted")


def test_a_process_that_is_asked_to_end_leaves_its_run_open_and_the_page_due(town: Town) -> None:
    town.platform = Stopping(houses=[town.house])
    for n in range(6):
        town.platform.post(str(n), f"!threat {n}", minutes_ago=60 - n)
    town.house = replace(town.house, connect=lambda _page: town.platform)
    assert scans(town, NOW) == ["running"]
    assert rows(town, "SELECT count(*) FROM comment") == [(2,)]
    town.house.stopping.clear()
    town.platform.houses[0] = replace(town.house, stopping=threading.Event())
    assert scans(town, NOW + MINUTE) == ["failed", "done"]
    assert rows(town, "SELECT count(*), count(DISTINCT comment_id), min(number), max(number) FROM revision") == [
        (6, 6, 1, 1)
    ]
    assert rows(town, "SELECT count(*) FROM flag") == [(6,)]


def test_a_page_that_fails_does_not_stop_the_others(town: Town) -> None:
    pages.apply_pages(town.house, [town.write_page(PAGE.replace("id: p", "id: a"), "a")], NOW)
    broken = Platform(fault=Unavailable("down"))
    town.house = replace(town.house, connect=lambda page: broken if page.id == "a" else town.platform)
    scans(town, NOW)
    assert (ledger(town, "a"), ledger(town)) == (["failed"], ["done"])


def test_a_story_that_breaks_is_rung_for_again_and_its_words_are_nowhere(
    town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    def story(_: House, page: str, __: datetime) -> None:
        if page in ("b", "d"):
            raise ValueError(CANARY)
        done.append(page)

    start_logging()
    job = Job("story", MINUTE, lambda *_: list("abcde"), story)
    for _ in range(2):
        for begun in jobs.ring(town.house, job):
            begun.result(30)
    assert sorted(done) == list("aaccee")
    said = capfd.readouterr()
    assert "ValueError" in said.out + said.err
    assert "quokkabranch" not in said.out + said.err


def test_now_all_reads_thirty_days_again_and_due_only_what_is_new(town: Town) -> None:
    scans(town, NOW)
    assert jobs.due(town.house, NOW + MINUTE) == []
    assert [ready.depth for ready in jobs.now_all(town.house, [], NOW)] == [Depth.RECENT]
    assert [ready.depth for ready in jobs.due(town.house, NOW + 8 * DAY)] == [Depth.ALL]


def test_those_are_first_that_nobody_has_read_for_the_longest_time(town: Town) -> None:
    for id in "abcd":
        pages.apply_pages(town.house, [town.write_page(PAGE.replace("id: p", f"id: {id}"), id)], NOW)
    with town.house.store.transaction() as session:
        for id, days, status in [
            ("a", 2, "done"),
            ("b", 4, "done"),
            ("b", 1, "failed"),
            ("c", 3, "done"),
            ("p", 2, "failed"),
        ]:
            at = NOW - days * DAY
            session.add(Run(page_id=id, depth=Depth.ALL, started=at, ended=at, status=RunStatus(status)))
    for ready in (jobs.due(town.house, NOW), jobs.now_all(town.house, [], NOW)):
        assert [each.page for each in ready] == ["d", "p", "b", "c", "a"]


def test_a_page_that_was_left_is_never_due(town: Town) -> None:
    pages.leave_page(town.house, "p", NOW)
    assert scans(town, NOW, NOW + DAY) == []


def test_a_slow_page_holds_up_no_other_page_and_is_not_begun_twice(town: Town) -> None:
    go_on, done = threading.Event(), list[str]()

    def story(_: House, page: str, __: datetime) -> None:
        if page == "slow":
            go_on.wait(30)
        done.append(page)

    due = ["slow", "quick"]
    job = Job("story of its own", MINUTE, lambda *_: due, story)
    slow, quick = jobs.ring(town.house, job)
    quick.result(30)
    (again,) = jobs.ring(town.house, job)
    again.result(30)
    assert done == ["quick", "quick"]
    go_on.set()
    slow.result(30)
    assert done == ["quick", "quick", "slow"]


def test_a_hold_is_carried_out_before_a_long_run_ends(town: Town) -> None:
    """A threat of the first batch is hidden while the rest is still being fetched."""
    town.write_page(PAGE + "hold_until_reviewed: [critical]\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    for number in range(8):
        town.platform.post(str(number), "!threat" if number == 0 else "words", minutes_ago=60 - number)
    seen: list[CommentState] = []
    real = town.platform.fetch

    def slowly(since: Any) -> Any:
        for batch in real(since):
            yield batch
            if len(seen) == 0:
                until(lambda: town.state("0") is CommentState.HELD, 20)
            seen.append(town.state("0"))

    town.platform.fetch = slowly  # type: ignore[method-assign]  # a platform that takes its time
    town.scan()
    assert seen[0] is CommentState.HELD


def test_a_press_does_not_wait_for_all_else_that_is_to_be_done_on_the_page(town: Town) -> None:
    bundle = raided(town, 30)
    town.platform.post("t", "!threat", minutes_ago=5)
    town.scan()
    bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.HIDE, NOW, within=None)
    town.platform.calls.clear()
    settle(town, town.queue()["t"].flag, ADMIN, Choice.HIDE)
    assert town.platform.calls == ["hide t"]
    assert hidden(town) == {"t"}
    ring(town, "carry_out", NOW)
    assert len(hidden(town)) == 31


def test_what_is_most_severe_is_carried_out_first(town: Town) -> None:
    bundle = raided(town, 12)
    town.platform.post("t", "!threat", minutes_ago=5)
    town.scan()
    bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.HIDE, NOW, within=None)
    decisions.decide(town.house, town.queue()["t"].flag, ADMIN, Choice.HIDE, NOW)
    town.platform.calls.clear()
    ring(town, "carry_out", NOW)
    assert town.platform.calls[0] == "hide t"
    assert len(town.platform.calls) == 13
