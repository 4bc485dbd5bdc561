from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.review import (
    UNDO_WITHIN,
    CannotBe,
    Choice,
    Consequence,
    FlagState,
    FlagView,
    Outcome,
    Press,
    ReasonNeeded,
    Verdict,
    next_step,
    offered,
)
from bot.domain.rights import NotYours
from connectors.base import ActionKind

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def press(choice: Choice, note: str = "a reason", *, by: str = "me") -> Press:
    return Press(choice, by, note, NOW)


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
        (view(), Choice.CONSENT, Consequence(Verdict.CONSENT, FlagState.CLOSED, Outcome.CONSENTED)),
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
    assert next_step(flag, press(choice, "a reason")) == expected


ALWAYS = {
    FlagState.ESCALATED: set(),
    FlagState.CLOSED: {Choice.APPEAL, Choice.UNDO},
    FlagState.APPEALED: {Choice.HIDE, Choice.CLEAR},
}


@pytest.mark.parametrize("state", list(ALWAYS))
@pytest.mark.parametrize("choice", list(Choice))
def test_a_flag_that_no_longer_waits_leads_nowhere(state: FlagState, choice: Choice) -> None:
    if choice not in ALWAYS[state]:
        assert next_step(view(state=state), press(choice)) is None


@pytest.mark.parametrize("choice", [Choice.APPEAL, Choice.UNDO])
def test_what_an_edit_has_closed_is_neither_undone_nor_appealed(choice: Choice) -> None:
    assert next_step(replace(UPHELD, outcome=Outcome.SUPERSEDED, decided=None), press(choice)) is None


def test_a_critical_flag_is_not_called_harmless_without_a_reason() -> None:
    with pytest.raises(ReasonNeeded):
        next_step(view(critical=True), press(Choice.CLEAR, "  "))


def test_nobody_confirms_their_own_not_serious() -> None:
    with pytest.raises(NotYours, match="second person"):
        next_step(view(critical=True, by="me"), press(Choice.CLEAR, "still not"))


UPHELD = FlagView(FlagState.CLOSED, False, False, None, Outcome.UPHELD, "first", NOW - timedelta(days=1), hidden=True)
APPEALED = replace(UPHELD, state=FlagState.APPEALED, outcome=None, was_appealed=True)
RESTORE = ActionKind.RESTORE


def test_no_consent_covers_what_is_critical() -> None:
    with pytest.raises(CannotBe, match="no consent"):
        next_step(view(critical=True), press(Choice.CONSENT))


@pytest.mark.parametrize(
    ("flag", "action"),
    [
        (UPHELD, RESTORE),
        (replace(UPHELD, outcome=Outcome.CLEARED, hidden=False), None),
        (replace(UPHELD, outcome=Outcome.CONSENTED, hidden=False), None),
    ],
)
def test_a_decision_is_taken_back(flag: FlagView, action: ActionKind | None) -> None:
    assert next_step(flag, press(Choice.UNDO, "")) == Consequence(Verdict.UNDO, FlagState.OPEN, action=action)


def test_what_is_old_or_in_a_case_is_not_taken_back() -> None:
    with pytest.raises(CannotBe, match="30 days"):
        next_step(replace(UPHELD, decided=NOW - UNDO_WITHIN - timedelta(seconds=1)), press(Choice.UNDO))
    with pytest.raises(CannotBe, match="case"):
        next_step(replace(UPHELD, has_case=True), press(Choice.UNDO))
    assert next_step(replace(UPHELD, decided=NOW - UNDO_WITHIN), press(Choice.UNDO)) is not None


def test_an_appeal_needs_words_and_is_heard_once() -> None:
    assert next_step(UPHELD, press(Choice.APPEAL)) == Consequence(Verdict.APPEAL, FlagState.APPEALED)
    with pytest.raises(ReasonNeeded):
        next_step(UPHELD, press(Choice.APPEAL, " "))
    with pytest.raises(CannotBe):
        next_step(replace(UPHELD, was_appealed=True), press(Choice.APPEAL))
    assert next_step(replace(UPHELD, outcome=Outcome.CLEARED), press(Choice.APPEAL)) is None


@pytest.mark.parametrize("choice", [Choice.HIDE, Choice.CLEAR])
def test_an_appeal_is_decided_by_somebody_else(choice: Choice) -> None:
    with pytest.raises(NotYours, match="second person"):
        next_step(APPEALED, press(choice, by="first"))


def test_an_appeal_is_refused_or_granted() -> None:
    assert next_step(APPEALED, press(Choice.HIDE)) == Consequence(Verdict.UPHOLD, FlagState.CLOSED, Outcome.UPHELD)
    granted = Consequence(Verdict.CLEAR, FlagState.CLOSED, Outcome.CLEARED, RESTORE)
    assert next_step(APPEALED, press(Choice.CLEAR)) == granted


FLAGS = st.builds(
    FlagView,
    state=st.sampled_from(FlagState),
    critical=st.booleans(),
    held=st.booleans(),
    not_serious_by=st.sampled_from([None, "first"]),
    outcome=st.sampled_from([None, *Outcome]),
    decided_by=st.sampled_from([None, "first"]),
    decided=st.sampled_from([None, NOW, NOW - UNDO_WITHIN, NOW - UNDO_WITHIN - timedelta(seconds=1)]),
    hidden=st.booleans(),
    has_case=st.booleans(),
    was_appealed=st.booleans(),
    acknowledged=st.booleans(),
)


def is_taken(flag: FlagView, choice: Choice) -> bool:
    """Whether somebody who did not decide before, and gives a reason, may press this."""
    try:
        return next_step(flag, press(choice, by="a second person")) is not None
    except CannotBe:
        return False


@given(FLAGS)
def test_what_is_offered_is_what_is_taken_but_for_what_says_nothing_new(flag: FlagView) -> None:
    taken = {choice for choice in Choice if is_taken(flag, choice)}
    nothing_new = {Choice.ESCALATE_AND_HIDE}
    if not flag.critical or flag.acknowledged:
        nothing_new.add(Choice.ACKNOWLEDGE)
    assert set(offered(flag, NOW)) == taken - nothing_new
    assert len(offered(flag, NOW)) == len(set(offered(flag, NOW)))


def test_what_comes_first_is_what_is_done_most() -> None:
    assert offered(view(), NOW) == (Choice.HIDE, Choice.CLEAR, Choice.CONSENT, Choice.ESCALATE)
    assert offered(view(critical=True), NOW)[0] is Choice.ACKNOWLEDGE
