from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.reporting import FlagFacts, days_between, figures, unread_days
from bot.domain.review import Verdict

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
WEEK = NOW - timedelta(days=7)
HOUR = timedelta(hours=1)


def flag(hours_ago: float, *decisions: tuple[Verdict, float], rules: tuple[str, ...] = ("hate",)) -> FlagFacts:
    """A flag, and after how many hours what was decided on it."""
    opened = NOW - hours_ago * HOUR
    return FlagFacts(opened, rules, tuple((verdict, opened + after * HOUR) for verdict, after in decisions))


def test_flags_count_by_every_rule_they_break_and_as_what_they_were_decided_last() -> None:
    found = figures(
        [
            flag(5, (Verdict.HIDE, 1), rules=("hate", "threat")),
            flag(5, (Verdict.HIDE, 2), (Verdict.UNDO, 3), (Verdict.CLEAR, 4)),
            flag(5, (Verdict.HIDE, 3), (Verdict.UNDO, 4)),
            flag(5, (Verdict.HIDE, 1), (Verdict.APPEAL, 2), (Verdict.UPHOLD, 3)),
            flag(5),
        ],
        {"p": 0, "q": 2, "a": 2, "r": 5},
        WEEK,
    )
    assert (found.flags, found.by_rule) == (5, {"hate": 5, "threat": 1})
    assert found.decided == {Verdict.HIDE: 1, Verdict.CLEAR: 1, Verdict.UPHOLD: 1}
    assert found.median == 1.5 * HOUR
    assert found.unread == (("r", 5), ("a", 2), ("q", 2))


def test_what_was_raised_before_and_decided_now_counts_as_decided_alone() -> None:
    found = figures([flag(200, (Verdict.CLEAR, 190)), flag(300, (Verdict.HIDE, 10))], {}, WEEK)
    assert (found.flags, found.by_rule, found.decided) == (0, {}, {Verdict.CLEAR: 1})
    assert found.median == 190 * HOUR


def test_nothing_is_nothing() -> None:
    found = figures([], {}, WEEK)
    assert (found.flags, found.decided, found.median, found.unread) == (0, {}, None, ())


def test_days_on_which_a_page_was_not_read() -> None:
    days = days_between(date(2026, 10, 31), date(2026, 11, 3))
    assert len(days) == 4
    assert unread_days(days, [date(2026, 11, 1), date(2026, 11, 1), date(2026, 12, 1)]) == 3
    assert days_between(date(2026, 11, 3), date(2026, 11, 2)) == set()
