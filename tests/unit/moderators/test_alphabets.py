from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderators.alphabets import transliterated


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ask Сергей now", "ask sergey now"),
        ("민준 left", "minjun left"),
        ("Նարեկ", "narek"),
        ("Ζωή!", "zoi!"),
        ("Katя and Вера", "kat\u044f and vera"),
    ],
)
def test_words_of_other_alphabets_are_read_in_latin_letters(text: str, read: str) -> None:
    found = transliterated(text)
    assert found is not None
    assert found.text == read.replace("\u044f", "r")  # a foreign letter in a Latin word is a look-alike


def test_the_places_are_those_of_the_original() -> None:
    text = "é, Сергей!"
    found = transliterated(text)
    assert found is not None
    at = found.text.index("sergey")
    assert text[slice(*found.span(at, at + 6))] == "Сергей"


@pytest.mark.parametrize("text", ["plain", "café", "😂", ""])
def test_a_latin_text_has_no_such_reading(text: str) -> None:
    assert transliterated(text) is None


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_keeps_its_offsets(text: str) -> None:
    found = transliterated(text)
    if found is not None:
        offsets = list(found.origin)
        assert len(offsets) == len(found.text)
        assert offsets == sorted(offsets)
        assert all(0 <= offset < len(text) for offset in offsets)
