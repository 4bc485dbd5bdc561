"""How long a story has for its platform: set around a connector by whoever asks it, and looked at wherever a question waits.

A connector need not know of it. What sends the questions (`connectors.http`, `reddit_session.py`) waits by it for its turn and tells it
of each answer; and whoever asks stops waiting when it is over (`bot/reaching.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event

from connectors.base import Unavailable

TURN_S = 2.0
"""Where nobody says otherwise somebody looks on, and is told rather than kept waiting."""


class NotAsked(Unavailable):
    """The question was not sent: its turn did not come, or the time was over. It says nothing of the questions before it."""


@dataclass(slots=True)
class Deadline:
    """`ends` and `heard` are moments of `time.monotonic`. `turn`: seconds that a question waits where its platform wants to be left alone.

    `heard` is when the platform last gave a sign of life, or it was waited for its sake. `stopping`: the process is to end.
    `wrote`: something was sent that may have changed the platform, and was not refused.
    """

    ends: float
    turn: float = TURN_S
    stopping: Event = field(default_factory=Event)
    heard: float = field(default_factory=time.monotonic)
    wrote: bool = False

    @classmethod
    def in_seconds(cls, seconds: float, turn: float = TURN_S, stopping: Event | None = None) -> Deadline:
        """One that ends so many seconds from now."""
        return cls(time.monotonic() + seconds, turn, stopping or Event())

    @property
    def left(self) -> float:
        """Seconds until it is over."""
        return self.ends - time.monotonic()

    def go_on(self) -> None:
        """Asked before each question. Raises `NotAsked` when the time is over."""
        if self.stopping.is_set():
            raise NotAsked("Hallmonitor is being stopped", 0.0)
        if self.left <= 0:
            raise NotAsked("the time of this run is over; what came is stored, and the next run goes on behind it", 0.0)

    def rest(self, seconds: float) -> None:
        """Wait because the platform wants it so, no longer than until the end or the stop."""
        until = time.monotonic() + seconds
        self.go_on()
        while (step := min(until - time.monotonic(), 1.0)) > 0:
            self.stopping.wait(step)
            self.heard = time.monotonic()
            self.go_on()


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
_ALWAYS = float("inf")


def current() -> Deadline:
    """The deadline of what this thread is doing; without an end where nobody has set one."""
    return _CURRENT.get() or Deadline(_ALWAYS)


@contextmanager
def signing_in() -> Iterator[None]:
    """What is sent here changes nothing that people see, though it looks like a write."""
    doing = current()
    before = doing.wrote
    try:
        yield
    finally:
        doing.wrote = before


@contextmanager
def until(deadline: Deadline) -> Iterator[None]:
    """Do something by this deadline."""
    token = _CURRENT.set(deadline)
    try:
        yield
    finally:
        _CURRENT.reset(token)
