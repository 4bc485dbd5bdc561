from __future__ import annotations

from pathlib import Path

import pytest

from moderators.name_finder import finder_of
from moderators.record_words import RecordWords, Told, apart
from moderators.subjects import Scene
from tests.unit.moderators.reading import LEXICONS, PAGE, SETTINGS, Said

NAMES = finder_of(SETTINGS)
LISTS = [
    (("school_records.yaml", "school_records_es.yaml"), "school_record", "record_words"),
    (("school_records.yaml", "school_records_es.yaml"), "record_words", "school_record"),
    (("personnel_records.yaml",), "personnel_record", ""),
    (("student_private.yaml",), "student_private", ""),
]
SMALL = """
school_record:
  - group: grade
    why: Tells a grade
    score: 0.7
    phrases: [failed math]
    patterns: ['<student> got an f\\b', '\\bgot an f\\b']
    unless: ['\\bguitar\\b']
    unless_before: ['\\bwhat if ']
"""


def scene(text: str) -> Scene:
    return Scene(Said(text), PAGE, NAMES)


def words(folder: Path) -> RecordWords:
    file = folder / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return RecordWords([file], "school_record")


def told(found: RecordWords, text: str) -> list[tuple[str, bool]]:
    one = scene(text)
    return [(one.text[each.start : each.end], each.at_person) for each in found.find(one)]


def test_a_wording_may_name_the_person_and_tells_it_without(tmp_path: Path) -> None:
    assert told(words(tmp_path), "Toby got an f on it") == [("got an f on it"[:8], True), ("got an f", False)]
    assert told(words(tmp_path), "he got an f") == [("he got an f", True)]
    assert told(words(tmp_path), "somebody failed math") == [("failed math", False)]


@pytest.mark.parametrize("text", ["got an f on the guitar", "what if got an f", "got an effect"])
def test_what_stands_around_excuses_a_wording(tmp_path: Path, text: str) -> None:
    assert told(words(tmp_path), text) == []


def test_of_two_that_overlap_the_first_and_longest_is_kept(tmp_path: Path) -> None:
    one = scene("Toby got an f and Xavi got an f")
    found: list[tuple[Told, float, str | None]] = [(each, 0.7, None) for each in words(tmp_path).find(one)]
    assert len(found) > 2
    assert [one.text[each.start : each.end] for each, _, _ in apart(found)] == ["got an f", "got an f"]


@pytest.mark.parametrize(("files", "signal", "other"), LISTS)
def test_the_shipped_lists_never_run_out_of_memory(
    files: tuple[str, ...], signal: str, other: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What re2 cannot keep it searches slowly, or not at all, and says so on stderr."""
    shipped = RecordWords([LEXICONS / name for name in files], signal, *filter(None, [other]))
    for text in (
        "Toby has an IEP, she is failing and was gone for 9 days. Ms. Duarte " * 300,
        "á é í ñ 7 % 12/50 " * 500,
    ):
        list(shipped.find(scene(text)))
    assert capfd.readouterr().err == ""
