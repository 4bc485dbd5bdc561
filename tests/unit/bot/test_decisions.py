from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot import actions, cases, decisions, jobs, pages
from bot.actions.manual import NoSuchStep
from bot.decisions import NoSuchFlag
from bot.domain.review import Choice, ReasonNeeded
from bot.domain.rights import NotYours
from bot.evidence import first_break
from bot.people import NoSuchPerson
from connectors.base import Capabilities, CommentState, Unavailable
from tests.houses import ADMIN, NOW, PAGE, SECOND, SUPERVISOR, TEACHER, Town, flagged, only_teaches, ring, rows, settle


def test_a_hide_is_carried_out_with_evidence_sealed_before_it(town: Town) -> None:
    decided = settle(town, flagged(town), ADMIN, Choice.HIDE)
    assert (decided.won, decided.decision, decided.action, decided.action_state) == (True, "hide", "hide", "done")
    assert decided.receipt is not None
    assert decided.receipt["state"] == "held"
    assert town.state("1") is CommentState.HELD
    assert town.queue() == {}
    assert rows(town, "SELECT a.evidence_id = e.id FROM action a, evidence e") == [(1,)]
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) is None


def test_the_database_refuses_a_hide_without_evidence(town: Town) -> None:
    settle(town, flagged(town), ADMIN, Choice.HIDE)
    with town.house.store.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE action SET evidence_id = NULL"))


def test_our_own_hide_makes_no_new_revision_and_no_new_flag(town: Town) -> None:
    town.platform.rewrites = True
    settle(town, flagged(town, "5 < 6 !disparagement"), ADMIN, Choice.HIDE)
    assert town.platform.comments["1"].text == "5  6 !disparagement"
    again = town.scan()
    assert (again.fetched, again.flagged) == (0, 0)
    assert rows(town, "SELECT count(*) FROM revision") == [(1,)]


