"""Work on many pages at once, a few of each host: a host that does not answer holds up its own pages and no others."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Condition, Lock
from typing import TypeVar

T = TypeVar("T")


class Lanes:
    """Threads that are kept: `at_once` in all, and at most `of_one` of them in one lane."""

    def __init__(self, name: str, at_once: int, of_one: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._of_one = of_one
        self._alone = Lock()
        self._busy: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, deque[Callable[[], None]]] = defaultdict(deque)

    def submit(self, lane: str, work: Callable[[], T]) -> Future[T]:
        """Do something when its lane has room; what was given first to a lane is done first."""
        task = Future[T]()
        with self._alone:
            self._waiting[lane].append(partial(_do, task, work))
            self._begin(lane)
        return task

    def _begin(self, lane: str) -> None:
        while self._waiting[lane] and self._busy[lane] < self._of_one:
            self._busy[lane] += 1
            self._pool.submit(self._run, lane, self._waiting[lane].popleft())

    def _run(self, lane: str, do: Callable[[], None]) -> None:
        try:
            do()
        finally:
            with self._alone:
                self._busy[lane] -= 1
                self._begin(lane)
                if not self._busy[lane]:  # hosts come and go
                    del self._busy[lane], self._waiting[lane]


def _do(task: Future[T], work: Callable[[], T]) -> None:
    if not task.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  # whoever waits for it gets it
        task.set_exception(error)
    else:
        task.set_result(result)


class Places:
    """A few places in each lane, for threads that others have made: a worker's."""

    def __init__(self, of_one: int, patience: float) -> None:
        self._of_one, self._patience = of_one, patience
        self._busy: dict[str, int] = defaultdict(int)
        self._changed = Condition()

    @contextmanager
    def one(self, lane: str) -> Iterator[bool]:
        """A place in a lane, waited for with patience (seconds). False: it is full."""
        with self._changed:
            free = self._changed.wait_for(lambda: self._busy[lane] < self._of_one, self._patience)
            self._busy[lane] += free
        try:
            yield free
        finally:
            if free:
                with self._changed:
                    self._busy[lane] -= 1
                    self._changed.notify_all()


def by_turns(lanes: dict[str, str]) -> list[str]:
    """Things by their lanes, so that each lane has its turn: what is done one after the other is not all of one host."""
    queues: dict[str, deque[str]] = defaultdict(deque)
    for each, lane in lanes.items():
        queues[lane].append(each)
    ordered = []
    while queues:
        ordered += [queue.popleft() for queue in queues.values()]
        queues = {lane: queue for lane, queue in queues.items() if queue}
    return ordered
