"""What changes nothing may be asked again: the one place where a question is repeated (tenacity). A write never is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, retry_if_result, stop_after_attempt

from connectors.base import Unavailable
from connectors.deadline import current
from connectors.http_answers import Hiccup

T = TypeVar("T")


def asked_again(
    ask: Callable[[], T],
    pauses: Sequence[float],
    *,
    unless: Callable[[T], bool] = lambda _: True,
    longest: float = 0.0,
) -> T:
    """Ask, and ask again after a hiccup, or where the platform says how long to wait and that is worth waiting for.

    `pauses` are the seconds between the tries. `unless`: whether an answer is good enough; after the last try any one is given.
    `longest`: seconds that may be waited for the platform's sake, where the deadline does not allow more.
    """
    return Retrying(
        stop=stop_after_attempt(len(pauses) + 1),
        wait=lambda state: _wait_of(state) or [*pauses, 0.0][state.attempt_number - 1],
        retry=retry_if_exception(partial(_may_pass, longest=longest))
        | retry_if_result(lambda answer: not unless(answer)),
        retry_error_callback=_last,
        sleep=lambda seconds: current().rest(seconds),
    )(ask)


def _may_pass(error: BaseException, longest: float) -> bool:
    if not isinstance(error, Unavailable):
        return False
    if not error.retry_after:  # none, or a moment that has passed
        return isinstance(error, Hiccup)
    return error.retry_after <= max(current().turn, longest)


def _wait_of(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after if isinstance(error, Unavailable) else None) or 0.0


def _last(state: RetryCallState) -> Any:
    """What the last try brought: its answer, or its error as it was."""
    assert state.outcome is not None  # noqa: S101  # tenacity gives up behind a try
    return state.outcome.result()
