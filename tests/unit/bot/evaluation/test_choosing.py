from __future__ import annotations

import random
from dataclasses import replace

from bot.domain.policy import Policy
from bot.evaluation.choosing import Chosen, choose
from bot.evaluation.figures import Judged
from bot.evaluation.judging import Prediction
from tests.unit.bot.evaluation.sets import comment

POLICY = Policy.model_validate(
    {
        "source": "test",
        "rules": [
            {"id": id, "title": id, "clause": "II", "counts": id, "severity": severity, "answer_within": "1h", "recommend": "look",
             "signals": {id: 0.5} | more}
            for id, severity, more in (("threat", "critical", {"phrase_threat": 0.5}), ("hate", "low", {}), ("media", "low", {}))
        ],
    }
)  # fmt: skip
LABELS = frozenset({"threat", "hate"})


def judged(number: int, label: str | None, **signals: float) -> Judged:
    labels = frozenset([label] if label else [])
    found = tuple(id for id, score in signals.items() if score >= 0.5 and id in {"threat", "hate", "media"})
    prediction = Prediction(str(number), found, (), {}, signals)
    return Judged(comment(str(number), "words", label or "threat"), labels, prediction)


def some(count: int = 300) -> list[Judged]:
    """Threats score .4 to 1 and harmless comments 0 to .3; of ten harmless ones one scores .5 for hate, as hate does too."""
    rng = random.Random(1)
    rows = [judged(n, "threat", threat=rng.uniform(0.4, 1)) for n in range(count // 5)]
    rows += [judged(1000 + n, None, threat=rng.uniform(0, 0.3), hate=0.5 * (n % 10 == 0)) for n in range(count)]
    return rows + [judged(2000 + n, "hate", hate=0.5) for n in range(4)]


def by_rule(found: list[Chosen]) -> dict[str, Chosen]:
    return {chosen.rule: chosen for chosen in found}


def test_a_threshold_falls_between_what_can_be_told_apart() -> None:
    threat = by_rule(choose(some(), POLICY, LABELS))["threat"]
    assert 0.3 <= threat.threshold <= 0.42
    assert threat.recall.value == 1
    assert threat.precision.value == 1
    assert threat.sure == threat.threshold


def test_what_troubles_people_more_than_it_finds_is_left() -> None:
    found = by_rule(choose(some(), POLICY, LABELS))
    assert found["hate"].threshold > 0.5
    assert found["hate"].recall.value == 0
    assert set(found) == LABELS


def test_a_critical_rule_is_sure_only_from_where_most_are_right() -> None:
    rows = some()
    rows += [judged(3000 + n, None, threat=0.6) for n in range(12)]
    threat = by_rule(choose(rows, POLICY, LABELS, most=0.1))["threat"]
    assert threat.threshold < 0.5
    assert threat.sure >= threat.threshold
    above = [j for j in rows if j.prediction.signals.get("threat", 0) >= threat.sure]
    assert sum("threat" in j.labels for j in above) >= 0.75 * len(above)


def test_what_another_signal_finds_costs_the_model_nothing() -> None:
    rows = [judged(n, "threat", threat=0.2, phrase_threat=0.9) for n in range(20)]
    rows += [judged(100 + n, None, threat=0.2) for n in range(50)]
    threat = by_rule(choose(rows, POLICY, LABELS))["threat"]
    assert threat.threshold > 0.2
    assert threat.recall.value == 1


def changed(id: str, **changes: object) -> Policy:
    """The policy with another rule of that id."""
    rules = tuple(rule.model_copy(update=changes) if rule.id == id else rule for rule in POLICY.rules)
    return POLICY.model_copy(update={"rules": rules})


def test_what_counts_only_beside_another_finding_chooses_nothing_where_it_stands_alone() -> None:
    beside = changed("threat", only_beside={"threat": {"named": 0.5}})
    rows = [judged(n, "threat", threat=0.6, named=0.9) for n in range(30)]
    rows += [judged(100 + n, None, threat=0.6) for n in range(100)]
    threat = by_rule(choose(rows, beside, LABELS))["threat"]
    assert (threat.recall.value, threat.precision.value) == (1, 1)
    assert threat.threshold <= 0.6
    assert by_rule(choose(rows, POLICY, LABELS))["threat"].threshold > 0.6


def test_a_signal_of_others_that_stands_alone_finds_nothing_for_the_model() -> None:
    beside = changed("threat", only_beside={"phrase_threat": {"named": 0.5}})
    rows = [judged(n, "threat", threat=0.8, phrase_threat=0.9) for n in range(30)]
    rows += [judged(100 + n, None, threat=0.1) for n in range(60)]
    assert by_rule(choose(rows, beside, LABELS))["threat"].threshold <= 0.8
    assert by_rule(choose(rows, POLICY, LABELS))["threat"].threshold > 0.8


def test_a_look_at_a_signal_of_others_finds_as_much_as_its_threshold() -> None:
    rows = [judged(n, "threat", threat=0.2, phrase_threat=0.4) for n in range(30)]
    rows += [judged(100 + n, None, threat=0.1) for n in range(60)]
    threat = by_rule(choose(rows, changed("threat", look={"phrase_threat": 0.3}), LABELS))["threat"]
    assert (threat.threshold > 0.2, threat.recall.value) == (True, 1)


def test_a_comment_that_could_not_be_checked_has_no_score_that_chooses() -> None:
    failed = [judged(5000 + n, "threat") for n in range(40)]
    failed = [replace(j, prediction=replace(j.prediction, failed=True)) for j in failed]
    assert choose(some() + failed, POLICY, LABELS) == choose(some(), POLICY, LABELS)
    assert choose(failed, POLICY, LABELS) == []


def test_without_a_model_there_is_nothing_to_choose() -> None:
    assert choose(some(), POLICY, frozenset()) == []