def test_a_rewritten_comment_can_be_restored(town: Town) -> None:
    town.platform.rewrites = True
    town.write_page(PAGE + "hold_until_reviewed: [medium]\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    flag = flagged(town, "5 < 6 !disparagement")
    assert town.state("1") is CommentState.HELD
    decided = settle(town, flag, ADMIN, Choice.CLEAR)
    assert (decided.action, decided.action_state) == ("restore", "done")
    assert town.state("1") is CommentState.VISIBLE
    assert town.scan().fetched == 0


def test_an_edit_between_flag_and_decision_hides_nothing_and_scores_the_new_words(town: Town) -> None:
    flag = flagged(town)
    town.platform.post("1", "!hate now")
    decided = settle(town, flag, ADMIN, Choice.HIDE)
    assert (decided.won, decided.action_state) == (True, "cancelled")
    assert town.state("1") is CommentState.VISIBLE
    assert rows(town, "SELECT state, outcome FROM flag ORDER BY id") == [("closed", "superseded"), ("open", None)]
    assert [r.rule for r in town.queue()["1"].rules] == ["hate"]


def test_a_comment_that_is_gone_is_noted_and_nothing_waits(town: Town) -> None:
    flag = flagged(town)
    del town.platform.comments["1"]
    decided = settle(town, flag, ADMIN, Choice.HIDE)
    assert decided.action_state == "cancelled"
    assert rows(town, "SELECT deleted IS NOT NULL FROM comment") == [(1,)]


def test_the_second_presser_is_told_who_decided_what_and_when(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.CLEAR)
    second = settle(town, flag, SECOND, Choice.HIDE)
    assert (second.won, second.decision, second.by, second.at) == (False, "clear", ADMIN, NOW)
    assert town.state("1") is CommentState.VISIBLE


def test_of_two_at_once_exactly_one_wins(town: Town) -> None:
    flag = flagged(town)
    start, answers = threading.Barrier(8), []

    def press(number: int) -> None:
        house = town.open()
        start.wait()
        choice = Choice.HIDE if number % 2 else Choice.CLEAR
        answers.append(decisions.decide(house, flag, (ADMIN, SECOND)[number % 2], choice, NOW))

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [a for a in answers if a.won]
    assert {(a.decision, a.by) for a in answers} == {(winner.decision, winner.by)}
    assert rows(town, "SELECT count(*) FROM decision") == [(1,)]


def test_a_hidden_critical_flag_opens_its_case_with_telephones(town: Town) -> None:
    decided = settle(town, flagged(town, "!threat"), ADMIN, Choice.HIDE)
    assert decided.case is not None
    case = cases.find(town.house, decided.case, ADMIN, NOW)
    telephones = {t for step in case.steps for t in step.telephone}
    assert {"(213) 625-6631", "(213) 241-2174", "(213) 241-5337", "(213) 555-0100"} <= telephones
    assert "School Operations" in " ".join(step.what for step in case.steps)
    assert town.state("1") is CommentState.HELD


def test_a_case_closes_only_when_every_step_is_done_by_somebody(town: Town) -> None:
    decided = settle(town, flagged(town, "!threat"), ADMIN, Choice.ESCALATE)
    assert town.state("1") is CommentState.VISIBLE
    case = cases.find(town.house, decided.case or "", ADMIN, NOW)
    with pytest.raises(cases.StepOpen):
        cases.finish(town.house, case.id, ADMIN, NOW)
    for step in case.steps:
        cases.tick(town.house, case.id, step.number, SECOND, "called Sgt. Vance", NOW)
    cases.tick(town.house, case.id, 1, ADMIN, "too late", NOW + timedelta(hours=1))
    done = cases.find(town.house, case.id, ADMIN, NOW).steps[0]
    assert (done.done, done.done_by, done.note) == (NOW, SECOND, "called Sgt. Vance")
    cases.finish(town.house, case.id, ADMIN, NOW)
    assert cases.list_open(town.house, ADMIN, NOW) == []
    assert rows(town, "SELECT state, outcome FROM flag") == [("closed", "upheld")]


def test_what_was_escalated_without_hiding_can_still_be_hidden(town: Town) -> None:
    decided = settle(town, flagged(town, "!threat"), ADMIN, Choice.ESCALATE)
    late = settle(town, decided.flag, SECOND, Choice.HIDE)
    assert (late.won, late.decision) == (False, "escalate")
    hidden = decisions.hide_for_case(town.house, decided.case or "", SECOND, NOW)
    jobs.carry_out_for_flag(town.house, hidden.flag, NOW)
    assert town.state("1") is CommentState.HELD


def test_a_critical_flag_is_not_serious_only_when_two_people_say_so(town: Town) -> None:
    flag = flagged(town, "!threat")
    with pytest.raises(ReasonNeeded):
        settle(town, flag, ADMIN, Choice.CLEAR)
    first = settle(town, flag, ADMIN, Choice.CLEAR, "a line of the play")
    assert (first.won, first.decision) == (True, "not_serious")
    assert town.queue()["1"].not_serious
    with pytest.raises(NotYours):
        settle(town, flag, ADMIN, Choice.CLEAR, "again")
    assert settle(town, flag, SECOND, Choice.CLEAR).decision == "clear"
    assert town.queue() == {}


def test_an_acknowledged_flag_stays_open_and_says_so(town: Town) -> None:
    flag = flagged(town, "!threat")
    assert settle(town, flag, ADMIN, Choice.ACKNOWLEDGE).won
    assert town.queue()["1"].acknowledged
    assert settle(town, flag, SECOND, Choice.HIDE).won


@pytest.mark.parametrize("by", [TEACHER])
def test_nobody_decides_on_their_own_page(town: Town, by: str) -> None:
    with pytest.raises(NotYours, match="own class page"):
        settle(town, flagged(town), by, Choice.CLEAR)
    assert rows(town, "SELECT count(*) FROM decision") == [(0,)]


def test_nobody_decides_about_themselves(town: Town) -> None:
    town.platform.post("1", "!disparagement", author="Dana Reyes")
    town.scan()
    with pytest.raises(NotYours, match="themselves"):
        settle(town, town.queue()["1"].flag, ADMIN, Choice.CLEAR)
    assert settle(town, town.queue()["1"].flag, SUPERVISOR, Choice.CLEAR).won


@pytest.mark.parametrize("words", ["!child_abuse", "!sexualized_minor"])
def test_a_restricted_flag_leaves_no_trace_for_the_pages_own_teacher(town: Town, words: str) -> None:
    only_teaches(town)
    flag = flagged(town, words)
    assert town.queue(TEACHER) == {}
    with pytest.raises(NoSuchFlag, match="no flag"):
        settle(town, flag, TEACHER, Choice.CLEAR)
    assert list(town.queue(ADMIN)) == ["1"]


def test_a_stub_holds_no_words_of_what_law_enforcement_gathers(town: Town) -> None:
    settle(town, flagged(town, "!sexualized_minor words"), SUPERVISOR, Choice.HIDE)
    vault = town.house.store.vault
    ((id, sealed),) = rows(town, "SELECT id, payload_sealed FROM evidence")
    assert isinstance(sealed, bytes)
    payload = vault.open("evidence.payload_sealed", str(id), sealed)
    assert "words" not in payload
    assert '"comment": "1"' in payload


@pytest.mark.parametrize("flag", ["", "x", "ffffff", "%", "______", "0" * 36])
def test_a_flag_that_does_not_exist_says_so(town: Town, flag: str) -> None:
    flagged(town)
    with pytest.raises(NoSuchFlag):
        settle(town, flag, ADMIN, Choice.CLEAR)


def test_a_flag_is_found_by_its_ending(town: Town) -> None:
    assert settle(town, flagged(town)[-8:], ADMIN, Choice.CLEAR).won


def test_somebody_unknown_decides_nothing(town: Town) -> None:
    with pytest.raises(NoSuchPerson, match="people list"):
        settle(town, flagged(town), "nobody@school.example", Choice.CLEAR)


def test_an_action_waits_for_a_platform_that_is_down_and_the_next_scan_carries_it_out(town: Town) -> None:
    flag = flagged(town)
    town.platform.fault = Unavailable("down for an hour", 3600)
    decided = settle(town, flag, ADMIN, Choice.HIDE)
    assert (decided.won, decided.action_state) == (True, "pending")
    town.platform.fault = None
    ring(town, "carry_out", NOW + timedelta(minutes=59))
    assert town.state("1") is CommentState.VISIBLE
    town.scan()
    assert town.state("1") is CommentState.HELD


def test_the_clock_carries_out_what_waited_long_enough(town: Town) -> None:
    flag = flagged(town)
    town.platform.fault = Unavailable("down", None)
    settle(town, flag, ADMIN, Choice.HIDE)
    town.platform.fault = None
    ring(town, "carry_out", NOW + timedelta(minutes=5))
    assert town.state("1") is CommentState.HELD


def test_a_crash_after_the_platforms_answer_is_repaired_by_asking(town: Town) -> None:
    town.platform.rewrites = town.platform.lost_answer = True
    flag = flagged(town, "5 < 6 !disparagement")
    with pytest.raises(KeyboardInterrupt):
        settle(town, flag, ADMIN, Choice.HIDE)
    town.platform.lost_answer = False
    result = actions.carry_out(town.house, "p", NOW)
    assert (result.done, town.platform.calls.count("hide 1")) == (1, 2)
    again = town.scan()
    assert (again.fetched, again.flagged) == (0, 0)


def test_what_a_platform_cannot_do_is_for_a_person(town: Town) -> None:
    flag = flagged(town)
    town.platform.capabilities = Capabilities(frozenset())
    assert settle(town, flag, ADMIN, Choice.HIDE).action_state == "manual"
    assert "hide 1" not in town.platform.calls
    (step,) = actions.manual_steps(town.house, SECOND, NOW)
    assert (step.what, step.page, step.flag, step.cause) == (
        "hide",
        "p",
        flag,
        "the platform cannot: a person does it there",
    )
    with pytest.raises(NoSuchStep):
        actions.tick(town.house, "no step", SECOND, NOW)
    actions.tick(town.house, step.action[-8:], SECOND, NOW, note="reported as spam")
    assert rows(town, "SELECT state, done IS NOT NULL FROM action") == [("done", 1)]
    assert actions.manual_steps(town.house, SECOND, NOW) == []
    receipt = decisions.outcome_of(
        town.house, replace(decisions.decide(town.house, flag, SECOND, Choice.CLEAR, NOW), action=step.action)
    ).receipt
    assert receipt is not None
    assert receipt["detail"] == f"done by hand by {SECOND}. reported as spam"


def test_a_step_on_a_restricted_flag_is_for_its_people_alone(town: Town) -> None:
    only_teaches(town)
    flag = flagged(town, "!child_abuse")
    town.platform.capabilities = Capabilities(frozenset())
    settle(town, flag, ADMIN, Choice.HIDE)
    (step,) = actions.manual_steps(town.house, ADMIN, NOW)
    assert actions.manual_steps(town.house, TEACHER, NOW) == []
    with pytest.raises(NoSuchStep):
        actions.tick(town.house, step.action, TEACHER, NOW)


def test_the_operating_systems_user_and_the_note_are_sealed_with_the_decision(town: Town) -> None:
    settle(town, flagged(town), ADMIN, Choice.CLEAR, "seen in class")
    vault = town.house.store.vault
    ((id, user, note),) = rows(town, "SELECT id, os_user_sealed, note_sealed FROM decision")
    assert isinstance(user, bytes)
    assert isinstance(note, bytes)
    assert vault.open("decision.os_user_sealed", str(id), user) == "tester"
    assert vault.open("decision.note_sealed", str(id), note) == "seen in class"
