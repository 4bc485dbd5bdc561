"""A platform is asked in a thread of its own, by a deadline: an answer that never comes holds up nobody, nor the end of the process.

No thread can be ended from outside. One whose question stays without an answer is left to itself; its page, and soon its host, are not
asked again while it hangs, so that threads do not pile up.
"""

from __future__ import annotations

import os
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from bot.domain.class_pages import ClassPage
from bot.house import Haste, House, Stopped
from connectors.base import (
    ActionKind,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    Connector,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.deadline import Deadline, until

T = TypeVar("T")

MOST_HANGING = 4
"""So many questions to one host may hang; then its other pages are not asked."""

_LAST_S = 100.0
"""Whoever heeds its deadline asks nothing new behind it, and needs no longer than this for the question that it is at."""

_LOOK_S = 0.2


def reach(house: House, page: ClassPage, haste: Haste) -> Connector:
    """The connector of a page, whose every call comes back by the deadline that begins now.

    Raises:
        Unavailable: an earlier question to it hangs.
        ConnectorError, MissingSecret: as connectors are made.
    """
    return _Reached(house, page, haste)


class _Reached:
    """A connector whose calls are done in one and the same thread beside, and given up where they take too long."""

    def __init__(self, house: House, page: ClassPage, haste: Haste) -> None:
        self._house, self._haste, self._key = house, haste, (page.host, page.id)
        self._refuse_what_hangs()
        self._deadline = Deadline.in_seconds(haste.whole, haste.turn, house.stopping)
        self._line = _line()
        self._release = weakref.finalize(self, _IDLE.append, self._line)
        self._connector = self._ask(lambda: house.connect(page))
        self.capabilities: Capabilities = self._connector.capabilities

    def check(self) -> PageSettings:
        return self._ask(self._connector.check)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        batches = self._ask(lambda: iter(self._connector.fetch(since)))
        while (batch := self._ask(lambda: next(batches, None))) is not None:
            yield batch

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        return iter(self._ask(lambda: list(self._connector.get(ids))))

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        try:
            return self._ask(lambda: self._connector.act(id, action, seen=seen))
        except Unavailable as error:
            if self._deadline.wrote and error.retry_after is not None:  # said of the reading back: it may be done
                raise Unavailable(str(error)) from None
            raise

    def _ask(self, work: Callable[[], T]) -> T:
        self._house.go_on()
        self._deadline.wrote = False  # whatever an earlier call has written
        self._deadline.go_on()
        task = self._line.do(lambda: _by(self._deadline, work))
        farewell = float("inf")
        while not wait([task], _LOOK_S).done:
            now = time.monotonic()
            if self._house.stopping.is_set():
                farewell = min(farewell, now + self._haste.farewell)
            if now > farewell:
                self._leave(task)
                raise Stopped
            if now > min(self._deadline.heard + self._haste.silence, self._deadline.ends + _LAST_S):
                self._leave(task)
                raise Unavailable(self._why(now))
        if self._house.stopping.is_set() and isinstance(task.exception(), Unavailable):
            raise Stopped
        return task.result()

    def _leave(self, task: Future[T]) -> None:
        hanging, key, line = self._house.hanging, self._key, self._line
        self._release.detach()
        hanging.add(key)

        def over(_: Future[T]) -> None:
            hanging.discard(key)
            line.leave()

        task.add_done_callback(over)

    def _why(self, now: float) -> str:
        minutes = max(1, round((now - self._deadline.heard) / 60))
        return f"{self._key[0]} has given no sign of life for {minutes} minutes, and is not waited for; the page is tried again later"

    def _refuse_what_hangs(self) -> None:
        host, _ = self._key
        if (
            self._key in self._house.hanging
            or sum(1 for other, _ in tuple(self._house.hanging) if other == host) >= MOST_HANGING
        ):
            raise Unavailable(
                f"{host} has not answered an earlier question yet, and is not asked another one; where that stays so, see whether it is"
                " in order, and restart Hallmonitor",
                0.0,
            )


def _by(deadline: Deadline, work: Callable[[], T]) -> T:
    deadline.heard = time.monotonic()
    with until(deadline):
        return work()


class _Line(Thread):
    """A thread that does one thing after the other. It does not keep the process from ending, as an executor's would."""

    def __init__(self) -> None:
        super().__init__(name="platform", daemon=True)
        self._given = SimpleQueue[Callable[[], None] | None]()
        self.start()

    def do(self, work: Callable[[], T]) -> Future[T]:
        task = Future[T]()

        def done() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  # whoever asked gets it, whatever it is
                task.set_exception(error)
            else:
                task.set_result(result)

        self._given.put(done)
        return task

    def end(self) -> None:
        """End the thread, which does nothing now."""
        self.leave()
        self.join()

    def leave(self) -> None:
        """Let the thread end when it has done what it was given."""
        self._given.put(None)

    def run(self) -> None:
        while (done := self._given.get()) is not None:
            done()
            del done  # what was done, and whoever asked for it, are not kept by a thread that waits


def _line() -> _Line:
    try:
        return _IDLE.pop()
    except IndexError:
        return _Line()


_IDLE = deque[_Line]()
"""Threads that nobody uses now: new ones for each page make the process grow (measured)."""


def end_idle() -> None:
    """End the threads that nobody uses now: a copy of this process would have none of them, and believe that they run."""
    while _IDLE:
        _IDLE.pop().end()


os.register_at_fork(before=end_idle)
