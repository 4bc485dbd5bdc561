"""An edit that takes the proof away, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import pages
from bot.domain.review import Choice
from bot.evidence import first_break
from connectors.base import CommentState, Unavailable
from tests.houses import ADMIN, NOW, PAGE, SECOND, Town, flagged, rows, settle

HELD, VISIBLE = CommentState.HELD, CommentState.VISIBLE
STANDS = "SELECT f.state, f.outcome, r.number FROM flag f JOIN revision r ON r.id = f.revision_id ORDER BY f.id"


def edit(town: Town, words: str, **more: Any) -> None:
    town.platform.post("1", words, **more)
    town.scan()


@pytest.mark.parametrize("words", ["!threat", "!hate", "!student_contact"])
def test_what_was_critical_or_high_stays_when_its_words_are_edited_away(town: Town, words: str) -> None:
    town.platform.public = False
    flag = flagged(town, words)
    edit(town, "have a nice day")
    queued = town.queue()["1"]
    assert (queued.flag, queued.edited) == (flag, True)
    assert rows(town, STANDS) == [("open", None, 1)]


def test_what_is_less_goes_with_its_words(town: Town) -> None:
    flagged(town, "!disparagement")
    edit(town, "have a nice day")
    assert rows(town, STANDS) == [("closed", "superseded", 1)]


def test_the_proof_of_the_first_wording_is_sealed_when_the_edit_is_seen_and_once(town: Town) -> None:
    flagged(town, "!threat at noon")
    assert rows(town, "SELECT count(*) FROM evidence") == [(0,)]
    edit(town, "have a nice day")
    edit(town, "have a very nice day")
    ((id, sealed),) = rows(town, "SELECT id, payload_sealed FROM evidence")
    assert isinstance(sealed, bytes)
    assert "!threat at noon" in town.house.store.vault.open("evidence.payload_sealed", str(id), sealed)
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) is None


def test_new_words_that_say_the_same_answer_for_both(town: Town) -> None:
    flagged(town, "!threat")
    edit(town, "have a nice day")
    edit(town, "!threat again")
    assert rows(town, STANDS) == [("closed", "superseded", 1), ("open", None, 3)]


def test_new_words_that_break_something_else_are_a_second_flag(town: Town) -> None:
    flagged(town, "!threat")
    edit(town, "!hate instead")
    assert rows(town, STANDS) == [("open", None, 1), ("open", None, 2)]


def test_a_hide_of_the_flag_hides_the_words_that_stand_there_now_with_proof_of_both(town: Town) -> None:
    flag = flagged(town, "!hate")
    edit(town, "have a nice day")
    decided = settle(town, flag, ADMIN, Choice.HIDE)
    assert (decided.action_state, town.state("1")) == ("done", HELD)
    assert rows(town, "SELECT count(DISTINCT revision_id) FROM evidence") == [(2,)]
    assert town.queue() == {}


def test_a_clear_of_the_flag_changes_nothing_there_and_it_does_not_come_back(town: Town) -> None:
    flag = flagged(town, "!threat")
    edit(town, "have a nice day")
    settle(town, flag, ADMIN, Choice.CLEAR, "a line of the play")
    settle(town, flag, SECOND, Choice.CLEAR)
    edit(town, "have a nice evening")
    assert (town.queue(), town.state("1")) == ({}, VISIBLE)
    assert rows(town, STANDS) == [("closed", "cleared", 1)]


def test_a_hold_is_let_go_with_the_words_and_the_flag_stays(town: Town) -> None:
    pages.apply_pages(town.house, [town.write_page(PAGE + "hold_until_reviewed: [critical, high]\n")], NOW)
    flagged(town, "!threat")
    assert town.state("1") is HELD
    edit(town, "have a nice day", state=HELD)
    queued = town.queue()["1"]
    assert (town.state("1"), queued.held, queued.edited) == (VISIBLE, False, True)


def test_a_hide_that_came_too_late_is_decided_anew_at_once(town: Town) -> None:
    flag = flagged(town, "!hate")
    town.platform.fault = Unavailable("down")
    settle(town, flag, ADMIN, Choice.HIDE)
    assert town.queue() == {}
    town.platform.fault = None
    later = NOW + timedelta(hours=2)
    town.platform.post("1", "have a nice day")
    town.scan(now=later)
    queued = town.queue(now=later)["1"]
    assert (queued.flag, queued.edited, queued.deadline) == (flag, True, later)
    assert settle(town, flag, SECOND, Choice.HIDE).won


def test_an_upheld_flag_whose_comment_is_hidden_stays_upheld(town: Town) -> None:
    flag = flagged(town, "!hate")
    settle(town, flag, ADMIN, Choice.HIDE)
    edit(town, "have a nice day", state=HELD)
    assert rows(town, STANDS) == [("closed", "upheld", 1)]


def test_until_the_new_words_are_judged_the_flag_waits_as_it_was(town: Town) -> None:
    flag = flagged(town, "!threat")
    town.detector.broken = True
    edit(town, "!threat again")
    assert town.queue()["1"].flag == flag
    town.detector.broken = False
    town.scan()
    assert rows(town, STANDS) == [("closed", "superseded", 1), ("open", None, 2)]
