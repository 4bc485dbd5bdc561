"""What every story is given: the database, the policy, the detectors and a way to reach a page's platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from bot.domain.class_pages import ClassPage, Language
from bot.domain.policy import Policy
from bot.settings import Environment, Messages
from bot.store import Store
from bot.store.locks import open_lock
from connectors.base import Connector
from moderators.base import Moderator

MOST_BESIDE = 64
"""Two for each page that a process works on at once, 16 of each job, and `worker --pages` goes up to 32: none waits for another one's."""


@dataclass(frozen=True, slots=True)
class Haste:
    """How long a platform may take, in seconds: over all that is asked of it, and to wait where it wants to be left alone.

    Without a sign of life for `silence` it is given up: a single question of ours ends by itself after 90 seconds at most. A process
    that is to end waits for an answer that is under way as long as `farewell`.
    """

    whole: float
    turn: float
    silence: float = 600.0
    farewell: float = 10.0


OF_A_RUN = Haste(whole=3_600.0, turn=300.0)
"""Mastodon counts in windows of five minutes. What a run does not get done in its time the next one does."""

OF_A_PRESS = Haste(whole=60.0, turn=2.0)
"""Somebody looks on."""


@dataclass(frozen=True, slots=True)
class House:
    """One running Hallmonitor. `bot.serve` builds it; `moderators` loads the detectors, and `messages` a language, at the first call."""

    store: Store
    environment: Environment
    policy: Policy
    policy_version: str
    moderators: Callable[[], Sequence[Moderator]]
    connect: Callable[[ClassPage], Connector]
    connect_with: Callable[[ClassPage, str], Connector]
    """The same with a secret that stands in no environment yet: of a page that is being added."""

    connectors: frozenset[str]
    messages: Callable[[Language], Messages]
    clock: Callable[[], datetime]
    """For jobs and the end of a run: whatever a story decides by is the `now` that it is given."""
    stopping: Event = field(default_factory=Event)
    """Set when the process is asked to end: long stories stop between two batches."""

    beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(MOST_BESIDE, "beside"), repr=False)
    """Where a story does two things at once. Its threads are kept: new ones for each page make the process grow (measured)."""

    of_a_run: Haste = OF_A_RUN
    of_a_press: Haste = OF_A_PRESS

    hanging: set[tuple[str, str]] = field(default_factory=set, repr=False)
    """Hosts and pages whose platform has left a question without an answer; a thread waits for it still (`bot/reaching.py`)."""

    under_way: set[tuple[str, str]] = field(default_factory=set, repr=False)
    """Jobs that this process is at, with their pages."""

    def go_on(self) -> None:
        """Asked between two batches.

        Raises:
            Stopped: the process is to end.
        """
        if self.stopping.is_set():
            raise Stopped


class Stopped(Exception):
    """The process ends: what is stored is stored, and the rest is due again, as after a crash."""


@contextmanager
def page_lock(house: House, page_id: str, patience: float = 0) -> Iterator[bool]:
    """Be alone with a page, among all processes that share this database, waiting `patience` seconds for it.

    False: somebody else is at work there. The lock is a courtesy that saves doubled work: what keeps the rows true is that each
    writing transaction of a page queues behind the others of that page (`store.comments.lock_page`) and finds done what is done.
    """
    deadline = time.monotonic() + patience
    with open_lock(house.store, house.environment.home / "locks", page_id) as take:
        while not (alone := take()) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield alone
