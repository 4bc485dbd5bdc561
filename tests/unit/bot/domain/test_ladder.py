from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.class_pages import Severity
from bot.domain.ladder import Call, Reason, Rung, Waiting, call_of

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
CRITICAL = Waiting(Severity.CRITICAL, NOW, NOW + timedelta(hours=1), acknowledged=False)
HIGH = Waiting(Severity.HIGH, NOW, NOW + timedelta(hours=24), acknowledged=False)
FIRST, LAST = Rung.ADMINISTRATORS, Rung.SUPERVISOR


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
    assert call_of(CRITICAL, NOW + timedelta(minutes=minutes)) == expected


def test_whoever_has_it_is_left_alone_until_the_deadline() -> None:
    taken = Waiting(Severity.CRITICAL, NOW, NOW + timedelta(hours=1), acknowledged=True)
    assert call_of(taken, NOW + timedelta(minutes=30)) is None
    assert call_of(taken, NOW + timedelta(minutes=61)) == Call(Reason.OVERDUE, 0, FIRST)


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
    assert call_of(HIGH, NOW + timedelta(hours=hours)) == expected
