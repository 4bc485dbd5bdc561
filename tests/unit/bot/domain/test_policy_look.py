from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.domain.class_pages import ClassPage, Severity
from bot.domain.policy import Policy, broken_rules
from moderators.base import Signal


def page() -> ClassPage:
    plain = {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}
    return ClassPage.model_validate(plain)


def looking(**more: object) -> dict[str, object]:
    rule = {
        "id": "threat", "title": "Threat", "clause": "II.7", "counts": "A threat.", "severity": "critical",
        "answer_within": "1h", "recommend": "hide", "signals": {"threat": 0.6, "phrase_threat": 0.5},
        "look": {"threat": 0.2},
        "levels": [{"when": ["not_sure"], "severity": "medium", "answer_within": "24h", "recommend": "Please look."}],
    }  # fmt: skip
    return {"source": "test", "rules": [rule | more]}


def test_below_the_sure_threshold_a_person_is_asked_to_look_and_above_it_at_once() -> None:
    policy = Policy.model_validate(looking())
    told = {
        score: [
            (b.severity, b.recommend) for b in broken_rules(policy, page(), [Signal("threat", score, 0, 0, "x")], ())
        ]
        for score in (0.1, 0.2, 0.59, 0.6)
    }
    look = [(Severity.MEDIUM, "Please look.")]
    assert told == {0.1: [], 0.2: look, 0.59: look, 0.6: [(Severity.CRITICAL, "hide")]}


def test_a_sure_signal_beside_an_unsure_one_is_sure() -> None:
    signals = [Signal("threat", 0.3, 0, 0, "x"), Signal("phrase_threat", 0.9, 0, 0, "y")]
    assert [b.severity for b in broken_rules(Policy.model_validate(looking()), page(), signals, ())] == [
        Severity.CRITICAL
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"look": {"threat": 0.7}}, "look.threat must lie between 0 and the threshold"),
        ({"look": {"other": 0.1}}, "look.other must lie between 0 and the threshold"),
        ({"levels": []}, "add a level with"),
    ],
)
def test_a_look_that_could_never_be_taken_is_refused(more: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Policy.model_validate(looking(**more))
