"""A raid is one card and one press: whoever dies over it, its flags are each decided once, and the card is there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.chaos import oracle
from tests.chaos.conftest import deciders, flagged_like, made_up, room_like
from tests.chaos.room import Room, button
from tests.chaos.school import School, Schools
from tests.chaos.shown import ids
from tests.chaos.trap import Point
from tests.houses import ADMIN, NOW, SECOND
from tests.patience import until

MANY = 12
"""Comments of the raid: ten within ten minutes are one."""


def post_raid(school: School) -> None:
    """Many people post at once."""
    school.board.behave(batch=50, rewrites=False)
    school.board.post_all(
        (f"r{n:02}", f"!disparagement {n}", NOW - timedelta(minutes=9, seconds=-n)) for n in range(MANY)
    )


@pytest.fixture(scope="module")
def raided(schools: Schools, in_channel: School) -> Iterator[School]:
    """A school with one raid, which is read and flagged."""
    with flagged_like(schools, in_channel, post_raid) as school:
        yield school


FORMING = [
    *(Point(when, "INSERT INTO bundle") for when in ("after", "committing", "committed")),
    Point("after", "UPDATE flag SET"),
]


@pytest.mark.parametrize("point", FORMING, ids=str)
def test_a_raid_that_is_being_drawn_together(schools: Schools, in_channel: School, point: Point) -> None:
    with room_like(schools, in_channel) as room:
        post_raid(room.school)
        assert room.school.scan(point=point).died, f"{point} is never passed"
        room.settles()
        assert len(room.discord.messages(room.channel)) == 1


SENDING = [
    Point("asking", "POST channels"),
    Point("asked", "POST channels"),
    *(Point(when, "UPDATE bundle SET") for when in ("after", "committing", "committed")),
]


@pytest.mark.parametrize("point", SENDING, ids=str)
def test_its_card_that_is_being_sent(schools: Schools, raided: School, point: Point) -> None:
    with room_like(schools, raided) as room:
        room.dies_at(point)
        room.settles()
        assert len(room.discord.messages(room.channel)) == 1


PRESSED = [
    *(Point(when, "UPDATE bundle SET", 2) for when in ("after", "committing", "committed")),
    Point("after", "INSERT INTO decision", 3),
    Point("committed", "INSERT INTO decision", 3),
    Point("asking", "POST webhooks"),
    Point("asked", "act hide"),
    Point("committed", "UPDATE action SET", 4),
    Point("asked", "PATCH channels"),
    Point("committed", "UPDATE bundle SET", 3),
]


@pytest.mark.parametrize("point", PRESSED, ids=str)
def test_a_press_on_it(schools: Schools, raided: School, point: Point) -> None:
    """The clock does whatever is left of the press; somebody else's press wins only where the first was never written."""
    with room_like(schools, raided) as room:
        school, hide = room.school, _press_and_die(room, "hide", point)
        with room.on_duty():
            room.press(room.maja, room.cards()[0], hide)
            school.ring("bundle")
            made_up(school)
            room.shows_all()
        by = SECOND if point in PRESSED[:2] else ADMIN
        assert deciders(school) == [by] * MANY
        assert school.board.rows("SELECT count(*), count(DISTINCT id) FROM act") == [(MANY, MANY)]
        assert len(room.discord.messages(room.channel)) == 1


@pytest.mark.parametrize(
    "point",
    [
        Point("committed", "UPDATE bundle SET"),
        Point("committed", "INSERT INTO decision", 3),
        Point("asked", "act restore", 2),
    ],
    ids=str,
)
def test_taking_it_back(schools: Schools, raided: School, point: Point) -> None:
    with room_like(schools, raided) as room:
        school = room.school
        with room.on_duty():
            until(room.cards)
            (card,) = room.cards()
            room.press(room.dana, card, button(card, "hide"))
            until(lambda: school.board.rows("SELECT count(*) FROM act") == [(MANY,)])
            room.shows_all()
        _press_and_die(room, "undo", point)
        with room.on_duty():
            school.ring("bundle")
            school.ring("carry_out")
            room.shows_all(lambda _: "hide" in ids(room.cards()[0]))
        assert school.board.rows("SELECT count(*) FROM comment WHERE state = 'visible'") == [(MANY,)]
        assert school.board.rows("SELECT count(*), count(DISTINCT id) FROM act WHERE kind = 'restore'") == [
            (MANY, MANY)
        ]


def _press_and_die(room: Room, choice: str, point: Point) -> str:
    """A process that is pressed on, and dies; the id of the button."""
    running = room.starts(point)
    until(lambda: room.discord.gateway.connected and room.cards())
    (card,) = room.cards()
    pressed = button(card, choice)
    room.discord.begin_press(room.dana, card, custom_id=pressed)
    assert room.school.end(running).died, f"{point} is never passed"
    oracle.expect_always(room.school)
    room.after_a_while()
    return pressed
