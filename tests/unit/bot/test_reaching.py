"""A platform that does not answer: its run ends with a reason, and nobody else waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot import actions, decisions, jobs, pages
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import Haste, Stopped
from bot.pages import Ready
from bot.pipeline import RunResult
from bot.reaching import MOST_HANGING, reach
from connectors.base import ActionKind, Batch, Checkpoint, Comment, PageSettings, Receipt, Revision, Unavailable
from connectors.deadline import NotAsked, current
from tests.houses import ADMIN, NOW, PAGE, Platform, Town, flagged, rows
from tests.patience import until

SHORT = Haste(whole=30.0, turn=1.0, silence=0.5, farewell=0.3)
BESIDE = replace(SHORT, silence=3.0)
"""Long enough for the pages beside it to be read meanwhile, on a busy machine too."""


@dataclass
class Silent(Platform):
    """A platform that takes a question and never answers, until it is `released`. `at` is the question that it leaves so."""

    at: str = "fetch"
    released: threading.Event = field(default_factory=threading.Event)
    waiting: set[threading.Thread] = field(default_factory=set)

    def _called(self, what: str) -> None:
        super()._called(what)
        if what.startswith(self.at):
            self.waiting.add(threading.current_thread())
            self.released.wait(60)


@pytest.fixture
def silent(town: Town) -> Iterator[Silent]:
    platform = Silent()
    yield platform
    platform.released.set()


def with_pages(town: Town, silent: Silent, **hosts: str) -> None:
    """More pages, each on its host; those on `hang.example` are on the silent platform."""
    for id, host in hosts.items():
        file = town.write_page(PAGE.replace("id: p", f"id: {id}").replace("url: memory", f"url: https://{host}/"), id)
        pages.apply_pages(town.house, [file], NOW)
    town.house = replace(
        town.house, of_a_run=BESIDE, of_a_press=SHORT,
        connect=lambda page: silent if page.host == "hang.example" else Platform(),
    )  # fmt: skip


def scanned(town: Town, *ids: str) -> dict[str, RunResult]:
    """The results by page, in the order in which they came."""
    planned = [Ready(id, Depth.NEW) for id in ids]
    return {result.page: result for result in jobs.scan_all(town.house, planned, impatient=False)}


def test_a_page_that_hangs_ends_as_failed_with_a_reason_and_delays_nobody(town: Town, silent: Silent) -> None:
    with_pages(town, silent, a="hang.example", b="hang.example", c="blog.example")
    silent.at = "fetch"
    results = scanned(town, "a", "c", "p")
    assert list(results)[-1] == "a"
    assert [results[id].status for id in ("c", "p", "a")] == ["done", "done", "failed"]
    assert "hang.example has given no sign of life" in results["a"].error
    ((_, why),) = pages.last_runs(town.house, "a", 1)
    assert why == results["a"].error
    asked = list(silent.calls)
    assert "not answered an earlier question" in scanned(town, "a")["a"].error
    assert silent.calls == asked
    silent.released.set()
    until(lambda: not town.house.hanging)
    assert scanned(town, "a")["a"].status == "done"


def test_a_host_that_hangs_holds_few_threads_and_then_is_asked_no_more(town: Town, silent: Silent) -> None:
    silent.at = "check"
    ids = {f"h{number}": "hang.example" for number in range(3 * MOST_HANGING)}
    with_pages(town, silent, **ids, c="blog.example")
    results = scanned(town, *ids, "c")
    assert next(iter(results)) == "c"
    assert {results[id].status for id in ids} == {"failed"}
    # as many again may have begun while the first were given up
    assert MOST_HANGING <= len(silent.calls) == len(town.house.hanging) < 2 * MOST_HANGING


@dataclass
class Endless(Platform):
    """A platform that gives one new comment after the other, and never comes to an end. It heeds its deadline, as ours do."""

    number: int = 0

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        while True:
            if self.number == 3:  # its time runs out
                current().ends = time.monotonic()
            current().go_on()
            self.number += 1
            comment = self.post(str(self.number), "words")
            yield Batch((comment,), Checkpoint({"after": [comment.created.isoformat(), comment.id]}))


def test_a_run_has_its_time_and_what_came_is_kept(town: Town) -> None:
    platform = Endless()
    town.house = replace(town.house, connect=lambda _: platform, of_a_run=replace(SHORT, silence=20.0))
    result = town.scan(depth=Depth.NEW)
    assert (result.status, result.error) == (
        "failed", "the time of this run is over; what came is stored, and the next run goes on behind it",
    )  # fmt: skip
    assert rows(town, "SELECT count(*) FROM comment") == [(3,)]


def test_who_is_asked_to_end_does_not_wait_for_a_platform_that_hangs(town: Town, silent: Silent) -> None:
    with_pages(town, silent, a="hang.example")
    town.house = replace(town.house, of_a_run=replace(SHORT, silence=60.0))
    threading.Timer(0.3, town.house.stopping.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        scanned(town, "a")
    assert time.monotonic() - began < 10
    assert rows(town, "SELECT status FROM run WHERE page_id = 'a'") == [("running",)]
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "platform")


def test_a_press_comes_back_from_a_platform_that_hangs(town: Town, silent: Silent) -> None:
    flag = flagged(town)
    town.house = replace(town.house, connect=lambda _: silent, of_a_press=SHORT)
    silent.comments, silent.at = town.platform.comments, "hide"
    decisions.decide(town.house, flag, ADMIN, Choice.HIDE, NOW)
    began = time.monotonic()
    jobs.carry_out_for_flag(town.house, flag, NOW)
    assert time.monotonic() - began < 10
    # whether it was done nobody knows
    assert rows(town, "SELECT state, unsure FROM action") == [("pending", True)]


@dataclass
class Spent(Platform):
    """A platform whose limit is used up: before the write, or behind it, when what became of it is to be read back.

    There `trouble` says it: the question had no turn, or the platform has refused it.
    """

    wrote: bool = False
    trouble: type[Unavailable] = NotAsked

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        if self.wrote:
            super().act(id, action, seen=seen)
            current().wrote = True
        raise self.trouble("the host wants to be left alone for a while; try again later", 90.0)


@pytest.mark.parametrize("trouble", [NotAsked, Unavailable])
@pytest.mark.parametrize("wrote", [False, True])
def test_a_question_without_an_answer_is_no_refusal_of_what_was_written_before_it(
    town: Town, wrote: bool, trouble: type[Unavailable]
) -> None:
    flag = flagged(town)
    spent = Spent(comments=town.platform.comments, wrote=wrote, trouble=trouble)
    town.house = replace(town.house, connect=lambda _: spent)
    decisions.decide(town.house, flag, ADMIN, Choice.HIDE, NOW)
    jobs.carry_out_for_flag(town.house, flag, NOW)
    assert rows(town, "SELECT state, unsure FROM action") == [("pending", wrote)]
    spent.wrote = False  # the next try is not even sent: that says nothing of the first one
    actions.carry_out_alone(town.house, "p", NOW + timedelta(hours=1))
    assert rows(town, "SELECT state, unsure FROM action") == [("pending", wrote)]
    town.house = replace(town.house, connect=lambda _: town.platform)
    actions.carry_out_alone(town.house, "p", NOW + timedelta(hours=3))
    assert rows(town, "SELECT state, unsure FROM action") == [("done", False)]


@dataclass
class Slow(Platform):
    """A platform at which the time is over behind the first action."""

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        current().wrote, current().ends = True, time.monotonic()
        return super().act(id, action, seen=seen)


def test_an_action_whose_turn_does_not_come_is_in_no_doubt_because_of_the_one_before_it(town: Town) -> None:
    slow = Slow()
    comments = [slow.post(id, "words") for id in "12"]
    page = pages.list_pages(town.house, NOW)[0][0]
    reached = reach(replace(town.house, connect=lambda _: slow), page, SHORT)
    reached.act("1", ActionKind.HIDE, seen=comments[0].revision)
    with pytest.raises(NotAsked):
        reached.act("2", ActionKind.HIDE, seen=comments[1].revision)


def test_a_thread_that_was_left_to_itself_ends_when_its_answer_comes(town: Town, silent: Silent) -> None:
    with_pages(town, silent, a="hang.example", b="hang.example")
    town.house = replace(town.house, of_a_run=SHORT)
    scanned(town, "a", "b")
    assert len(silent.waiting) == 2
    assert all(each.is_alive() for each in silent.waiting)
    silent.released.set()
    until(lambda: not any(each.is_alive() for each in silent.waiting))


@dataclass
class OfOneThread(Platform):
    """A connector that may be used in one thread only, as some client libraries want it."""

    threads: set[int] = field(default_factory=set)

    def check(self) -> PageSettings:
        self.threads.add(threading.get_ident())
        return super().check()

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        self.threads.add(threading.get_ident())
        return super().get(ids)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        for batch in super().fetch(since):
            self.threads.add(threading.get_ident())
            yield batch


def test_all_calls_of_a_connector_are_made_in_one_thread(town: Town) -> None:
    platform = OfOneThread(batch=1)
    for number in range(4):
        platform.post(str(number), "words")
    page = pages.list_pages(town.house, NOW)[0][0]
    reached = reach(replace(town.house, connect=lambda _: platform), page, SHORT)
    reached.check()
    found = [comment.id for batch in reached.fetch(None) for comment in batch.comments]
    assert found == [comment.id for comment in reached.get(found)]
    assert len(platform.threads) == 1
    assert threading.get_ident() not in platform.threads


def test_what_a_connector_raises_arrives_as_it_is(town: Town) -> None:
    page = pages.list_pages(town.house, NOW)[0][0]
    broken = Platform(fault=Unavailable("down", 7.0))
    with pytest.raises(Unavailable, match="down") as caught:
        reach(replace(town.house, connect=lambda _: broken), page, SHORT).check()
    assert caught.value is broken.fault
