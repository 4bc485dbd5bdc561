from __future__ import annotations

import pytest

from bot.domain.meaning import is_meant, may_be_meant, offices_in
from bot.domain.offices import Office


@pytest.mark.parametrize(
    ("words", "meant", "perhaps"),
    [
        ("Dana Núñez is so unfair", True, True),
        ("dana  NUNEZ!!", True, True),
        ("I hate Ms. Nuñez", True, True),
        ("Principal Nunez never listens", True, True),
        ("la señora Núñez", True, True),
        ("Marco Nunez lost his folder", False, True),
        ("Nunez did that", False, True),
        ("it was Ms. N.", False, True),
        ("Dana has the map", False, False),
        ("Nunezville is a town", False, False),
        ("", False, False),
    ],
)
def test_whom_words_may_be_about(words: str, meant: bool, perhaps: bool) -> None:
    assert is_meant(words, "Dana Núñez") is meant
    assert (is_meant(words, "Dana Núñez") or may_be_meant(words, "Dana Núñez")) is perhaps


@pytest.mark.parametrize(
    ("name", "words", "meant", "perhaps"),
    [
        ("Sean O'Brien", "Mr. O’Brien hates us", True, True),
        ("Ana de la Cruz", "la maestra de la Cruz grita", True, True),
        ("Ana de la Cruz", "Ms. Cruz", True, True),
        ("Ana de la Cruz", "sr de la tienda", False, False),
        ("María García López", "Ms. García", True, True),  # whom Spanish names call by the first of two surnames
        ("María García López", "Ms. García López", True, True),
        ("María García López", "García did that", False, True),
        ("María García López", "it was Ms. G.", False, True),
        ("Eva Smith-Jones", "Mrs. Smith-Jones", True, True),
        ("John F. Baker", "u r so f unny, Mr. F", False, True),
        ("John F. Baker", "that is so f unny", False, False),
    ],
)
def test_people_of_several_surnames(name: str, words: str, meant: bool, perhaps: bool) -> None:
    assert is_meant(words, name) is meant
    assert (is_meant(words, name) or may_be_meant(words, name)) is perhaps


def test_a_single_name_names_nobody() -> None:
    assert not is_meant("ops is down", "Ops")
    assert not may_be_meant("ops is down, said Ms. O", "Ops")
    assert not is_meant("anything", "")


@pytest.mark.parametrize(
    ("words", "offices"),
    [
        ("the principal keeps texting her at night", {Office.ADMINISTRATOR}),
        ("our vice-principal", {Office.ADMINISTRATOR}),
        ("la DIRECTORA lo sabe", {Office.ADMINISTRATOR}),
        ("the superintendent and the dean", {Office.ADMINISTRATOR, Office.SUPERVISOR}),
        ("the principle of the thing", set()),
        ("my coach", set()),
        ("", set()),
    ],
)
def test_the_offices_that_words_speak_of(words: str, offices: set[Office]) -> None:
    assert offices_in(words) == offices
