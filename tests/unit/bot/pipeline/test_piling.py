"""Many against one, on both databases."""

from __future__ import annotations

from connectors.base import Author
from tests.houses import Town
from tests.unit.bot.pipeline.graded import broken, staffed

MILD = "!disparagement=.4"
"""Above half of the threshold, and below the whole."""


def test_three_who_answer_one_comment_with_sharp_words_are_a_pile_on_its_latest(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "here is my poster", author="victim", minutes_ago=50)
    for number, author in enumerate("abc", start=1):
        town.platform.post(str(number), MILD, author=author, minutes_ago=40 - number, parent="0")
    town.scan()
    assert broken(town) == {
        "1": {"disparagement": "medium"},
        "2": {"disparagement": "medium"},
        "3": {"harassment": "high", "disparagement": "medium"},
    }
    latest = town.queue()["3"].rules[0]
    assert latest.why == "Within an hour several people wrote in this way about one person or to one person."
    assert latest.moderator == "context"


def test_a_pile_that_grows_run_by_run_flags_the_earlier_ones_when_it_becomes_one(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "here is my poster", author="victim", minutes_ago=50)
    for number, author in enumerate("ab", start=1):
        town.platform.post(str(number), MILD, author=author, minutes_ago=40 - number, parent="0")
        assert town.scan().flagged == 0
    town.platform.post("3", MILD, author="c", minutes_ago=30, parent="0")
    assert town.scan().flagged == 3
    assert set(broken(town)) == {"1", "2", "3"}
    assert town.scan().flagged == 0


def test_whom_they_name_or_whose_comments_they_answer_is_one_target(town: Town) -> None:
    staffed(town)
    for number in range(2):
        town.platform.post(f"v{number}", "a comment of mine", author="victim", minutes_ago=50)
    town.platform.post("1", MILD, author="a", minutes_ago=40, parent="v0")
    town.platform.post("2", MILD, author="b", minutes_ago=39, parent="v1")
    town.platform.post("3", MILD, author="c", minutes_ago=38, parent="v0")
    town.platform.post("4", f"{MILD} !student_name=.3@s1", author="d", minutes_ago=37)
    town.platform.post("5", f"{MILD} !student_name=.3@s1", author="e", minutes_ago=36)
    town.platform.post("6", f"{MILD} !student_name=.3@s1", author="f", minutes_ago=35)
    town.platform.post("7", MILD, author="g", minutes_ago=34)
    town.scan()
    assert {id for id, rules in broken(town).items() if "harassment" in rules} == {"3", "6"}
    assert set(broken(town)) == {"1", "2", "3", "4", "5", "6"}


def test_a_quarrel_of_two_and_who_answers_himself_are_none(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "mine", author="victim", minutes_ago=50)
    for number, author in enumerate(("a", "victim", "a", "b", "victim"), start=1):
        town.platform.post(str(number), MILD, author=author, minutes_ago=40 - number, parent="0")
    town.scan()
    assert broken(town) == {}


def test_three_sharp_answers_after_many_friendly_ones_are_none(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "who is the villain?", author="teacher", minutes_ago=55)
    for number in range(12):
        words = MILD if number > 8 else "the uncle, i think"
        town.platform.post(f"r{number}", words, author=f"a{number}", minutes_ago=50 - number, parent="0")
    town.scan()
    assert broken(town) == {}


def test_guests_are_told_apart_by_the_name_they_sign_with(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "mine", minutes_ago=50)
    for number, name in enumerate(("Ada", "ADA", "Eve", "Ida"), start=1):
        guest = town.platform.post(str(number), MILD, minutes_ago=40 - number, parent="0")
        town.platform.comments[guest.id] = type(guest)(guest.id, Author("", name), guest.text, guest.created, "0")
    town.scan()
    assert set(broken(town)) == {"1", "2", "3", "4"}
    assert "harassment" in broken(town)["4"]
