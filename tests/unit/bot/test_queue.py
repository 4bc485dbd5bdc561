from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, update

from bot import decisions, queue
from bot.records import Comment, Flag, FlagRule, PersonRecord
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town
from tests.unit.bot.discord_ui.test_press import damage


def crowd(town: Town, many: int) -> list[str]:
    """Many flags of two severities, found in no order; their comments' ids as the queue has to show them."""
    for number in range(many):
        town.platform.post(
            f"c{number:03}", "!threat" if number % 7 == 3 else "!disparagement", minutes_ago=many - number
        )
    town.platform.batch = 100
    town.scan()
    critical = [f"c{n:03}" for n in range(many) if n % 7 == 3]
    return [*critical, *(f"c{n:03}" for n in range(many) if n % 7 != 3)]


@pytest.mark.parametrize("size", [1, 49, 50, 51])
def test_the_queue_comes_page_by_page_each_flag_once_and_in_order(town: Town, size: int) -> None:
    expected = crowd(town, 120)
    seen: list[str] = []
    page = queue.queue(town.house, now=NOW, limit=size)
    while page and len(seen) < 240:
        seen += [flag.comment for flag in page]
        page = queue.queue(town.house, now=NOW, limit=size, behind=page[-1].place)
    assert sorted(seen) == sorted(expected)
    assert seen[: 120 // 7] == expected[: 120 // 7]
    places = [flag.place for flag in queue.queue(town.house, now=NOW, limit=500)]
    assert places == sorted(places)


def test_flags_that_somebody_may_not_see_leave_no_gap_in_their_pages(town: Town) -> None:
    """Restricted flags come first in the queue, and are passed over for the page's teacher without a trace."""
    for number in range(60):
        town.platform.post(f"r{number}", "!sexualized_minor", minutes_ago=300 - number)
    for number in range(60):
        town.platform.post(f"o{number}", "!disparagement", minutes_ago=200 - number)
    town.platform.batch = 200
    town.scan()
    hers = queue.queue(town.house, TEACHER, now=NOW, limit=50)
    his = queue.queue(town.house, SUPERVISOR, now=NOW, limit=50)
    restricted = {flag.comment for flag in his if flag.restricted}
    assert len(his) == 50
    assert len(hers) == 50
    assert not restricted & {flag.comment for flag in hers}


def test_the_queue_is_found_by_its_index(town: Town) -> None:
    crowd(town, 30)
    query = "SELECT id FROM flag WHERE flag.state IN ('open', 'appealed') ORDER BY rank, due, id LIMIT 50"
    with town.house.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            plan = str(connection.execute(text("EXPLAIN QUERY PLAN " + query)).all())
        else:
            connection.execute(text("SET enable_seqscan = off"))
            plan = str(connection.execute(text("EXPLAIN " + query)).all())
    assert "ix_flag_waiting" in plan


def test_what_is_overdue_stands_before_what_is_not(town: Town) -> None:
    town.platform.post("late", "!disparagement")
    town.scan()
    town.platform.post("young", "!disparagement")
    town.scan(now=NOW + timedelta(hours=2))
    later = NOW + timedelta(days=30)
    assert [(flag.comment, flag.overdue) for flag in queue.queue(town.house, now=later)] == [
        ("late", True),
        ("young", True),
    ]


def test_flags_of_which_nothing_opens_stand_in_the_queue_all_the_same(town: Town) -> None:
    """A key of the ring is lost: what was sealed with it is, and the flags sealed since are looked at as ever."""
    town.platform.post("old", "!threat")
    town.platform.post("new", "!disparagement")
    town.scan()
    old = town.queue()["old"].flag
    damage(town, old)
    with town.house.store.transaction() as session:
        session.exec(update(FlagRule).where(col(FlagRule.flag_id) == old).values(why_sealed=b"damaged"))
        session.get_one(Comment, session.get_one(Flag, old).comment_id).external_sealed = b"damaged"
    found = queue.queue(town.house, ADMIN, now=NOW)
    assert [(flag.comment, flag.why) for flag in found] == [("", ""), ("new", "It says disparagement.")]
    assert ["key ring lacks" in flag.sealed for flag in found] == [True, False]


def test_a_person_whose_row_does_not_open_hides_no_flag_that_is_assigned_to_them(town: Town) -> None:
    town.platform.post("1", "!disparagement")
    town.scan()
    decisions.assign(town.house, town.queue()["1"].flag, ADMIN, SECOND, NOW)
    index = town.house.store.vault.index("person.email", SECOND)
    with town.house.store.transaction() as session:
        session.exec(update(PersonRecord).where(col(PersonRecord.email_index) == index).values(email_sealed=b"damaged"))
    (flag,) = queue.queue(town.house, ADMIN, now=NOW)
    assert (flag.comment, flag.assigned) == ("1", "")
    assert "a row of person.email_sealed needs the key" in flag.sealed
