"""What every story is given: the database, the policy, the detectors and a way to reach a page's platform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
