from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot import scheduler
from bot.jobs import Job
from tests.patience import until

HOURLY, EACH_SECOND = timedelta(hours=1), timedelta(seconds=1)


def job(name: str, every: timedelta) -> Job:
    return Job(name, every, lambda *_: [], lambda *_: None)


@contextmanager
def ringing(ring: Callable[[Job], None], *jobs: Job) -> Iterator[threading.Thread]:
    """A clock in a thread; it ends with the block."""
    stopped = threading.Event()
    clock = threading.Thread(target=scheduler.keep_ringing, args=(scheduler.make_scheduler(ring, jobs), stopped))
    clock.start()
    try:
        yield clock
    finally:
        stopped.set()
        clock.join(20)
    assert not clock.is_alive()


def test_every_job_rings_at_once_and_then_at_its_distance() -> None:
    rings: Counter[str] = Counter()
    with ringing(lambda job: rings.update([job.name]), job("often", EACH_SECOND), job("rarely", HOURLY)):
        until(lambda: rings["often"] >= 2 and rings["rarely"])
    assert rings["rarely"] == 1


def test_a_ring_that_breaks_does_not_stop_the_clock() -> None:
    rings: Counter[str] = Counter()

    def ring(job: Job) -> None:
        rings.update([job.name])
        if job.name == "bad":
            raise ValueError("what a comment said")

    with ringing(ring, job("bad", EACH_SECOND), job("good", EACH_SECOND)):
        until(lambda: rings["bad"] >= 2 and rings["good"] >= 2)


def test_a_slow_ring_holds_up_no_other_job_and_is_not_rung_twice_at_once() -> None:
    rings: Counter[str] = Counter()
    go_on = threading.Event()

    def ring(job: Job) -> None:
        rings.update([job.name])
        if job.name == "slow":
            go_on.wait(20)

    with ringing(ring, job("slow", EACH_SECOND), job("quick", EACH_SECOND)):
        until(lambda: rings["quick"] >= 3)
        assert rings["slow"] == 1
        go_on.set()
        until(lambda: rings["slow"] >= 2)


def test_the_ring_under_way_is_finished_before_the_clock_ends() -> None:
    began, finished = threading.Event(), threading.Event()

    def ring(_: Job) -> None:
        began.set()
        time.sleep(0.3)
        finished.set()

    with ringing(ring, job("slow", HOURLY)):
        assert began.wait(10)
    assert finished.is_set()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_rings_at_once(hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set back, APScheduler would be silent until the old time comes again: here for an hour, and nobody waits that long."""
    rings: Counter[str] = Counter()
    true_time = time.time
    monkeypatch.setattr(scheduler, "_LOOK_EVERY", 0.05)
    with ringing(lambda job: rings.update([job.name]), job("hourly", HOURLY)):
        until(lambda: rings["hourly"] == 1)
        monkeypatch.setattr(time, "time", lambda: true_time() + 3600 * hours)
        until(lambda: rings["hourly"] >= 2)
        monkeypatch.setattr(time, "time", true_time)
        until(lambda: rings["hourly"] >= 3)


def test_a_clock_that_wanders_a_little_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rings: Counter[str] = Counter()
    looks = Counter[str]()
    true_time = time.time
    monkeypatch.setattr(scheduler, "_LOOK_EVERY", 0.02)
    with ringing(lambda job: rings.update([job.name]), job("hourly", HOURLY)):
        until(lambda: rings["hourly"] == 1)

        def wandering() -> float:
            looks.update(["look"])
            return true_time() + looks["look"] * 0.1

        monkeypatch.setattr(time, "time", wandering)
        until(lambda: looks["look"] > 20)
        monkeypatch.setattr(time, "time", true_time)
    assert rings["hourly"] == 1
