from __future__ import annotations

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from moderators.models.training import data
from moderators.models.training.checks import near_duplicates, refuse_development_texts
from moderators.models.training.compile import CRITICAL
from moderators.models.training.data import (
    LABELS,
    SAMPLE,
    Row,
    classroom_labels,
    classroom_rows,
    hold_back,
    public_labels,
    public_rows,
)

NOTHING: dict[str, float | None] = dict.fromkeys(data.DETOXIFY_LABELS)


def named(labels: tuple[float, ...]) -> dict[str, float | None]:
    return {n: None if math.isnan(v) else v for n, v in zip(LABELS, labels, strict=True)}


def test_what_a_source_does_not_say_stays_unknown() -> None:
    assert set(named(public_labels(NOTHING, "gab")).values()) == {None}


@pytest.mark.parametrize(
    ("given", "source", "label", "expected"),
    [
        ({"identity_attack": 1}, "gab", "hate", 1.0),
        ({"identity_attack": 0}, "gab", "hate", 0.0),
        ({"obscene": 1}, "jigsaw_sample", "inappropriate_language", 1.0),
        ({"toxicity": 0}, "goemotions_weak", "self_harm", 0.0),
        ({"identity_attack": 0.3}, "gab", "hate", None),
        ({"obscene": 0}, "jigsaw_sample", "inappropriate_language", None),
        ({"insult": 1}, "gab", "disparagement", None),
        ({"insult": 1}, "gab", "harassment", None),
        ({"toxicity": 0}, "gab", "self_harm", None),
        ({"toxicity": 1}, "davidson", "hate", None),
        ({"sexual_explicit": 1}, "convabuse", "sexualized_minor", None),
    ],
)
def test_only_what_follows_is_said_of_a_classroom_label(
    given: dict[str, float | None], source: str, label: str, expected: float | None
) -> None:
    assert named(public_labels({**NOTHING, **given}, source))[label] == expected


@pytest.mark.parametrize(
    ("given", "label", "expected"),
    [
        (["threat"], "toxicity", 1.0),
        (["disparagement"], "insult", 1.0),
        (["hate"], "identity_attack", 1.0),
        (["inappropriate_language"], "obscene", 1.0),
        ([], "toxicity", 0.0),
        ([], "threat", 0.0),
        (["self_harm"], "toxicity", 0.0),
        (["inappropriate_language"], "toxicity", None),
        (["threat"], "severe_toxicity", None),
        (["harassment"], "insult", None),
        (["sexual_content"], "sexual_explicit", None),
        (["threat"], "self_harm", 0.0),
    ],
)
def test_detoxify_labels_of_a_classroom_text_follow_where_they_are_safe(
    given: list[str], label: str, expected: float | None
) -> None:
    assert named(classroom_labels(given))[label] == expected


def test_the_classroom_texts_are_all_readable_and_cover_every_rule() -> None:
    rows = classroom_rows()
    assert len(rows) > 16_000
    counts = {label: sum(row.labels[LABELS.index(label)] == 1 for row in rows) for label in LABELS}
    assert min(counts[label] for label in CRITICAL) >= 400
    assert min(counts[label] for label in (*data.CLASSROOM_LABELS, *data.TOLD_LABELS.values())) >= 80
    clean = sum(1 not in row.labels for row in rows)
    assert clean > len(rows) / 2


def test_no_two_classroom_texts_that_teach_the_same_say_nearly_the_same() -> None:
    assert [(a.source, a.text, b.source, b.text) for a, b in near_duplicates(classroom_rows())] == []


def test_near_duplicates_are_found_but_for_a_violation_and_its_twin() -> None:
    said = "we will all wait for you behind the gym at three"
    threat, clean = classroom_labels(["threat"]), classroom_labels([])
    rows = [Row(said, threat, "a", group="1"), Row(said + " today", threat, "b", group="2"), Row(said, clean, "c")]
    assert near_duplicates(rows) == [(rows[0], rows[1])]
    assert near_duplicates([rows[0], replace(rows[1], group="1")]) == []
    assert near_duplicates([rows[0], Row("we will all wait for the bus at noon", threat, "b")]) == []


def test_records_told_in_words_are_unknown_where_nobody_asked_for_them(tmp_path: Path) -> None:
    for name in ("spanish", "records_four"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": f"{name} hello", "labels": []}))
    told = {row.source: row.labels[LABELS.index("record_told")] for row in classroom_rows(tmp_path)}
    assert math.isnan(told["spanish"])
    assert told["records_four"] == 0
    (tmp_path / "records_four.jsonl").write_text(json.dumps({"text": "Ivy is away again", "labels": ["school_record"]}))
    rows = {row.source: row for row in classroom_rows(tmp_path)}
    assert rows["records_four"].labels[LABELS.index("record_told")] == 1


def test_a_text_of_the_development_set_stops_the_training(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "safety.jsonl").write_text('{"text": "See you  BEHIND the gym!"}\n{"text": "hello"}\n')
    (tmp_path / "ours.jsonl").write_text(
        '{"text": "see you behind the gym", "labels": []}\n{"text": "bye", "labels": []}\n'
    )
    with pytest.raises(ValueError, match=r"ours\.jsonl:1: "):
        refuse_development_texts(tmp_path / "dev", tmp_path)
    (tmp_path / "ours.jsonl").write_text('{"text": "bye", "labels": []}\n')
    refuse_development_texts(tmp_path / "dev", tmp_path)


def test_a_strange_label_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text('{"text": "a", "labels": []}\n{"text": "b", "labels": ["thret"]}\n')
    with pytest.raises(ValueError, match=r"odd\.jsonl:2: .*thret"):
        classroom_rows(tmp_path)


def test_the_same_seed_draws_the_same_rows_and_the_rare_ones_first(tmp_path: Path) -> None:
    for source in SAMPLE:
        with gzip.open(tmp_path / f"{source}.jsonl.gz", "wt") as file:
            for number in range(3000):
                threat = 1 if number == 2999 else 0
                file.write(json.dumps({"text": f"{source} {number}", "labels": {**NOTHING, "threat": threat}}) + "\n")
    first, again, other = (public_rows(tmp_path, seed) for seed in (1, 1, 2))
    assert [row.text for row in first] == [row.text for row in again]
    assert [row.text for row in first] != [row.text for row in other]
    assert sum(row.labels[LABELS.index("threat")] == 1 for row in first) == len(SAMPLE)
    assert len(first) == sum(count for count, _ in SAMPLE.values())


def test_rows_kept_back_are_the_same_whatever_stands_around_them() -> None:
    rows = classroom_rows()
    learn, kept = hold_back(rows, 0.15)
    assert 0.1 < len(kept) / len(rows) < 0.2
    assert not {r.text for r in learn} & {r.text for r in kept}
    assert {r.text for r in hold_back(rows[::2], 0.15)[1]} <= {r.text for r in kept}
