from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.measuring import Share
from bot.evaluation.figures import ANY_GROUP, NO_GROUP, Figures, Judged, measure, part_of
from bot.evaluation.judging import Prediction
from bot.evaluation.labelled import Labelled, Span
from bot.evaluation.words import load_groups
from tests.houses import MarkedWords
from tests.unit.bot.evaluation.sets import comment, paired

GROUPS = load_groups(Path(__file__).parents[4] / "config")


def figures(*comments: Labelled) -> Figures:
    return measure(paired(*comments), GROUPS, [MarkedWords()])


def test_recall_and_precision_of_each_rule() -> None:
    found = figures(
        comment("1", "!threat", "threat"),
        comment("2", "!threat", "hate"),
        comment("3", "quiet", "threat"),
        comment("4", "!threat", clean=True),
        comment("5", "not labelled !threat"),
    ).whole
    assert found.comments == 4
    assert (found.rules["threat"].n, found.rules["threat"].recall) == (2, Share(1, 2))
    assert found.rules["threat"].precision == Share(1, 3)
    assert (found.rules["hate"].recall, found.rules["hate"].precision) == (Share(0, 1), Share(0, 0))
    assert (found.recall, found.precision) == (Share(1, 3), Share(1, 3))
    assert found.caught == Share(2, 3)
    assert found.clean == Share(1, 1)


def test_what_could_not_be_checked_troubles_a_person_and_is_counted() -> None:
    found = figures(comment("1", "!unreadable", clean=True), comment("2", "fine", clean=True)).whole
    assert (found.failed, found.clean) == (1, Share(1, 2))


def test_slices_and_languages_stand_apart() -> None:
    found = figures(
        comment("1", "!threat", "threat", slice="one", lang="es"),
        comment("2", "what is that for", clean=True, slice="two"),
        comment("3", "!hate", clean=True),
    )
    assert {name: t.comments for name, t in found.slices.items()} == {"one": 1, "two": 1}
    assert {name: t.comments for name, t in found.languages.items()} == {"es": 1, "en": 2}
    assert found.languages["en"].clean == Share(1, 2)


def test_clean_comments_that_name_a_group_show_bias() -> None:
    found = figures(
        comment("1", "I am a Muslim student !hate", clean=True),
        comment("2", "our mosque is near", clean=True),
        comment("3", "nothing", clean=True),
        comment("4", "Muslims !hate", "hate"),
    ).groups
    assert found == {"muslim": Share(1, 2), ANY_GROUP: Share(1, 2), NO_GROUP: Share(0, 1)}


def judged(told: list[Span] | None, seen: list[Span]) -> Judged:
    spans = None if told is None else tuple(told)
    labelled = Labelled("1", "p", "a", "x" * 50, labels=frozenset(), spans=spans)
    return Judged(labelled, frozenset(), Prediction("1", (), tuple(seen), {}, {}))


def test_a_place_is_exact_only_with_its_student_and_overlaps_without() -> None:
    name = "student_name"
    rows = [
        judged([Span(0, 5, name, "7"), Span(10, 15, name, "8")], [Span(0, 5, name, "7"), Span(10, 15, name, "9")]),
        judged([Span(0, 5, name, None)], [Span(4, 9, name, None), Span(20, 25, name, None)]),
        judged([Span(0, 5, name, "7")], [Span(5, 9, name, "7"), Span(0, 5, "school_record", "7")]),
        judged(None, [Span(0, 5, name, "7")]),
    ]
    found = measure(rows, GROUPS, []).spans
    assert (found[name].exact_recall, found[name].exact_precision) == (Share(1, 4), Share(1, 5))
    assert (found[name].overlap_recall, found[name].overlap_precision) == (Share(3, 4), Share(3, 5))
    assert found["school_record"].exact_precision == Share(0, 1)
    assert found["school_record"].exact_recall == Share(0, 0)


def test_the_model_is_calibrated_and_no_other_detector() -> None:
    rows = paired(comment("1", "!threat", "threat"), comment("2", "!threat", clean=True), comment("3", "x", clean=True))
    assert measure(rows, GROUPS, [MarkedWords()]).calibration == {}
    found = measure(rows, GROUPS, [MarkedWords(reads="masked")]).calibration
    assert "phrase_threat" not in found
    assert found["threat"].count == 3
    assert found["threat"].error == pytest.approx((2 * abs(0.9 - 0.5) + 0) / 3)


@pytest.mark.parametrize(
    ("id", "part"), [("dsi-0003", "check"), ("dsi-0004", "tune"), ("0000", "check"), ("x", "tune"), ("a-12³6", "tune")]
)
def test_the_parts_are_those_of_the_classroom_sets(id: str, part: str) -> None:
    assert part_of(id) == part
