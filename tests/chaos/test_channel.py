"""The process that holds the connection to Discord dies between two writes: no card is missing then, none is there twice (DESIGN.md 12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.people import email_of
from bot.records import Decision, DigestSent
from tests.chaos import oracle
from tests.chaos.conftest import NUMBERS, flag_of, made_up, post_six
from tests.chaos.room import Room, button, introduce, room_of
from tests.chaos.school import School, Schools
from tests.chaos.test_presses import DECIDING, was_undone
from tests.chaos.trap import Point
from tests.houses import ADMIN, NOW, SECOND
from tests.patience import until

FLAGS = 4
"""Of the six comments."""


@pytest.fixture(scope="module")
def quiet(schools: Schools) -> Iterator[School]:
    """A school with a channel, on whose page nobody has posted anything; to be copied."""
    with schools.another("quiet") as school:
        introduce(school)
        yield school


@pytest.fixture(scope="module")
def flagged(schools: Schools, quiet: School) -> Iterator[School]:
    """The same, with six comments that are read and flagged."""
    with schools.another("in-channel", quiet) as school:
        post_six(school)
        assert school.scan().done["status"] == "done"
        oracle.expect_settled(school)
        yield school


@contextmanager
def room_like(schools: Schools, model: School) -> Iterator[Room]:
    """The channel of a school like this one."""
    with schools.another(f"room-{next(NUMBERS)}", model) as school, room_of(school) as room:
        yield room


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
        room.expect_settled()
        assert deciders(school, flag) == [SECOND if is_undone(point) else ADMIN]
        assert school.board.rows("SELECT count(*) FROM act WHERE id = 'c1'") == [(1,)]


def is_undone(point: Point) -> bool:
    """Whether a press died before its decision was stored."""
    return point.what == "POST interactions" or was_undone(point)


def deciders(school: School, flag: str) -> list[str]:
    """The people who have decided a flag."""
    with school.opened() as house, house.store.reading() as session:
        decided = session.exec(select(Decision).where(Decision.flag_id == flag).order_by(col(Decision.flag_version)))
        return [email_of(session, house.store.vault, decision.person_id) for decision in decided]


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


DIGEST = [
    Point("asking", "POST channels"),
    Point("asked", "POST channels"),
    Point("after", "INSERT INTO digest"),
    Point("committing", "INSERT INTO digest"),
    Point("committed", "INSERT INTO digest"),
]


@pytest.mark.parametrize("point", DIGEST, ids=str)
def test_a_digest(schools: Schools, quiet: School, point: Point) -> None:
    with room_like(schools, quiet) as room:
        room.school.now = NOW + timedelta(hours=5)
        room.dies_at(point)
        with room.on_duty():
            until(lambda: told(room.school))
        assert len(room.discord.messages(room.channel)) == 1


def told(school: School) -> bool:
    """Whether it is noted that the school was told of the day."""
    with school.opened() as house, house.store.reading() as session:
        return session.exec(select(DigestSent)).first() is not None
