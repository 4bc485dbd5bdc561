from __future__ import annotations

import threading
import time

import pytest

from bot.lanes import Lanes, Places, by_turns
from tests.patience import until


def test_a_lane_that_stands_still_holds_up_no_other() -> None:
    lanes, go_on = Lanes("lanes", 4, 2), threading.Event()
    stuck = [lanes.submit("slow", lambda: go_on.wait(30)) for _ in range(20)]
    assert [lanes.submit(f"host {n}", lambda n=n: n).result(10) for n in range(20)] == list(range(20))  # type: ignore[misc]
    assert not any(task.done() for task in stuck)
    go_on.set()
    assert all(task.result(10) for task in stuck)


def test_a_lane_has_its_few_at_once_in_the_order_in_which_they_came() -> None:
    lanes, alone = Lanes("lanes", 8, 2), threading.Lock()
    begun, at_once = list[int](), list[int]()

    def work(number: int) -> None:
        with alone:
            begun.append(number)
            at_once.append(1)
        time.sleep(0.01)
        with alone:
            assert len(at_once) <= 2
            at_once.pop()

    tasks = [lanes.submit("host", lambda number=number: work(number)) for number in range(12)]  # type: ignore[misc]
    for task in tasks:
        task.result(10)
    assert sorted(begun) == list(range(12))
    assert all(abs(place - number) <= 1 for place, number in enumerate(begun))


def test_what_is_cancelled_or_breaks_leaves_its_place_to_the_next() -> None:
    lanes, go_on = Lanes("lanes", 2, 1), threading.Event()
    first = lanes.submit("host", lambda: go_on.wait(30))
    second = lanes.submit("host", lambda: 1 / 0)
    third, fourth = (lanes.submit("host", lambda: "done") for _ in range(2))
    assert third.cancel()
    go_on.set()
    assert fourth.result(10) == "done"
    assert first.result(10)
    with pytest.raises(ZeroDivisionError):
        second.result(10)


def test_a_place_is_waited_for_and_not_for_ever() -> None:
    places, left = Places(1, 0.2), threading.Event()
    with places.one("host") as free, places.one("elsewhere") as other:
        assert free
        assert other
        with places.one("host") as again:
            assert not again
    entered = []

    def enter() -> None:
        with Places.one(places, "host") as free:
            entered.append(free)
            left.wait(10)

    thread = threading.Thread(target=enter)
    thread.start()
    until(lambda: bool(entered))
    threading.Timer(0.05, left.set).start()
    with places.one("host") as free:
        assert free
    thread.join(10)


def test_each_lane_has_its_turn() -> None:
    assert by_turns({"a1": "a", "a2": "a", "a3": "a", "b1": "b", "c1": "c", "b2": "b"}) == [
        "a1", "b1", "c1", "a2", "b2", "a3",
    ]  # fmt: skip
