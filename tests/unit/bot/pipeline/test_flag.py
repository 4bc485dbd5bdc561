from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import update

from bot import decisions, pages
from bot.domain.review import Choice
from bot.records import Comment, Revision, RunStatus
from connectors.base import Capabilities, CommentState
from tests.houses import ADMIN, NOW, PAGE, Town, rows


def test_a_comment_becomes_a_flag_with_rule_clause_severity_deadline_and_why(town: Town) -> None:
    town.platform.post("1", "hello")
    town.platform.post("2", "!threat to you")
    result = town.scan()
    assert (result.status, result.fetched, result.scored, result.flagged, result.failed) == (RunStatus.DONE, 2, 2, 1, 0)
    (flag,) = town.queue().values()
    assert (flag.comment, flag.severity, flag.why, flag.deadline) == (
        "2",
        "critical",
        "It says threat.",
        NOW + timedelta(hours=1),
    )
    (rule,) = flag.rules
    assert (rule.rule, rule.clause, rule.moderator, rule.version) == ("threat", "II.6, II.7, IV.A.3a", "marked", "1")


def test_a_second_scan_adds_nothing(town: Town) -> None:
    town.platform.post("1", "!threat")
    town.scan()
    again = town.scan()
    assert (again.fetched, again.scored, again.flagged) == (0, 0, 0)
    assert len(town.queue()) == 1


def test_the_most_urgent_flag_comes_first(town: Town) -> None:
    for number, mark in enumerate(("disparagement", "hate", "threat", "student_contact")):
        town.platform.post(str(number), f"!{mark}")
    town.scan()
    assert [f.severity for f in town.queue().values()] == ["critical", "high", "high", "medium"]
    assert list(town.queue()) == ["2", "3", "1", "0"]


def test_a_detector_that_fails_its_canary_stops_the_scoring_and_not_the_fetching(town: Town) -> None:
    town.platform.post("1", "!threat")
    town.detector.broken = True
    result = town.scan()
    assert (result.status, result.fetched, result.scored) == (RunStatus.FAILED, 1, 0)
    assert rows(town, "SELECT scoring FROM revision") == [("unscored",)]
    town.detector.broken = False
    assert town.scan().flagged == 1


def test_one_comment_that_breaks_a_detector_does_not_cost_the_others_their_answer(town: Town) -> None:
    town.platform.post("1", "!explode")
    town.platform.post("2", "!threat")
    town.platform.post("3", "hello")
    result = town.scan()
    assert (result.status, result.scored, result.failed, result.flagged) == (RunStatus.DONE, 2, 1, 2)
    assert [r.rule for r in town.queue()["1"].rules] == ["unchecked"]
    assert rows(town, "SELECT failure FROM revision WHERE scoring = 'failed'") == [("marked",)]


def test_what_could_not_be_checked_is_tried_again_and_its_flag_goes_when_it_is_clean(town: Town) -> None:
    town.platform.post("1", "!unreadable")
    assert town.scan().failed == 1
    town.detector.assess = type(town.detector)().assess  # type: ignore[method-assign]  # a fresh detector
    object.__setattr__(town.detector, "assess", lambda comments, page: [[] for _ in comments])
    again = town.scan()
    assert (again.scored, again.failed) == (1, 0)
    assert town.queue() == {}


def test_what_can_never_be_checked_is_not_tried_for_ever(town: Town) -> None:
    town.platform.post("1", "!unreadable")
    assert [town.scan().failed for _ in range(4)] == [1, 1, 1, 0]
    assert list(town.queue()) == ["1"]


def test_a_new_version_of_a_detector_looks_at_the_last_thirty_days_again(town: Town) -> None:
    town.platform.post("old", "!hate", minutes_ago=60 * 24 * 40)
    town.platform.post("new", "!hate")
    town.detector.signals = frozenset()
    assert town.scan().flagged == 0
    town.detector.version, town.detector.signals = "2", frozenset({"hate"})
    result = town.scan()
    assert (result.scored, result.flagged) == (1, 1)
    assert list(town.queue()) == ["new"]


