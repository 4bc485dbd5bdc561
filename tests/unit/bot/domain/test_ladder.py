from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.class_pages import Severity
from bot.domain.ladder import CHAT_PATIENCE, SECOND_WAY, Call, Reason, Waiting, call_of, mail_from, whom_to_call

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


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (9, Call(Reason.UNANSWERED, 0, FIRST)),
        (10, Call(Reason.UNANSWERED, 1, LAST)),
        (24, Call(Reason.UNANSWERED, 1, LAST)),
        (25, Call(Reason.UNANSWERED, 2, LAST)),
    ],
)
def test_where_the_chat_comes_first_the_next_person_waits_for_the_second_way(minutes: int, expected: Call) -> None:
    assert call_of(replace(CRITICAL, in_chat=True), NOW + timedelta(minutes=minutes), 2) == expected


def test_a_restricted_flag_that_is_not_critical_is_told_once() -> None:
    restricted, once = replace(HIGH, restricted=True), Call(Reason.UNSEEN, 0, FIRST)
    assert call_of(restricted, NOW, 2) == call_of(restricted, NOW + timedelta(hours=20), 2) == once
    assert call_of(replace(restricted, acknowledged=True), NOW, 2) is None


@pytest.mark.parametrize(
    ("reason", "told", "in_chat", "expected"),
    [
        (Reason.UNANSWERED, None, False, NOW),
        (Reason.UNANSWERED, None, True, NOW + CHAT_PATIENCE),
        (Reason.UNANSWERED, NOW + timedelta(seconds=9), True, NOW + timedelta(seconds=9) + SECOND_WAY),
        (Reason.UNSEEN, NOW, True, None),
        (Reason.UNSEEN, None, False, NOW),
    ],
)
def test_e_mail_is_the_second_way(
    reason: Reason, told: datetime | None, in_chat: bool, expected: datetime | None
) -> None:
    assert mail_from(reason, NOW, told, in_chat=in_chat) == expected
