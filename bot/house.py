"""What every story is given: the database, the policy, the detectors and a way to reach a page's platform."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.domain.class_pages import ClassPage
from bot.domain.policy import Policy
from bot.settings import Environment
from bot.store import Store
from connectors.base import Connector
from moderators.base import Moderator


@dataclass(frozen=True, slots=True)
class House:
    """One running Hallmonitor. `bot.serve` builds it; `moderators` loads the detectors at the first call."""

    store: Store
    environment: Environment
    policy: Policy
    policy_version: str
    moderators: Callable[[], Sequence[Moderator]]
    connect: Callable[[ClassPage], Connector]
    connectors: frozenset[str]
    clock: Callable[[], datetime]
    """For the end of a run alone: whatever a story decides by is the `now` that it is given."""


@contextmanager
def page_lock(house: House, page_id: str, patience: float = 0) -> Iterator[bool]:
    """Be alone with a page on this machine, waiting `patience` seconds for it; False: somebody else is at work there.

    The system frees the lock when a process dies, so that no crash can leave it behind.
    """
    folder = house.environment.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with (folder / page_id).open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.05)
            else:
                break
        yield True
