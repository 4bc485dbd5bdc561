"""A page that takes longer to be read than a run may: it is read in parts, and comes to its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot import jobs
from bot.domain.schedule import Depth
from bot.records import RunStatus
from connectors.base import Batch, Checkpoint, Unavailable
from connectors.deadline import NotAsked
from tests.houses import NOW, Platform, Town, rows

OVER = NotAsked("the time of this run is over; what came is stored, and the next run goes on behind it", 0.0)


@dataclass
class Long(Platform):
    """A platform of which a run reads so many batches, then its time is over."""

    in_a_run: int = 2
    read_from: list[object] = field(default_factory=list)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        self.read_from.append(since and (since if isinstance(since, datetime) else "checkpoint"))
        for number, batch in enumerate(super().fetch(since)):
            if number == self.in_a_run:
                raise OVER
            yield batch


@pytest.fixture
def long(town: Town) -> Long:
    platform = Long()
    for number in range(11):
        platform.post(str(number), "hello", minutes_ago=600 - number)
    town.house = replace(town.house, connect=lambda _: platform)
    return platform


def due_run(town: Town, now: datetime, minutes: int = 59) -> tuple[str, int]:
    """The clock rings: what became of the run that is due, and took so long."""
    ((ready),) = jobs.due(town.house, now)
    assert ready.depth == Depth.ALL
    result = jobs.scan(replace(town.house, clock=lambda: now + timedelta(minutes=minutes)), ready, now)
    return result.status, result.fetched


def until_done(town: Town, now: datetime) -> list[tuple[str, int]]:
    found = [due_run(town, now)]
    while found[-1][0] != RunStatus.DONE:
        assert len(found) < 10
        found.append(due_run(town, now + len(found) * timedelta(hours=1)))
    return found


def test_the_first_reading_of_a_long_page_comes_to_its_end(town: Town, long: Long) -> None:
    assert until_done(town, NOW) == [("failed", 4), ("failed", 4), ("done", 3)]
    assert rows(town, "SELECT count(*) FROM comment") == [(11,)]


def test_a_weekly_reading_goes_on_where_it_broke_off_and_finds_what_changed(town: Town, long: Long) -> None:
    until_done(town, NOW)
    long.read_from.clear()
    long.post("0", "an edit", minutes_ago=600)
    long.post("10", "another", minutes_ago=590)
    del long.comments["9"]
    long.calls.clear()
    assert until_done(town, NOW + timedelta(days=8)) == [("failed", 1), ("failed", 0), ("done", 1)]
    assert long.read_from == [None, "checkpoint", "checkpoint"]
    assert rows(town, "SELECT count(*) FROM comment WHERE deleted IS NOT NULL") == [(1,)]
    assert long.calls.count("get") == 1  # of what the last part did not bring, not of the parts before it
    assert due_run(town, NOW + timedelta(days=16)) == ("failed", 0)
    assert long.read_from[-1] is None  # the next week begins anew


def test_what_was_read_whole_is_read_again_where_something_behind_it_failed(town: Town, long: Long) -> None:
    long.in_a_run = 100
    town.detector.broken = True
    assert due_run(town, NOW) == ("failed", 11)
    town.detector.broken = False
    long.post("0", "an edit", minutes_ago=600)
    assert due_run(town, NOW + timedelta(hours=1)) == ("done", 1)


def test_a_reading_that_did_not_begin_has_nothing_to_go_on_from(town: Town, long: Long) -> None:
    long.in_a_run = 100
    assert due_run(town, NOW) == ("done", 11)
    long.in_a_run = 0
    assert due_run(town, NOW + timedelta(days=8)) == ("failed", 0)
    long.in_a_run, long.read_from = 100, []
    assert due_run(town, NOW + timedelta(days=8, hours=1)) == ("done", 0)
    assert long.read_from == [None]


def test_what_took_little_is_begun_anew(town: Town, long: Long) -> None:
    assert due_run(town, NOW, minutes=5) == ("failed", 4)
    long.in_a_run = 100
    assert due_run(town, NOW + timedelta(hours=1)) == ("done", 7)
    assert long.read_from == [None, None]


@dataclass
class Late(Platform):
    """A platform that asks to wait when it has been read for a while."""

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        yield from super().fetch(since)
        time.sleep(0.3)
        raise Unavailable("it was asked too much; try again later", 600)


def test_what_a_platform_asks_to_wait_counts_from_when_it_said_so(town: Town) -> None:
    town.house = replace(town.house, connect=lambda _: Late())
    retry_at = town.scan().retry_at
    assert retry_at is not None
    assert retry_at >= NOW + timedelta(seconds=600.3)
