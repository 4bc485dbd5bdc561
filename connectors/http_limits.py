"""What a platform says of its limits in the headers of an answer: what is left, until when, and for how long it is to be left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

MAX_WAIT_S = 86_400.0
"""No platform may ask for more than a day of silence: a page is read daily at least."""

UNSAID_S = 5.0
"""How long a host is left alone that has too many questions and does not say more."""

NAMES = ("x-ratelimit-{}", "ratelimit-{}", "x-rate-limit-{}")
OF_A_ROUTE = "x-ratelimit-bucket"
"""Where this is told (Discord), the other headers speak of one route, and its connector heeds them."""

IN_ONE = re.compile(r"\b(r|remaining|t|reset)\s*=\s*\"?([0-9]{1,10})")
"""The parts of `RateLimit: "default";r=50;t=30`, and of its older form `limit=100, remaining=50, reset=5`."""

SAME_S = 5.0
"""Two answers that tell ends which lie no further apart speak of the same window."""

EPOCH = 1_000_000_000
"""A reset beyond this is no number of seconds but a moment."""


@dataclass(frozen=True, slots=True)
class Left:
    """So many questions until a moment of `time.monotonic`."""

    count: float
    until: float

    def less(self, taken: int) -> Left:
        """What remains when some were taken."""
        return replace(self, count=self.count - taken)

    def beside(self, known: Left | None, now: float) -> Left:
        """The stricter one, where both speak of the same window: answers do not come in the order in which they were given."""
        if known is None or known.until <= now or abs(known.until - self.until) > SAME_S:
            return self
        return replace(self, count=min(self.count, known.count))


def left_of(headers: Mapping[str, str], now: float, today: datetime) -> Left | None:
    """What is left by `X-RateLimit-*` or `RateLimit*`; None where nothing of it is said, or not until when."""
    if OF_A_ROUTE in headers:
        return None
    told = [(headers.get(name.format("remaining")), headers.get(name.format("reset"))) for name in NAMES]
    for entry in re.split(r',(?=\s*")', headers.get("ratelimit", "")):
        parts = dict(IN_ONE.findall(entry))
        told.append((parts.get("r", parts.get("remaining")), parts.get("t", parts.get("reset"))))
    found = [_left(remaining, reset, now, today) for remaining, reset in told]
    return min((each for each in found if each is not None), key=lambda each: each.count, default=None)


def _left(remaining: str | None, reset: str | None, now: float, today: datetime) -> Left | None:
    if remaining is None or reset is None or not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", remaining.strip()):
        return None
    wait = until_reset(reset, today)
    return Left(float(remaining), now + wait) if wait is not None else None


def shut_for(status: int, headers: Mapping[str, str], today: datetime) -> float:
    """Seconds for which a host wants not to be asked, by its status and `Retry-After`; 0 where it does not say so."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:  # there it is said of the new place
        return 0.0
    if OF_A_ROUTE in headers and "x-ratelimit-global" not in headers:
        return 0.0
    wait = retry_after(headers.get("retry-after", ""), today)
    if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = until_reset(headers.get("x-ratelimit-reset", ""), today)
    # a moment that has passed (a clock is wrong) says no more than none does
    return wait or (UNSAID_S if status == HTTPStatus.TOO_MANY_REQUESTS else 0.0)


def is_refused(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer says that what was asked for was not done: MediaWiki says so with 200 and `Retry-After`."""
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR or "retry-after" in headers


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3: seconds or a date); None when it says nothing."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,10}", value):
        return min(float(value), MAX_WAIT_S)
    try:
        wait = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
    return min(max(wait, 0.0), MAX_WAIT_S)


def until_reset(value: str, now: datetime) -> float | None:
    """Seconds to wait by a reset: a moment as Mastodon writes it, seconds since 1970, or seconds from now; None when it says nothing."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", value):
        wait = float(value) - (now.timestamp() if float(value) > EPOCH else 0.0)
    else:
        try:
            wait = (datetime.fromisoformat(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):  # TypeError: a time without a zone
            return None
    return min(max(wait, 0.0), MAX_WAIT_S)
