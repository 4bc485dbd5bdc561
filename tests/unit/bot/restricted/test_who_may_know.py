"""Whom a restricted flag may mean, and who stands above them (MATRIX.md, "Restricted from birth"); what it leaves elsewhere."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot import queue
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, only_teaches
from tests.unit.bot.people.two_schools import CONTACT, found_two
from tests.unit.bot.pipeline.graded import broken, staffed

IN_OFFICE = [ADMIN, SECOND, SUPERVISOR, CONTACT]


def who_knows(town: Town, comment: str = "1") -> list[str]:
    """Those in office who find a comment's flag in their queue."""
    return [email for email in IN_OFFICE if comment in town.queue(email)]


@pytest.mark.parametrize(
    ("words", "author", "above", "know"),
    [
        ("in class", "someone", "", IN_OFFICE),
        ("by Ms. Reyes", "someone", "", [SUPERVISOR, CONTACT]),  # not the other administrator either
        ("ask Reyes", "someone", "", [SUPERVISOR, CONTACT]),
        ("the principal knows", "someone", "", [SUPERVISOR, CONTACT]),
        ("come and see me", "Dana Reyes", "", [SUPERVISOR, CONTACT]),
        ("come and see me", "coach", "", [SUPERVISOR, CONTACT]),  # her account, by people.yaml
        ("me too", "someone", "it was Ms. Reyes", [SUPERVISOR, CONTACT]),
        ("by Mr. Okafor", "someone", "", [CONTACT]),
        ("the superintendent and the principal", "someone", "", [CONTACT]),
        ("Ken Ito knows", "someone", "", [ADMIN, SECOND, SUPERVISOR]),  # nobody stands above the contact
    ],
)
def test_it_is_for_those_above_all_whom_it_may_mean(
    town: Town, words: str, author: str, above: str, know: list[str]
) -> None:
    found_two(town, f"contact: {CONTACT}", "accounts: {platform: [a-coach]}")
    only_teaches(town)
    town.platform.post("0", above or "hello", minutes_ago=90)
    town.platform.post("1", f"!child_abuse {words}", author=author, parent="0")
    town.scan()
    assert who_knows(town) == know


def test_a_teacher_who_is_an_administrator_makes_it_one_for_the_supervisor(town: Town) -> None:
    found_two(town, f"contact: {CONTACT}")
    flagged(town, "!child_abuse")
    assert who_knows(town) == [SUPERVISOR, CONTACT]


def test_who_is_named_afterwards_finds_it_no_more(town: Town) -> None:
    found_two(town, f"contact: {CONTACT}")
    only_teaches(town)
    flagged(town, "!child_abuse")
    assert who_knows(town) == IN_OFFICE
    town.platform.post("1", "it was Ms. Reyes")
    town.scan()
    assert who_knows(town) == [SUPERVISOR, CONTACT]


def test_it_takes_the_place_of_no_flag_that_others_know_of(town: Town) -> None:
    flag = flagged(town, "!hate")
    town.platform.post("1", "!hate !child_abuse")
    town.scan()
    assert town.queue(TEACHER)["1"].flag == flag
    assert [each.restricted for each in queue.queue(town.house, SUPERVISOR, now=NOW)] == [True, False]


def test_a_restricted_comment_makes_no_pile_of_others(town: Town) -> None:
    staffed(town)
    town.platform.post("0", "here is my poster", author="victim", minutes_ago=50)
    for number, author in enumerate("abc", start=1):
        more = " !child_abuse=.9" if number == 2 else ""
        words = f"!disparagement=.4{more}"
        town.platform.post(str(number), words, author=author, minutes_ago=40 - number, parent="0")
    town.scan()
    assert set(broken(town)) == {"2"}


def test_words_that_do_not_open_may_mean_anybody(town: Town) -> None:
    found_two(town, f"contact: {CONTACT}")
    only_teaches(town)
    flagged(town, "!child_abuse")
    with town.house.store.engine.begin() as connection:
        connection.execute(text("UPDATE revision SET text_sealed = :broken"), {"broken": b"broken"})
    assert who_knows(town) == [CONTACT]
