from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.domain.policy import Policy
from bot.domain.strikes import NEVER, StrikeStep, counts, strike_of

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
STEPS = (
    StrikeStep(after=2, within=timedelta(days=30), recommend="speak"),
    StrikeStep(after=4, within=timedelta(days=90), recommend="open a case"),
)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([0], None),
        ([0, 30], ("speak", 2)),
        ([0, 31], None),
        ([0, 1, 2], ("speak", 3)),
        ([0, 40, 50, 60], ("open a case", 4)),
        ([0, 40, 50, 91], None),
        ([0, -1], None),  # a clock ahead proves nothing
        ([], None),
    ],
)
def test_the_sternest_step_that_is_reached_is_recommended(
    days_ago: list[int], expected: tuple[str, int] | None
) -> None:
    found = strike_of(STEPS, [NOW - timedelta(days=days) for days in days_ago], NOW, decided=False)
    assert (found and (found.recommend, found.number)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["harassment"], True),
        (["student_name"], False),
        (["harassment", "student_name"], True),
        (["harassment", NEVER], False),
        (["harassment", "child_abuse"], False),
        ([NEVER], False),
        ([], False),
    ],
)
def test_a_cry_for_help_never_counts_whatever_stands_beside_it(rules: list[str], expected: bool) -> None:
    assert counts(rules, {"harassment", NEVER}, {"child_abuse"}) is expected


def test_no_policy_makes_a_cry_for_help_a_strike() -> None:
    rule = {
        "id": NEVER, "title": "t", "clause": "c", "counts": "c", "severity": "critical", "answer_within": "1h", "recommend": "r",
    }  # fmt: skip
    assert Policy.model_validate({"source": "s", "rules": [rule]})
    with pytest.raises(ValidationError, match="never a strike"):
        Policy.model_validate({"source": "s", "rules": [rule | {"strike": True}]})
