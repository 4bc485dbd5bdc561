"""The process that holds the connection dies over what is said beside the cards: digest, alarm, reminder, test. Each is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.house import House
from bot.records import DigestSent, Post, PostKind
from tests.chaos.conftest import flag_of, flagged_like, room_like
from tests.chaos.room import button
from tests.chaos.school import School, Schools
from tests.chaos.trap import Point
from tests.houses import NOW
from tests.patience import until

FIRST_OF_MONTH = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)
"""Eleven o'clock at the school: the test alarm is due."""


def said(point: int) -> list[Point]:
    """The deaths around a message that is a row first; it is the so-manieth that is sent."""
    return [
        *(Point(when, "INSERT INTO post") for when in ("after", "committing", "committed")),
        Point("asking", "POST channels", point),
        Point("asked", "POST channels", point),
        *(Point(when, "UPDATE post SET") for when in ("after", "committing", "committed")),
    ]


@pytest.fixture(scope="module")
def threatened(schools: Schools, in_channel: School) -> Iterator[School]:
    """A school with one critical flag."""
    with flagged_like(
        schools, in_channel, lambda s: s.board.post("c1", "!threat", NOW - timedelta(minutes=9))
    ) as school:
        yield school


@pytest.fixture(scope="module")
def insulted(schools: Schools, in_channel: School) -> Iterator[School]:
    """A school with one flag that is due in a day."""
    with flagged_like(
        schools, in_channel, lambda s: s.board.post("c1", "!disparagement", NOW - timedelta(minutes=9))
    ) as school:
        yield school


DIGEST = [
    Point("asking", "POST channels"),
    Point("asked", "POST channels"),
    *(Point(when, "INSERT INTO digest") for when in ("after", "committing", "committed")),
]


@pytest.mark.parametrize("point", DIGEST, ids=str)
def test_a_digest(schools: Schools, in_channel: School, point: Point) -> None:
    with room_like(schools, in_channel) as room:
        room.school.now = NOW + timedelta(hours=5)
        room.dies_at(point)
        room.settles(is_told)
        assert len(room.discord.messages(room.channel)) == 1


@pytest.mark.parametrize("point", said(2), ids=str)
def test_an_alarm(schools: Schools, threatened: School, point: Point) -> None:
    """The card comes before it, so that it can lead there."""
    with room_like(schools, threatened) as room:
        room.dies_at(point)
        room.settles(has(PostKind.ALARM))
        (alarm,) = room.plain()
        assert all(f"<@{who.id}>" in alarm.text for who in (room.dana, room.maja))


@pytest.mark.parametrize("point", said(2), ids=str)
def test_a_reminder(schools: Schools, insulted: School, point: Point) -> None:
    with room_like(schools, insulted) as room:
        room.school.later(21 * 60)
        room.dies_at(point)
        room.settles(has(PostKind.REMINDER))
        assert len(room.plain()) == 1


@pytest.mark.parametrize("point", said(1), ids=str)
def test_a_monthly_test(schools: Schools, in_channel: School, point: Point) -> None:
    with room_like(schools, in_channel) as room:
        room.school.now = FIRST_OF_MONTH
        room.dies_at(point)
        room.settles(has(PostKind.TEST))
        assert len(room.plain()) == 1


OVER = [
    Point("asking", "PATCH channels"),
    Point("asked", "PATCH channels"),
    Point("asking", "PATCH channels", 2),
    Point("asked", "PATCH channels", 2),
    Point("after", "UPDATE post SET", 3),
    Point("committing", "UPDATE post SET", 2),
    Point("committed", "UPDATE post SET", 2),
]


@pytest.mark.parametrize("point", OVER, ids=str)
def test_an_alarm_that_somebody_has_taken(schools: Schools, threatened: School, point: Point) -> None:
    """Card and alarm say who has it."""
    with room_like(schools, threatened) as room:
        running = room.starts(point)
        until(room.plain)
        card = room.card_of(flag_of(room.school, "c1"))
        room.discord.begin_press(room.dana, card, custom_id=button(card, "acknowledge"))
        assert room.school.end(running).died, f"{point} is never passed"
        room.after_a_while()
        room.settles(lambda house: has(PostKind.ALARM)(house) and not room.plain()[0].buttons)
        assert len(room.plain()) == len(room.cards()) == 1


def has(kind: PostKind) -> Callable[[House], bool]:
    """Whether a message of this kind was sent."""

    def sent(house: House) -> bool:
        with house.store.reading() as session:
            return any(post.sent for post in session.exec(select(Post).where(Post.kind == kind)))

    return sent


def is_told(house: House) -> bool:
    """Whether it is noted that the school was told of its day."""
    with house.store.reading() as session:
        return session.exec(select(DigestSent)).first() is not None
