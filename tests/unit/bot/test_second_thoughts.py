"""A decision is taken back, covered by consents, assigned, appealed: on both databases, with the platform's state as the witness."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import decisions, jobs, queue
from bot.domain.review import CannotBe, Choice, ReasonNeeded
from bot.domain.rights import NotYours
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, rows, settle


def state(town: Town) -> list[tuple[object, ...]]:
    return rows(town, "SELECT state, outcome FROM flag ORDER BY id")


def test_a_hide_is_taken_back_and_the_comment_stands_there_again(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    undone = settle(town, flag, SECOND, Choice.UNDO)
    assert (undone.won, undone.decision, undone.action, undone.action_state) == (True, "undo", "restore", "done")
    assert town.state("1") is CommentState.VISIBLE
    assert state(town) == [("open", None)]
    assert town.queue()["1"].flag == flag
    assert town.scan().flagged == 0
    assert state(town) == [("open", None)]
    again = settle(town, flag, ADMIN, Choice.HIDE)
    assert (again.won, town.state("1")) == (True, CommentState.HELD)


def test_a_clear_is_taken_back(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.CLEAR)
    undone = settle(town, flag, ADMIN, Choice.UNDO)
    assert (undone.won, undone.action) == (True, None)
    assert state(town) == [("open", None)]


def test_of_two_who_take_back_one_wins_and_the_other_is_told(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    settle(town, flag, ADMIN, Choice.UNDO)
    second = settle(town, flag, SECOND, Choice.UNDO)
    assert (second.won, second.decision, second.by) == (False, "undo", ADMIN)


def test_a_hide_that_waits_for_its_platform_is_taken_back(town: Town) -> None:
    flag = flagged(town)
    decisions.decide(town.house, flag, ADMIN, Choice.HIDE, NOW, os_user="tester")
    undone = settle(town, flag, ADMIN, Choice.UNDO)
    assert undone.won
    assert town.state("1") is CommentState.VISIBLE
    assert rows(town, "SELECT kind, state FROM action ORDER BY id") == [("hide", "cancelled"), ("restore", "done")]


def test_after_thirty_days_and_in_a_case_nothing_is_taken_back(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    with pytest.raises(CannotBe, match="30 days"):
        decisions.decide(town.house, flag, ADMIN, Choice.UNDO, NOW + timedelta(days=31))
    assert town.state("1") is CommentState.HELD


def test_consents_cover_it(town: Town) -> None:
    decided = settle(town, flagged(town), ADMIN, Choice.CONSENT)
    assert (decided.won, decided.decision, decided.action) == (True, "consent", None)
    assert state(town) == [("closed", "consented")]
    assert town.state("1") is CommentState.VISIBLE


def test_a_flag_is_for_somebody_and_anybody_with_the_right_may_decide_it(town: Town) -> None:
    flag = flagged(town)
    given = decisions.assign(town.house, flag, ADMIN, SECOND, NOW, note="you know the class")
    assert (given.won, given.decision) == (True, "assign")
    assert town.queue()["1"].assigned == SECOND
    with pytest.raises(NotYours, match=TEACHER):
        decisions.assign(town.house, flag, ADMIN, TEACHER, NOW)
    assert settle(town, flag, SUPERVISOR, Choice.CLEAR).won
    assert not decisions.assign(town.house, flag, ADMIN, SECOND, NOW).won


def test_the_author_appeals_through_the_teacher_and_a_second_person_grants_it(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    with pytest.raises(ReasonNeeded):
        decisions.decide(town.house, flag, TEACHER, Choice.APPEAL, NOW)
    appealed = decisions.decide(town.house, flag, TEACHER, Choice.APPEAL, NOW, note="it was a quotation")
    assert (appealed.won, appealed.decision) == (True, "appeal")
    assert [(f.state, f.deadline) for f in queue.queue(town.house, SECOND, now=NOW)] == [
        ("appealed", NOW + timedelta(days=3))
    ]
    with pytest.raises(NotYours, match="second person"):
        settle(town, flag, ADMIN, Choice.CLEAR)
    granted = settle(town, flag, SECOND, Choice.CLEAR)
    assert (granted.won, granted.action, granted.action_state) == (True, "restore", "done")
    assert (state(town), town.state("1")) == ([("closed", "cleared")], CommentState.VISIBLE)


def test_an_appeal_is_refused_once_and_for_all(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    settle(town, flag, TEACHER, Choice.APPEAL, "please")
    refused = settle(town, flag, SECOND, Choice.HIDE)
    assert (refused.decision, refused.action, state(town)) == ("uphold", None, [("closed", "upheld")])
    with pytest.raises(CannotBe, match="heard"):
        settle(town, flag, TEACHER, Choice.APPEAL, "please!")


def test_a_refused_appeal_is_taken_back_by_whoever_has_the_right(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    settle(town, flag, TEACHER, Choice.APPEAL, "please")
    settle(town, flag, SECOND, Choice.HIDE)
    undone = settle(town, flag, SECOND, Choice.UNDO)
    jobs.carry_out_for_flag(town.house, flag, NOW)
    assert (undone.decision, town.state("1"), state(town)) == ("undo", CommentState.VISIBLE, [("open", None)])
