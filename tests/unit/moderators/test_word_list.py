from __future__ import annotations

import pytest

from moderators.word_list import word_list

WORDS = word_list(frozenset({"zapateado"}))


@pytest.mark.parametrize("word", ["homework", "escuela", "lowkey", "zapateado"])
def test_words_of_both_languages_and_of_chat_are_known(word: str) -> None:
    assert word in WORDS.usual


@pytest.mark.parametrize("word", ["kateryna", "oluwaseun", "qwrtz"])
def test_a_name_is_no_word(word: str) -> None:
    assert word not in WORDS.usual


@pytest.mark.parametrize(
    ("token", "is_typo"), [("becuase", True), ("frend", True), ("peopel", True), ("kateryna", False)]
)
def test_a_frequent_word_is_known_with_a_slip(token: str, *, is_typo: bool) -> None:
    assert WORDS.is_typo(token) == is_typo


def test_a_name_that_is_a_frequent_word_is_no_typo_of_itself() -> None:
    assert WORDS.is_typo("miricle")
    assert not WORDS.is_typo("miricle", but="miracle")


@pytest.mark.parametrize(
    ("token", "is_form"), [("llevaron", True), ("worksheets", True), ("llevandolos", True), ("kateryna", False)]
)
def test_a_word_is_known_in_its_forms(token: str, *, is_form: bool) -> None:
    assert WORDS.is_form(token) == is_form


def test_a_given_name_that_is_seldom_a_word_may_still_be_a_students() -> None:
    assert "victor" in WORDS.usual
    assert "victor" not in WORDS.usual_but(frozenset({"victor"}))
    assert "hope" in WORDS.usual_but(frozenset({"hope"}))
