from __future__ import annotations

import pytest

from bot.domain.class_pages import RoleName
from bot.domain.rights import Situation, is_meant, may_see, why_no_appeal, why_not


def stands(*roles: RoleName, teacher: bool = False, author: bool = False, restricted: bool = False) -> Situation:
    return Situation("me", frozenset(roles), teacher, author, restricted)


@pytest.mark.parametrize(
    ("situation", "decides", "sees"),
    [
        (stands(RoleName.ADMINISTRATOR), True, True),
        (stands(RoleName.SUPERVISOR), True, True),
        (stands(RoleName.ADMINISTRATOR, restricted=True), True, True),
        (stands(RoleName.ADMINISTRATOR, teacher=True), False, True),
        (stands(RoleName.ADMINISTRATOR, author=True), False, True),
        (stands(RoleName.TEACHER, teacher=True), False, True),
        (stands(RoleName.TEACHER), False, False),
        (stands(RoleName.ADMINISTRATOR, teacher=True, restricted=True), False, False),
        (stands(RoleName.TEACHER, restricted=True), False, False),
        (stands(RoleName.ADMINISTRATOR, author=True, restricted=True), False, False),
        (stands(RoleName.OPERATOR), False, False),
        (stands(RoleName.OPERATOR, RoleName.TEACHER), False, False),
        (stands(), False, False),
    ],
)
def test_who_decides_and_who_sees(situation: Situation, decides: bool, sees: bool) -> None:
    assert (why_not(situation) is None) is decides
    assert may_see(situation) is sees


@pytest.mark.parametrize(
    ("words", "restricted", "meant"),
    [
        ("Dana Reyes is so unfair", False, True),
        ("dana  REYES!!", False, True),
        ("I hate Ms. Reyes", False, True),
        ("Principal Reyes never listens", False, True),
        ("Marco Reyes lost his folder", False, False),
        ("Dana has the map", False, False),
        ("the principal said so", False, False),
        ("the principal keeps texting her at night", True, True),
        ("the principle of the thing", True, False),
        ("Reyesville is a town", True, False),
        ("", True, False),
    ],
)
def test_whom_words_may_be_about(words: str, restricted: bool, meant: bool) -> None:
    assert is_meant(words, "Dana Reyes", restricted=restricted, is_administrator=True) is meant


def test_an_office_means_only_who_holds_it_and_a_single_name_means_nobody() -> None:
    assert not is_meant("the principal did it", "Dana Reyes", restricted=True, is_administrator=False)
    assert not is_meant("ops is down", "Ops", restricted=False, is_administrator=False)


@pytest.mark.parametrize(
    ("situation", "appeals"),
    [
        (stands(RoleName.TEACHER, teacher=True), True),
        (stands(RoleName.ADMINISTRATOR), True),
        (stands(RoleName.ADMINISTRATOR, teacher=True), True),
        (stands(RoleName.TEACHER), False),
        (stands(RoleName.OPERATOR), False),
        (stands(RoleName.TEACHER, teacher=True, restricted=True), False),
        (stands(RoleName.ADMINISTRATOR, restricted=True), False),
    ],
)
def test_who_hands_in_an_appeal(situation: Situation, appeals: bool) -> None:
    assert (why_no_appeal(situation) is None) is appeals
