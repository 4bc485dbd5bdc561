from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderators.assents import Assents
from moderators.base import PageContext, Signal
from tests.unit.moderators.reading import SETTINGS, Attached, Said

ASSENTS = Assents(SETTINGS)


def find(text: str) -> list[Signal]:
    (answer,) = ASSENTS.assess([Said(text)], PageContext("p"))
    assert isinstance(answer, list)
    return answer


@pytest.mark.parametrize(
    "text",
    [
        "same", "SAME!!", "sameeee", "samee lol", "s a m e", "ѕame", "me too", "Me to 😂", "this.", "this ☝️", "^^^", "+1", "+ 1",
        "x2", "fr fr", "hahaha same", "👍", "👍🏽👍🏽", "💯", "I agree!", "yo también", "igual jaja", "a mí también", "Sí", "tal cual",
        "ditto :)",
    ],
)  # fmt: skip
def test_a_short_assent_is_found_however_it_is_typed(text: str) -> None:
    (signal,) = find(text)
    assert (signal.name, signal.traits) == ("assent", frozenset())
    assert signal.score > 0.5


@pytest.mark.parametrize("text", ["do it", "Just do it!!", "u should", "hazlo", "dale", "i dare you", "doooo it"])
def test_who_urges_on_is_told_apart(text: str) -> None:
    (signal,) = find(text)
    assert signal.traits == {"urges"}


@pytest.mark.parametrize("text", ["same 😢", "me too 💔", "same :("])
def test_a_sad_face_is_told(text: str) -> None:
    (signal,) = find(text)
    assert signal.traits == {"sad"}


@pytest.mark.parametrize(
    "text",
    [
        "", "lol", "ok", "no", "👎", "same 👎", "🔥", "😂", "?", "same?", "this is mean", "don't do it", "do it yourself", "not the same",
        "leave her alone", "stop", "this is not ok", "same room as yesterday", "i feel you", "te apoyo", "im with you", "nobody agrees",
        "the same as in the lab, and then we write it down in the notebook",
    ],
)  # fmt: skip
def test_what_says_more_or_something_else_is_none(text: str) -> None:
    assert find(text) == []


def test_a_picture_says_more() -> None:
    (answer,) = ASSENTS.assess([Said("same", media=(Attached("image"),))], PageContext("p"))
    assert answer == []


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["same", "do it", "+1", "igual"]))
@settings(deadline=None)
def test_an_assent_stays_one_with_spaces_around_it_and_none_with_words_behind_it(more: str, assent: str) -> None:
    assert find(f"  {assent}\n")
    if any(character.isalpha() for character in more):
        assert find(f"{assent} whatever {more}") == []
