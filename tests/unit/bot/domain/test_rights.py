from __future__ import annotations

import pytest

from bot.domain.class_pages import RoleName
from bot.domain.rights import Situation, may_see, why_no_appeal, why_not


def stands(
    *roles: RoleName, teacher: bool = False, author: bool = False, restricted: bool = False, knows: bool = True
) -> Situation:
    return Situation("me", frozenset(roles), teacher, author, restricted, knows)


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
        (stands(RoleName.ADMINISTRATOR, restricted=True, knows=False), False, False),
        (stands(RoleName.SUPERVISOR, restricted=True, knows=False), False, False),
        (stands(RoleName.OPERATOR), False, False),
        (stands(RoleName.OPERATOR, RoleName.TEACHER), False, False),
        (stands(), False, False),
    ],
)
def test_who_decides_and_who_sees(situation: Situation, decides: bool, sees: bool) -> None:
    assert (why_not(situation) is None) is decides
    assert may_see(situation) is sees


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
