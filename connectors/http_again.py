"""What changes nothing may be asked again: the one place where a question is repeated (tenacity). A write never is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, retry_if_result, stop_after_attempt

from connectors.base import Unavailable
from connectors.deadline import current
from connectors.http_answers import Hiccup

T = TypeVar("T")


def asked_again(ask: Callable[[], T], pauses: Sequence[float], unless: Callable[[T], bool] = lambda _: True) -> T:
    """Ask, and ask again after a hiccup, or where the platform says how long to wait and that is worth waiting for.

    `pauses` are the seconds between the tries. `unless`: whether an answer is good enough; after the last try any one is given.
    """
    return Retrying(
        stop=stop_after_attempt(len(pauses) + 1),
        wait=lambda state: _pause(state, pauses),
        retry=retry_if_exception(_may_pass) | retry_if_result(lambda answer: not unless(answer)),
        retry_error_callback=_last,
        sleep=lambda seconds: current().rest(seconds),
    )(ask)


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, Unavailable):
        return False
    if error.retry_after is None:
        return isinstance(error, Hiccup)
    return 0 < error.retry_after <= current().turn  # the wait itself: the host's budget stays shut for so long


def _pause(state: RetryCallState, pauses: Sequence[float]) -> float:
    error = state.outcome.exception() if state.outcome else None
    waits = isinstance(error, Unavailable) and error.retry_after is not None
    return 0.0 if waits else [*pauses, 0.0][state.attempt_number - 1]


def _last(state: RetryCallState) -> Any:
    """What the last try brought: its answer, or its error as it was."""
    assert state.outcome is not None  # noqa: S101  # tenacity gives up behind a try
    return state.outcome.result()
