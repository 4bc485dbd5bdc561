from __future__ import annotations

import pytest

from bot.domain.class_pages import RoleName
from bot.domain.review import (
    Choice,
    Consequence,
    FlagState,
    FlagView,
    NotYours,
    Outcome,
    ReasonNeeded,
    Situation,
    Verdict,
    is_meant,
    may_see,
    next_step,
    why_not,
)
from connectors.base import ActionKind


def view(
    *, critical: bool = False, held: bool = False, state: FlagState = FlagState.OPEN, by: str | None = None
) -> FlagView:
    return FlagView(state, critical, held, by)


CLEARED = Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED)


@pytest.mark.parametrize(
    ("flag", "choice", "expected"),
    [
        (view(), Choice.HIDE, Consequence(Verdict.HIDE, FlagState.CLOSED, Outcome.UPHELD, ActionKind.HIDE)),
        (view(), Choice.CLEAR, CLEARED),
        (
            view(held=True),
            Choice.CLEAR,
            Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED, ActionKind.RESTORE),
        ),
        (view(), Choice.ESCALATE, Consequence(Verdict.ESCALATE, FlagState.ESCALATED, opens_case=True)),
        (
            view(),
            Choice.ESCALATE_AND_HIDE,
            Consequence(Verdict.ESCALATE, FlagState.ESCALATED, None, ActionKind.HIDE, True),
        ),
        (view(), Choice.ACKNOWLEDGE, Consequence(Verdict.ACKNOWLEDGE, FlagState.OPEN)),
        (view(critical=True), Choice.HIDE, Consequence(Verdict.HIDE, FlagState.ESCALATED, None, ActionKind.HIDE, True)),
        (view(critical=True), Choice.ESCALATE, Consequence(Verdict.ESCALATE, FlagState.ESCALATED, opens_case=True)),
        (view(critical=True), Choice.ACKNOWLEDGE, Consequence(Verdict.ACKNOWLEDGE, FlagState.OPEN)),
        (view(critical=True), Choice.CLEAR, Consequence(Verdict.NOT_SERIOUS, FlagState.OPEN)),
        (view(critical=True, by="somebody else"), Choice.CLEAR, CLEARED),
    ],
)
def test_what_a_press_leads_to(flag: FlagView, choice: Choice, expected: Consequence) -> None:
    assert next_step(flag, choice, "me", "a reason") == expected


@pytest.mark.parametrize("state", [FlagState.ESCALATED, FlagState.APPEALED, FlagState.CLOSED])
@pytest.mark.parametrize("choice", list(Choice))
def test_a_flag_that_no_longer_waits_leads_nowhere(state: FlagState, choice: Choice) -> None:
    assert next_step(view(state=state), choice, "me", "a reason") is None


def test_a_critical_flag_is_not_called_harmless_without_a_reason() -> None:
    with pytest.raises(ReasonNeeded):
        next_step(view(critical=True), Choice.CLEAR, "me", "  ")


def test_nobody_confirms_their_own_not_serious() -> None:
    with pytest.raises(NotYours, match="second person"):
        next_step(view(critical=True, by="me"), Choice.CLEAR, "me", "still not")


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
