"""The process that holds the connection to Discord dies between two writes: no card is missing then, none is there twice (DESIGN.md 12)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos import oracle
from tests.chaos.conftest import deciders, flag_of, flagged_like, made_up, post_six, room_like
from tests.chaos.room import button
from tests.chaos.school import School, Schools
from tests.chaos.shown import ids
from tests.chaos.test_presses import DECIDING, was_undone
from tests.chaos.trap import Point
from tests.houses import ADMIN, SECOND
from tests.patience import until

FLAGS = 4
"""Of the six comments."""


@pytest.fixture(scope="module")
def flagged(schools: Schools, in_channel: School) -> Iterator[School]:
    """A school with a channel, and six comments that are read and flagged; to be copied."""
    with flagged_like(schools, in_channel, post_six) as school:
        yield school


SENDING = [
    Point("asking", "GET channels"),
    Point("asking", "POST channels"),
    Point("asked", "POST channels"),
    Point("after", "INSERT INTO card"),
    Point("committing", "INSERT INTO card"),
    Point("committed", "INSERT INTO card"),
    Point("asked", "POST channels", FLAGS),
]


@pytest.mark.parametrize("point", SENDING, ids=str)
def test_a_card_that_is_being_sent(schools: Schools, flagged: School, point: Point) -> None:
    with room_like(schools, flagged) as room:
        room.dies_at(point)
        room.settles()
        assert len(room.cards()) == FLAGS


@pytest.mark.parametrize("point", [Point("asked", "POST channels"), Point("committing", "INSERT INTO card")], ids=str)
def test_a_card_of_which_nobody_knows_and_whose_flag_is_decided_elsewhere(
    schools: Schools, flagged: School, point: Point
) -> None:
    """It would say for ever that it waits, since nothing is due any more."""
    with room_like(schools, flagged) as room:
        room.dies_at(point)
        (card,) = room.cards()
        assert room.school.press(flag_of(room.school, "c3"), "hide").done["won"]
        room.settles()
        assert "acknowledge" not in ids(card)


PRESSED = [
    Point("asking", "POST interactions"),
    Point("asked", "POST interactions"),
    *DECIDING,
    Point("asking", "POST webhooks"),
    Point("asked", "POST webhooks"),
    Point("asking", "PATCH channels"),
    Point("asked", "PATCH channels"),
    Point("after", "UPDATE card SET"),
    Point("committing", "UPDATE card SET"),
    Point("committed", "UPDATE card SET"),
]


@pytest.mark.parametrize("point", PRESSED, ids=str)
def test_a_press_on_a_card(schools: Schools, flagged: School, point: Point) -> None:
    """Somebody else presses after the death: one of the two has decided, it is done on the platform once, and the card says so."""
    with room_like(schools, flagged) as room:
        school, flag = room.school, flag_of(room.school, "c1")
        running = room.starts(point)
        until(lambda: len(room.cards()) == FLAGS)
        card = room.card_of(flag)
        hide = button(card, "hide")
        room.discord.begin_press(room.dana, card, custom_id=hide)
        assert school.end(running).died, f"{point} is never passed"
        oracle.expect_always(school)
        room.after_a_while()
        with room.on_duty():
            room.press(room.maja, card, hide)
            made_up(school)
            room.shows_all()
        assert deciders(school, flag) == [SECOND if is_undone(point) else ADMIN]
        assert school.board.rows("SELECT count(*) FROM act WHERE id = 'c1'") == [(1,)]


def is_undone(point: Point) -> bool:
    """Whether a press died before its decision was stored."""
    return point.what == "POST interactions" or was_undone(point)


AGAIN = [
    Point("committed", "UPDATE card SET"),
    Point("asking", "POST channels"),
    Point("asked", "POST channels"),
    Point("committed", "UPDATE card SET", 2),
]


@pytest.mark.parametrize("point", AGAIN, ids=str)
def test_a_card_that_somebody_deleted(schools: Schools, flagged: School, point: Point) -> None:
    with room_like(schools, flagged) as room:
        room.settles()
        room.discord.delete(room.cards()[0])
        room.dies_at(point)
        room.settles()