def test_a_fresh_scoring_adds_its_rules_to_the_open_flag(town: Town) -> None:
    town.platform.post("1", "!disparagement !threat")
    town.detector.signals = frozenset({"disparagement"})
    town.scan()
    town.detector.version, town.detector.signals = "2", frozenset({"disparagement", "threat"})
    assert town.scan().flagged == 0
    flag = town.queue()["1"]
    assert ([r.rule for r in flag.rules], flag.severity) == (["threat", "disparagement"], "critical")


def test_names_are_masked_for_the_detectors_that_ask_for_it(town: Town) -> None:
    town.detector.reads = "masked"
    town.platform.post("1", "!student_name is here")
    town.scan()
    assert town.detector.seen == ["!student_name is here"]  # it found no name before, so nothing was masked


def test_rules_that_nothing_watches_are_named_by_every_run(town: Town) -> None:
    assert "impersonation" in town.scan().not_watched
    assert "threat" not in town.scan().not_watched


def test_a_page_that_holds_severe_flags_hides_them_until_somebody_has_looked(town: Town) -> None:
    town.write_page(PAGE + "hold_until_reviewed: [critical]\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.platform.post("1", "!threat")
    town.platform.post("2", "!self_harm")
    town.platform.post("3", "!disparagement")
    town.scan()
    states = {id: comment.state for id, comment in town.platform.comments.items()}
    assert states == {"1": CommentState.HELD, "2": CommentState.VISIBLE, "3": CommentState.VISIBLE}
    assert {id: f.held for id, f in town.queue().items()} == {"1": True, "2": False, "3": False}
    assert rows(town, "SELECT count(*) FROM evidence") == [(1,)]


def test_contact_details_are_held_on_a_public_page_only(town: Town) -> None:
    town.platform.post("1", "!student_contact")
    town.platform.public = False
    town.scan()
    assert town.state("1") is CommentState.VISIBLE
    town.platform.public = True
    town.platform.post("2", "!student_contact")
    town.scan()
    assert town.state("2") is CommentState.HELD


def test_a_held_comment_whose_new_words_are_clean_is_let_go(town: Town) -> None:
    town.platform.post("1", "!student_contact")
    town.scan()
    town.platform.post("1", "sorry, removed it", state=CommentState.HELD)
    town.scan()
    assert town.queue()["1"].edited
    assert town.state("1") is CommentState.VISIBLE


def test_holding_on_a_platform_that_cannot_restore_is_refused(town: Town) -> None:
    town.platform.capabilities = Capabilities(frozenset())
    file = town.write_page(PAGE + "hold_until_reviewed: [critical]\n")
    with pytest.raises(Exception, match=r"p\.yaml:8: hold_until_reviewed: this platform cannot restore"):
        pages.apply_pages(town.house, [file], NOW)


def test_a_broken_detector_does_not_stop_the_actions(town: Town) -> None:
    town.platform.post("1", "!student_contact")
    town.scan()
    town.platform.post("1", "!student_contact", state=CommentState.HELD)
    flag = town.queue()["1"].flag
    decisions.decide(town.house, flag, ADMIN, Choice.CLEAR, NOW)
    town.detector.broken = True
    assert town.scan().status == RunStatus.FAILED
    assert town.state("1") == CommentState.VISIBLE


def test_a_row_that_does_not_open_is_for_a_person_and_stops_no_other_one(town: Town) -> None:
    town.platform.post("1", "unreadable", minutes_ago=90)
    town.detector.broken = True
    town.scan()
    with town.house.store.transaction() as session:
        session.exec(update(Revision).values(text_sealed=bytes.fromhex("026b39ffff")))
        session.exec(update(Comment).values(author_sealed=bytes.fromhex("026b39ffff")))
    town.detector.broken = False
    town.platform.post("2", "!threat")
    result = town.scan()
    assert (result.status, result.failed, result.scored) == ("done", 1, 1)
    assert sorted(rows(town, "SELECT rule FROM flag_rule")) == [("threat",), ("unchecked",)]
