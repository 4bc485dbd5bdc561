"""Assents under what breaks a rule, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.review import Choice
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, SECOND, Town, settle
from tests.unit.bot.pipeline.graded import Graded, broken, staffed

THREAT, CRY, RUDE = "!threat=.9", "!self_harm=.9", "!disparagement=.9"


def test_an_assent_to_a_threat_is_flagged_one_level_milder_and_says_why(town: Town) -> None:
    staffed(town)
    town.platform.post("1", THREAT, minutes_ago=60)
    town.platform.post("2", "yo también", author="x", minutes_ago=50, parent="1")
    town.platform.post("3", "+1", author="y", minutes_ago=40, parent="2")
    town.platform.post("4", "same", author="z", minutes_ago=30)
    town.platform.post("5", "dont say that", author="w", minutes_ago=20, parent="1")
    result = town.scan()
    assert broken(town) == {"1": {"threat": "critical"}, "2": {"threat": "high"}, "3": {"threat": "medium"}}
    assert result.flagged == 3
    flag = town.queue()["2"]
    assert flag.why == "Agrees with a comment that breaks this rule, and so takes part in it."
    assert flag.rules[0].moderator == "assents"
    assert flag.deadline == NOW + timedelta(hours=4)


def test_an_assent_that_comes_days_later_finds_the_flag_in_the_database(town: Town) -> None:
    staffed(town)
    town.platform.post("1", THREAT, minutes_ago=60)
    town.scan()
    town.platform.post("2", "same", author="x", minutes_ago=-3000, parent="1")
    assert town.scan(now=NOW + timedelta(days=3)).flagged == 1
    assert broken(town)["2"] == {"threat": "high"}


@pytest.mark.parametrize(
    ("words", "choices", "expected"),
    [
        (RUDE, [(ADMIN, Choice.HIDE)], {}),  # medium: an assent is none
        (THREAT, [(ADMIN, Choice.HIDE)], {"2": {"threat": "high"}}),
        (THREAT, [(ADMIN, Choice.CLEAR), (SECOND, Choice.CLEAR)], {}),
    ],
)
def test_what_was_upheld_still_counts_and_what_was_cleared_does_not(
    town: Town, words: str, choices: list[tuple[str, Choice]], expected: dict[str, dict[str, str]]
) -> None:
    staffed(town)
    town.platform.post("1", words)
    town.scan()
    for by, choice in choices:
        settle(town, town.queue()["1"].flag, by, choice, "looked at")
    town.platform.post("2", "same", author="x", minutes_ago=1, parent="1")
    town.scan()
    assert broken(town) == expected


def test_same_under_a_cry_for_help_is_as_serious_and_never_held(town: Town) -> None:
    staffed(town)
    town.platform.post("1", CRY, minutes_ago=60)
    town.platform.post("2", "same 😢", author="x", minutes_ago=50, parent="1")
    town.platform.post("3", "do it", author="y", minutes_ago=40, parent="1")
    town.scan()
    assert broken(town)["2"] == {"self_harm": "critical"}
    assert broken(town)["3"] == {"self_harm": "critical", "harassment": "high"}
    assert all(comment.state is CommentState.VISIBLE for comment in town.platform.comments.values())


def test_an_answer_that_was_judged_before_its_question_is_looked_up_again(town: Town) -> None:
    staffed(town)
    town.platform.post("2", "same", author="x", minutes_ago=10, parent="1")
    town.platform.post("3", "igual", author="y", minutes_ago=5, parent="2")
    assert town.scan().flagged == 0
    town.platform.post("1", THREAT, minutes_ago=60)  # approved late
    assert town.scan().flagged == 3
    assert broken(town) == {"1": {"threat": "critical"}, "2": {"threat": "high"}, "3": {"threat": "medium"}}
    assert town.scan().flagged == 0


def test_assents_that_are_judged_together_may_have_been_found_in_any_order(town: Town) -> None:
    staffed(town)
    healthy = town.house
    town.house = replace(healthy, moderators=lambda: [Graded(broken=True)])  # what is found waits
    for id, words, minutes, parent in (("3", "igual", 5, "2"), ("2", "same", 10, "1"), ("1", THREAT, 60, None)):
        town.platform.post(id, words, author=id, minutes_ago=minutes, parent=parent)
        town.scan()
    town.house = healthy
    town.scan()
    assert broken(town) == {"1": {"threat": "critical"}, "2": {"threat": "high"}, "3": {"threat": "medium"}}


def test_an_assent_counts_for_the_words_that_stood_there_at_its_time(town: Town) -> None:
    staffed(town)
    town.platform.post("1", "what a goal", minutes_ago=60)
    town.platform.post("2", "same", author="x", minutes_ago=50, parent="1")
    town.scan()
    town.platform.post("1", THREAT, minutes_ago=60, edited=NOW - timedelta(minutes=5))
    town.platform.post("3", "same", author="y", minutes_ago=1, parent="1")
    town.scan()
    assert broken(town) == {"1": {"threat": "critical"}, "3": {"threat": "high"}}


def test_an_assent_that_was_cleared_by_a_person_stays_cleared(town: Town) -> None:
    staffed(town)
    town.platform.post("1", THREAT, minutes_ago=60)
    town.platform.post("2", "same", author="x", minutes_ago=50, parent="1")
    town.scan()
    settle(town, town.queue()["2"].flag, ADMIN, Choice.CLEAR)
    town.platform.post("9", "hello", minutes_ago=1)
    town.detector.version = "2"
    town.scan()
    assert set(broken(town)) == {"1"}


def test_what_is_restricted_above_leaves_no_trace_below_either(town: Town) -> None:
    staffed(town)
    town.platform.post("1", "!child_abuse=.9", minutes_ago=60)
    town.platform.post("2", "me too", author="x", minutes_ago=50, parent="1")
    town.scan()
    assert broken(town)["2"] == {"child_abuse": "critical"}
    assert all(flag.restricted for flag in town.queue().values())
