"""What may go wrong between a decision and the platform, one scenario each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import update

from bot import actions, cases, decisions, pages, upkeep
from bot.decisions import FlagChanged
from bot.domain.review import Choice
from bot.evidence import first_break
from bot.records import Evidence
from bot.settings import MissingSecret
from connectors.base import CommentState, Gone, Unavailable
from tests.houses import ADMIN, NOW, PAGE, SECOND, Town, flagged, only_teaches, ring, rows, settle

HELD, VISIBLE = CommentState.HELD, CommentState.VISIBLE


def holding(town: Town, severities: str = "[critical, high, medium]") -> None:
    pages.apply_pages(town.house, [town.write_page(PAGE + f"hold_until_reviewed: {severities}\n")], NOW)


def test_what_somebody_else_had_hidden_is_never_published_by_the_machine(town: Town) -> None:
    holding(town)
    flag = flagged(town, "!hate", state=HELD)
    assert not town.queue()["1"].held
    town.platform.post("1", "nice beans", state=HELD)
    town.scan()
    queued = town.queue()["1"]
    assert (queued.flag, queued.edited, town.state("1")) == (flag, True, HELD)
    assert rows(town, "SELECT count(*) FROM action WHERE kind = 'restore'") == [(0,)]


def test_clearing_does_not_take_a_comment_out_of_the_trash(town: Town) -> None:
    holding(town)
    flag = flagged(town, "!hate")
    assert town.queue()["1"].held
    town.platform.post("1", "!hate", state=CommentState.REMOVED)
    decided = settle(town, flag, ADMIN, Choice.CLEAR)
    assert (decided.action_state, town.state("1")) == ("cancelled", CommentState.REMOVED)


def test_an_edit_that_the_platform_held_itself_is_scored_and_not_taken_for_ours(town: Town) -> None:
    flag = flagged(town)
    town.platform.fault = Unavailable("down")
    settle(town, flag, ADMIN, Choice.HIDE)
    town.platform.fault = None
    town.platform.post("1", "!threat", state=HELD)
    ring(town, "carry_out", NOW + timedelta(hours=1))
    assert [r.rule for r in town.queue()["1"].rules] == ["threat"]


def test_a_cleared_comment_is_not_hidden_by_what_was_still_waiting(town: Town) -> None:
    holding(town)
    town.platform.post("1", "!hate")
    town.platform.fault_after_batches, town.platform.fault = None, None
    act = town.platform.act
    town.platform.act = lambda *a, **k: (_ for _ in ()).throw(Unavailable("down"))  # type: ignore[method-assign]
    town.scan()
    town.platform.act = act  # type: ignore[method-assign]
    settle(town, town.queue()["1"].flag, ADMIN, Choice.CLEAR)
    ring(town, "carry_out", NOW + timedelta(hours=5))
    assert town.state("1") == VISIBLE
    assert rows(town, "SELECT count(*) FROM action WHERE state = 'pending'") == [(0,)]


def test_a_hold_goes_over_to_the_flag_of_the_new_words(town: Town) -> None:
    holding(town, "[critical, high]")
    flagged(town, "!hate")
    town.platform.post("1", "!disparagement", state=HELD)
    town.scan()
    assert town.queue()["1"].held
    settle(town, town.queue()["1"].flag, ADMIN, Choice.CLEAR)
    assert town.state("1") == VISIBLE


def test_a_held_comment_that_turns_out_to_be_a_cry_for_help_is_let_go(town: Town) -> None:
    holding(town)
    town.detector.signals = frozenset({"hate"})
    flagged(town, "!hate !self_harm")
    assert town.state("1") == HELD
    town.detector.version, town.detector.signals = "2", frozenset({"hate", "self_harm"})
    town.scan()
    assert (town.state("1"), town.queue()["1"].held) == (VISIBLE, False)


def test_a_flag_that_becomes_severe_is_held_then(town: Town) -> None:
    holding(town, "[critical]")
    town.detector.signals = frozenset({"disparagement"})
    flagged(town, "!disparagement !threat")
    assert town.state("1") == VISIBLE
    town.detector.version, town.detector.signals = "2", frozenset({"disparagement", "threat"})
    town.scan()
    assert (town.state("1"), town.queue()["1"].held) == (HELD, True)


def test_a_second_danger_found_later_adds_its_steps_to_the_open_case(town: Town) -> None:
    town.detector.signals = frozenset({"threat"})
    only_teaches(town)
    decided = settle(town, flagged(town, "!threat !child_abuse"), ADMIN, Choice.HIDE)
    before = len(cases.find(town.house, decided.case or "", ADMIN, NOW).steps)
    town.detector.version, town.detector.signals = "2", frozenset({"threat", "child_abuse"})
    town.scan()
    after = cases.find(town.house, decided.case or "", ADMIN, NOW).steps
    assert len(after) > before
    assert any("Child Protective Services" in step.what for step in after)


def test_a_case_that_was_closed_is_opened_again_by_a_new_danger(town: Town) -> None:
    town.detector.signals = frozenset({"threat"})
    only_teaches(town)
    decided = settle(town, flagged(town, "!threat !child_abuse"), ADMIN, Choice.HIDE)
    for step in cases.find(town.house, decided.case or "", ADMIN, NOW).steps:
        cases.tick(town.house, decided.case or "", step.number, ADMIN, "", NOW)
    cases.finish(town.house, decided.case or "", ADMIN, NOW)
    town.detector.version, town.detector.signals = "2", frozenset({"threat", "child_abuse"})
    town.scan()
    again = settle(town, town.queue()["1"].flag, ADMIN, Choice.ESCALATE)
    assert again.case == decided.case
    assert [case.id for case in cases.list_open(town.house, ADMIN, NOW)] == [decided.case]


def test_two_people_have_to_call_the_same_thing_not_serious(town: Town) -> None:
    town.detector.signals = frozenset({"threat"})
    only_teaches(town)
    flag = flagged(town, "!threat !child_abuse")
    settle(town, flag, ADMIN, Choice.CLEAR, "a joke")
    town.detector.version, town.detector.signals = "2", frozenset({"threat", "child_abuse"})
    town.scan()
    assert settle(town, flag, SECOND, Choice.CLEAR, "also a joke").decision == "not_serious"


def test_a_platform_that_says_gone_and_shows_it_all_the_same_is_in_disorder(town: Town) -> None:
    flag = flagged(town)
    act = town.platform.act
    town.platform.act = lambda *a, **k: (_ for _ in ()).throw(Gone("404"))  # type: ignore[method-assign]
    assert settle(town, flag, ADMIN, Choice.HIDE).action_state == "pending"
    town.platform.act = act  # type: ignore[method-assign]
    town.scan()
    assert town.state("1") == HELD


def test_a_comment_that_comes_back_is_hidden_as_it_was_decided(town: Town) -> None:
    flag = flagged(town)
    comment = town.platform.comments.pop("1")
    assert settle(town, flag, ADMIN, Choice.HIDE).action_state == "cancelled"
    town.platform.comments["1"] = comment
    town.scan()
    assert town.state("1") == HELD


def test_a_crash_before_the_receipt_is_repaired_also_when_a_scan_comes_first(town: Town) -> None:
    town.platform.rewrites = town.platform.lost_answer = True
    flag = flagged(town, "5 < 6 !disparagement")
    with pytest.raises(KeyboardInterrupt):
        settle(town, flag, ADMIN, Choice.HIDE)
    town.platform.lost_answer = False
    result = town.scan()
    assert (result.fetched, result.flagged, town.queue()) == (0, 0, {})
    assert rows(town, "SELECT state FROM action") == [("done",)]


def test_a_comment_that_changes_between_fetch_and_hold_is_scored_at_once(town: Town) -> None:
    holding(town)
    town.platform.post("1", "!disparagement")
    get, act = town.platform.get, town.platform.act

    def edited(*arguments: object, **more: object) -> object:
        town.platform.post("1", "!threat now")
        town.platform.act = act  # type: ignore[method-assign]
        return act(*arguments, **more)  # type: ignore[arg-type]

    town.platform.act = edited  # type: ignore[assignment,method-assign]
    town.scan()
    assert [r.rule for r in town.queue()["1"].rules] == ["threat"]
    assert get is not None


@pytest.mark.parametrize("error", [MissingSecret("PAGE"), RuntimeError("Adriana Quintero")])
def test_a_decision_stands_whatever_becomes_of_its_action(town: Town, error: Exception) -> None:
    flag = flagged(town, "!threat")
    whole = town.house.connect

    def connect(_: object) -> object:
        raise error

    object.__setattr__(town.house, "connect", connect)
    decided = settle(town, flag, ADMIN, Choice.HIDE)
    assert (decided.won, decided.action_state) == (True, "pending")
    assert decided.case is not None
    assert b"Quintero" not in b"".join(f.read_bytes() for f in town.environment.home.iterdir() if f.is_file())
    object.__setattr__(town.house, "connect", whole)
    town.scan()
    assert town.state("1") == HELD


def test_the_same_words_of_a_flag_are_copied_once(town: Town) -> None:
    holding(town)
    settle(town, flagged(town, "!hate"), ADMIN, Choice.HIDE)
    assert rows(town, "SELECT count(*) FROM evidence") == [(1,)]


def test_a_changed_piece_of_evidence_is_named_and_doctor_survives_it(town: Town) -> None:
    settle(town, flagged(town), ADMIN, Choice.HIDE)
    with town.house.store.transaction() as session:
        session.exec(update(Evidence).values(payload_sealed=bytes.fromhex("026b31ffff")))
    ((id,),) = rows(town, "SELECT id FROM evidence")
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) == id
    findings = {f.subject: f for f in upkeep.examine(town.house, NOW)}
    assert not findings["evidence"].well


def test_doctor_survives_a_detector_that_cannot_be_made(town: Town) -> None:
    def broken() -> list[object]:
        raise RuntimeError("Adriana")

    object.__setattr__(town.house, "moderators", broken)
    findings = {f.subject: f for f in upkeep.examine(town.house, NOW)}
    assert "RuntimeError" in findings["detectors"].fact
    assert "Adriana" not in str(findings)


def test_a_flag_that_says_more_than_was_shown_is_not_decided_unseen(town: Town) -> None:
    town.detector.signals = frozenset({"disparagement"})
    flag = flagged(town, "!disparagement !hate")
    shown = town.queue()["1"].version
    town.detector.version, town.detector.signals = "2", frozenset({"disparagement", "hate"})
    town.scan()
    with pytest.raises(FlagChanged, match="look at it again"):
        decisions.decide(town.house, flag, ADMIN, Choice.CLEAR, NOW, seen_version=shown)


def test_a_stricter_page_looks_at_the_last_thirty_days_again(town: Town) -> None:
    town.platform.post("1", "!disparagement")
    town.scan()
    pages.apply_pages(town.house, [town.write_page(PAGE + "rules: {disparagement: {severity: high}}\n")], NOW)
    assert town.scan().scored == 1
    assert town.queue()["1"].severity == "high"


def test_a_platform_that_is_down_is_asked_once_and_not_for_each_action(town: Town) -> None:
    for number in range(5):
        town.platform.post(str(number), "!disparagement")
    town.scan()
    town.platform.fault = Unavailable("down")
    for flag in town.queue().values():
        decisions.decide(town.house, flag.flag, ADMIN, Choice.HIDE, NOW)
    before = len(town.platform.calls)
    assert actions.carry_out_alone(town.house, "p", NOW).waiting == 5
    assert len(town.platform.calls) == before + 1


@pytest.mark.parametrize(("words", "severity"), [("!disparagement", "medium"), ("!threat", "critical")])
def test_what_was_hidden_and_is_public_again_waits_for_a_person_at_once(town: Town, words: str, severity: str) -> None:
    flag = flagged(town, words)
    settle(town, flag, ADMIN, Choice.HIDE)
    town.scan()
    assert town.queue() == {}
    town.platform.post("1", words)
    later = NOW + timedelta(hours=2)
    town.scan(now=later)
    queued = town.queue(now=later)["1"]
    assert (queued.flag, queued.severity, queued.deadline) == (flag, severity, later)
    assert settle(town, flag, SECOND, Choice.HIDE).won
    assert town.state("1") == HELD


def test_a_hold_that_somebody_undid_on_the_platform_is_not_called_held(town: Town) -> None:
    holding(town)
    flagged(town, "!hate")
    assert town.queue()["1"].held
    town.platform.post("1", "!hate", state=VISIBLE)
    town.scan()
    assert not town.queue()["1"].held


def test_a_case_is_hidden_once(town: Town) -> None:
    decided = settle(town, flagged(town, "!threat"), ADMIN, Choice.ESCALATE)
    assert decisions.hide_for_case(town.house, decided.case or "", ADMIN, NOW).won
    second = decisions.hide_for_case(town.house, decided.case or "", SECOND, NOW)
    assert (second.won, second.by) == (False, ADMIN)
    assert rows(town, "SELECT count(*) FROM action") == [(1,)]
