"""One budget a host for the whole process: however many of its pages are read side by side, they ask it no more than this.

It is a token bucket (pyrate-limiter) at the connector's own pace, and what the platform says itself goes beyond that: how much of its
limit is left, and for how long it wants not to be asked (`http_limits.py`). Whoever asks waits for a turn, as long as the deadline of
what it is doing lets it (`deadline.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import urlsplit

from pyrate_limiter import Limiter, Rate, StateBucket, TokenBucket
from pyrate_limiter.limiter import SingleBucketFactory

from connectors.base import BadConfig, PageAddress
from connectors.deadline import NotAsked, current
from connectors.http_addresses import is_loopback
from connectors.http_limits import Left, left_of, shut_for

LOOK_S = 1.0
"""So often whoever waits for a turn looks whether it shall still wait."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many questions a second, and so many at once after a rest.

    `asked_for`: the district has said so itself, and it counts on this machine, too; else nobody there has to be spared.
    """

    per_second: float
    at_once: int
    asked_for: bool = False


POLITE = Pace(8, at_once=16)
"""For a host that tells no limits: a class blog on a small server goes on answering its visitors."""


def pace_of(address: PageAddress, usual: Pace = POLITE) -> Pace:
    """The pace of the option `per_second`, where the page's connector has it. Raises `BadConfig`."""
    found = address.options.get("per_second")
    if found is None:
        return usual
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0.01 <= found <= 1_000:
        raise BadConfig(
            "options.per_second", "must be how many questions a second its host may be asked, like 20 or 0.5"
        )
    return Pace(found, at_once=max(1, round(found)), asked_for=True)


class Budget:
    """What may be asked of one host. All its methods may be called by many threads."""

    def __init__(self, host: str, pace: Pace | None, among: int) -> None:
        self._host = host
        self._alone = Lock()
        self._asking = 0
        self._left: Left | None = None
        self._shut_until = 0.0
        self._pace, self._among = pace, among
        self._limiter = _limiter(pace, among)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One question, when its turn has come; inside it is asked. Raises `NotAsked` where that takes too long."""
        self._wait()
        try:
            yield
        finally:
            with self._alone:
                self._asking -= 1

    def heed(self, status: int, headers: Mapping[str, str]) -> None:
        """Take to heart what an answer says of the host's limits; still within its turn."""
        now, today = time.monotonic(), datetime.now(UTC)
        left, shut = left_of(headers, now, today), shut_for(status, headers, today)
        current().heard = now
        with self._alone:
            self._shut_until = max(self._shut_until, now + shut)
            if left is not None:  # what is under way may not be counted yet
                self._left = left.less(self._asking - 1).beside(self._left, now)

    def keep(self, pace: Pace | None, among: int) -> None:
        """Go on at the slower of two paces, as one of so many processes that share the host."""
        with self._alone:
            slower = pace is not None and (self._pace is None or pace.per_second < self._pace.per_second)
            if slower or among != self._among:
                self._pace, self._among = (pace if slower else self._pace), among
                self._limiter = _limiter(self._pace, among)

    def _wait(self) -> None:
        deadline = current()
        deadline.rest(0)
        while self._limiter is not None and not self._limiter.try_acquire(self._host, timeout=LOOK_S):
            deadline.heard = time.monotonic()  # it is we who let the host alone
            deadline.rest(0)
        patience = time.monotonic() + deadline.turn
        while (wait := self._claimed()) > 0:
            if time.monotonic() + wait > patience:
                raise NotAsked(f"{self._host} wants to be left alone for a while; try again later", wait)
            deadline.rest(wait)

    def _claimed(self) -> float:
        """Take one of what the platform says is left; else the seconds until it may be asked again."""
        now = time.monotonic()
        with self._alone:
            if self._shut_until > now:
                return self._shut_until - now
            if self._left is not None and self._left.until <= now:
                self._left = None
            if self._left is not None:
                if self._left.count < 1:
                    return self._left.until - now
                self._left = self._left.less(1)
            self._asking += 1
            return 0.0


def _limiter(pace: Pace | None, among: int) -> Limiter | None:
    if pace is None:
        return None
    microseconds = round(1_000_000 / pace.per_second) * among
    rate = Rate(1_000, microseconds, burst=max(1, pace.at_once // among))  # a thousand in so many milliseconds
    bucket = StateBucket([rate], algorithm=TokenBucket())
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False), buffer_ms=1)


class _Hosts:
    """Every host that this process has asked."""

    def __init__(self) -> None:
        self._alone = Lock()
        self._budgets: dict[str, Budget] = {}
        self._among = 1

    def budget(self, url: str, pace: Pace) -> Budget:
        parts = urlsplit(url)
        wanted = None if is_loopback(parts.hostname or "") and not pace.asked_for else pace
        with self._alone:
            found = self._budgets.get(parts.netloc)
            if found is None:
                found = self._budgets[parts.netloc] = Budget(parts.hostname or "", wanted, self._among)
            else:
                found.keep(wanted, self._among)
            return found

    def share(self, among: int) -> None:
        with self._alone:
            self._among = among
            for each in self._budgets.values():
                each.keep(None, among)

    def forget(self) -> None:
        with self._alone:
            self._budgets.clear()
            self._among = 1


_HOSTS = _Hosts()


def budget_of(url: str, pace: Pace = POLITE) -> Budget:
    """The budget of an address's host. Where connectors of two paces ask it, the slower one counts."""
    return _HOSTS.budget(url, pace)


def share(among: int) -> None:
    """Say how many processes like this one ask the same hosts: each takes its part."""
    _HOSTS.share(among)


def forget() -> None:
    """Begin anew, as another process does: what hosts have said of their limits counts no more."""
    _HOSTS.forget()
