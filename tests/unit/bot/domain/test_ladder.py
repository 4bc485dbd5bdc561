from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.class_pages import Severity
from bot.domain.ladder import Call, Reason, Waiting, call_of, whom_to_call

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
CRITICAL = Waiting(Severity.CRITICAL, NOW, NOW + timedelta(hours=1), acknowledged=False)
HIGH = Waiting(Severity.HIGH, NOW, NOW + timedelta(hours=24), acknowledged=False)
FIRST, LAST = 0, 1


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Call(Reason.UNANSWERED, 0, FIRST)),
        (4, Call(Reason.UNANSWERED, 0, FIRST)),
        (5, Call(Reason.UNANSWERED, 1, LAST)),
        (19, Call(Reason.UNANSWERED, 1, LAST)),
        (20, Call(Reason.UNANSWERED, 2, LAST)),
        (60, Call(Reason.UNANSWERED, 4, LAST)),
        (61, Call(Reason.OVERDUE, 0, FIRST)),
        (121, Call(Reason.OVERDUE, 1, LAST)),
        (-5, Call(Reason.UNANSWERED, 0, FIRST)),
    ],
)
def test_a_critical_flag_rings_until_somebody_has_it(minutes: int, expected: Call) -> None:
    assert call_of(CRITICAL, NOW + timedelta(minutes=minutes), 2) == expected


def test_whoever_has_it_is_left_alone_until_the_deadline() -> None:
    taken = Waiting(Severity.CRITICAL, NOW, NOW + timedelta(hours=1), acknowledged=True)
    assert call_of(taken, NOW + timedelta(minutes=30), 2) is None
    assert call_of(taken, NOW + timedelta(minutes=61), 2) == Call(Reason.OVERDUE, 0, FIRST)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.0, None),
        (24.0, None),
        (24.1, Call(Reason.OVERDUE, 0, FIRST)),
        (28.1, Call(Reason.OVERDUE, 1, LAST)),
        (240.0, Call(Reason.OVERDUE, 54, LAST)),
    ],
)
def test_another_flag_calls_when_it_is_overdue_and_never_stops(hours: float, expected: Call | None) -> None:
    assert call_of(HIGH, NOW + timedelta(hours=hours), 2) == expected


@pytest.mark.parametrize(
    ("minutes", "number", "rung"), [(0, 0, 0), (5, 1, 1), (10, 2, 2), (15, 3, 3), (29, 3, 3), (30, 4, 3), (59, 5, 3)]
)
def test_four_rungs_are_climbed_in_a_quarter_of_an_hour_and_the_last_one_keeps_ringing(
    minutes: int, number: int, rung: int
) -> None:
    assert call_of(CRITICAL, NOW + timedelta(minutes=minutes), 4) == Call(Reason.UNANSWERED, number, rung)


RUNGS = [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("number", "called", "quiet", "expected"),
    [
        (0, {}, "", "ab"),
        (0, {"a": 0}, "", "b"),
        (0, {}, "b", "a"),
        (1, {"a": 0}, "", "bc"),  # b was quiet: the call waited, and is one with the next
        (1, {"a": 0}, "b", "c"),
        (1, {"a": 0, "c": 1}, "", "b"),
        (5, {"a": 0, "b": 1, "c": 4}, "", "c"),
        (5, {"a": 0, "b": 1, "c": 5}, "", ""),
        (5, {}, "", "abc"),
    ],
)
def test_everybody_is_called_once_for_their_rung_and_the_last_one_again(
    number: int, called: dict[str, int], quiet: str, expected: str
) -> None:
    newest = Call(Reason.OVERDUE, number, min(number, 1))
    assert "".join(whom_to_call(newest, RUNGS, called, lambda person: person not in quiet)) == expected
