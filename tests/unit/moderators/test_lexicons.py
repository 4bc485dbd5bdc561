from __future__ import annotations

from pathlib import Path

import pytest

from moderators.lexicons import BadLexicon, read_entries

SIGNALS = frozenset({"school_record"})
ENTRY = """
school_record:
  - group: grade
    why: Tells a grade of <nobody>
    patterns: ['\\b<got> an? <letter>\\b', '(?P<named>x)']
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "list.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_word_of_the_file_stands_for_its_alternatives(tmp_path: Path) -> None:
    words = "words: {got: got|has, letter: '[a-f]', nobody: somebody}"
    (entry,), _ = read_entries(written(tmp_path, words + ENTRY), SIGNALS)
    assert entry.patterns == (r"\b(?:got|has) an? (?:[a-f])\b", "(?P<named>x)")


def test_words_may_be_known_from_outside_and_be_made_of_others(tmp_path: Path) -> None:
    words = "words: {letter: '<got>|f', nobody: x}"
    (entry,), _ = read_entries(written(tmp_path, words + ENTRY), SIGNALS, {"got": "has"})
    assert entry.patterns[0] == r"\bhas an? (?:has|f)\b"


def test_an_unknown_word_is_refused_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    words = "words: {gott: got, letter: f, nobody: x}"
    with pytest.raises(BadLexicon, match=r"line 5, <got>: unknown word; did you mean gott\?"):
        read_entries(written(tmp_path, words + ENTRY), SIGNALS)


def test_a_file_without_words_is_read_as_it_stands(tmp_path: Path) -> None:
    (entry,), _ = read_entries(written(tmp_path, ENTRY), SIGNALS)
    assert entry.patterns[0] == r"\b<got> an? <letter>\b"
