from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderators.spelling import Slip, Spelling, slips, sound_of

NAMES = Spelling(
    ["oluwaseun", "siobhan", "thiago", "kateryna", "noor", "daniel", "maria", "curtis", "xochitl", "zaynab"]
)


@pytest.mark.parametrize(
    ("word", "name", "slip"),
    [
        ("tiago", "thiago", Slip.SOUND),
        ("kurtis", "curtis", Slip.SOUND),
        ("nour", "noor", Slip.SOUND),
        ("sochil", "xochitl", Slip.SOUND),
        ("oluwasuen", "oluwaseun", Slip.ONE),
        ("katerina", "kateryna", Slip.SOUND),
        ("katrina", "kateryna", Slip.ONE),
        ("shivon", "siobhan", Slip.TWO),
        ("crutis", "curtis", Slip.ONE),
    ],
)
def test_a_slip_or_a_like_sound_is_forgiven(word: str, name: str, slip: Slip) -> None:
    assert NAMES.near(word) == (slip, [name])


@pytest.mark.parametrize("word", ["mario", "daniela", "danielo", "noon", "moor", "burtis", "seun", "", "x" * 500])
def test_another_name_or_a_short_word_is_no_slip(word: str) -> None:
    assert NAMES.near(word) is None


def test_words_without_vowels_are_known_by_their_consonants() -> None:
    assert NAMES.with_bones_of("zynb") == (Slip.SOUND, ["zaynab"])
    assert NAMES.with_bones_of("nr") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("precious", "preshus"), ("kaylah", "kayla"), ("jules", "joolz"), ("sofia", "sophia"), ("jiwoo", "jiwu")],
)
def test_what_sounds_alike_has_one_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_a_name_itself_is_no_slip_of_it() -> None:
    assert slips("kateryna", "kateryna") <= 1


@given(st.text(max_size=60))
def test_any_word_is_looked_up(word: str) -> None:
    NAMES.near(word)
    NAMES.with_bones_of(word)
