"""Calls by a real mail server: they begin with those on duty, and wait for working and quiet hours; lost is none, doubled is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot import notices, pages, people
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, ring, rows, settle
from tests.mailbox import Mailbox, mail_server
from tests.unit.bot.people.two_schools import COLE, CONTACT, at, covered, found_two
from tests.unit.bot.test_notices import connect

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOURS = "hours: {mon-fri: 07:30-16:00}, holidays: [2026-11-26]"
SHIFT = f"on_call: {{{HOURS}, shifts: [{{days: mon-fri, people: [{SECOND}]}}]}}"
EVERYBODY = sorted([ADMIN, SECOND])
"""Who may decide on the page: its teacher, an administrator too, may not."""


@pytest.fixture
def box(town: Town) -> Iterator[Mailbox]:
    with mail_server() as (mailbox, address):
        connect(town, address)
        yield mailbox


def called(town: Town, box: Mailbox, now: datetime) -> list[str]:
    """Who is called at a ring of the clock, and at the ring behind it nobody once more."""
    before = len(box.messages)
    ring(town, "call", now)
    found = sorted(str(message["To"]) for message in box.messages[before:])
    ring(town, "call", now + timedelta(seconds=20))
    assert len(box.messages) == before + len(found)
    return found


def test_those_on_duty_the_others_the_supervisor_and_the_contact_are_called_in_this_order(
    town: Town, box: Mailbox
) -> None:
    found_two(town, f"{SHIFT}, contact: {CONTACT}")
    flagged(town, "!threat")
    assert called(town, box, NOW) == [SECOND]
    assert called(town, box, NOW + 5 * MINUTE) == [ADMIN]
    assert called(town, box, NOW + 10 * MINUTE) == [SUPERVISOR]
    assert called(town, box, NOW + 15 * MINUTE) == [CONTACT]
    assert called(town, box, NOW + 29 * MINUTE) == []
    assert called(town, box, NOW + 30 * MINUTE) == [CONTACT]  # the last rung keeps ringing


def test_outside_of_working_hours_a_critical_flag_calls_everybody_at_once_and_no_other_does(
    town: Town, box: Mailbox
) -> None:
    found_two(town, SHIFT, "quiet: 21:00-06:30")
    town.platform.post("1", "!threat", minutes_ago=-60 * 14)
    town.scan(now=at("26 02:30"))
    assert (
        called(town, box, at("26 02:30")) == EVERYBODY
    )  # nobody is on duty: all administrators, in their quiet hours too


def test_an_overdue_flag_waits_for_the_next_working_time_and_then_climbs_from_the_bottom(
    town: Town, box: Mailbox
) -> None:
    found_two(town, SHIFT)
    flagged(town)
    due = rows(town, "SELECT due FROM flag")
    for moment in (at("26 12:01"), at("26 23:00"), at("27 07:29")):  # Thanksgiving at noon, when it is due
        assert called(town, box, moment) == []
    assert called(town, box, at("27 07:31")) == [SECOND]
    assert "overdue since Thu 26 Nov 12:00" in str(box.messages[0]["Subject"])
    assert called(town, box, at("27 15:59")) == []
    assert called(town, box, at("28 07:31")) == []  # a day later, on a Saturday
    assert called(town, box, at("30 07:30")) == sorted([ADMIN, SUPERVISOR])  # whose turns came on the weekend
    assert rows(town, "SELECT due FROM flag") == due  # deadlines do not move


def test_a_call_in_quiet_hours_comes_once_at_their_end(town: Town, box: Mailbox) -> None:
    found_two(town, admin="quiet: 11:30-06:30")
    flagged(town)  # due at noon of the next day
    assert called(town, box, at("26 12:01")) == [SECOND]
    assert called(town, box, at("27 06:29")) == []
    assert called(town, box, at("27 06:30")) == [ADMIN]
    assert called(town, box, at("27 11:59")) == []
    assert called(town, box, at("27 12:01")) == [SUPERVISOR]


def test_the_last_rungs_calls_in_quiet_hours_are_one(town: Town, box: Mailbox) -> None:
    found_two(town, admin="quiet: 12:30-06:30")
    people.leave(town.house, SECOND, NOW)
    people.leave(town.house, SUPERVISOR, NOW)
    flagged(town, "!hate")  # a call every four hours
    assert called(town, box, at("26 12:01")) == [ADMIN]
    for hour in range(1, 18):
        assert called(town, box, at("26 12:31") + hour * HOUR) == []
    assert called(town, box, at("27 06:30")) == [ADMIN]
    assert called(town, box, at("27 07:59")) == []
    assert called(town, box, at("27 08:01")) == [ADMIN]


def test_a_message_that_the_server_did_not_take_by_day_is_not_handed_in_at_night(town: Town, box: Mailbox) -> None:
    found_two(town, SHIFT)
    flagged(town, minutes_ago=60 * 24)
    with town.house.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE flag SET due = opened")
    box.refuses = "451 come again"
    assert notices.call(town.house, "p", at("25 15:00")).waiting == 1
    box.refuses = ""
    assert called(town, box, at("25 22:00")) == []
    assert called(town, box, at("27 07:30")) == EVERYBODY  # the next rung's turn has come meanwhile


@pytest.mark.parametrize("why", ["decided", "taken", "back", "left"])
def test_a_message_that_waits_is_taken_back_where_nobody_needs_it_any_more(town: Town, box: Mailbox, why: str) -> None:
    found_two(town)
    for absent in (ADMIN, SECOND):
        covered(town, absent, COLE)
    flag = flagged(town, "!threat")
    box.refuses = "451 come again"
    assert notices.call(town.house, "p", NOW).waiting == 1
    box.refuses = ""
    if why == "decided":
        settle(town, flag, COLE, Choice.ESCALATE)
    elif why == "taken":
        settle(town, flag, COLE, Choice.ACKNOWLEDGE)
    elif why == "back":
        for absent in (ADMIN, SECOND):
            people.back(town.house, absent, NOW)
    else:
        people.leave(town.house, COLE, NOW)
    ring(town, "call", NOW + MINUTE)
    assert COLE not in box.to()
    assert rows(town, "SELECT count(*) FROM notice WHERE sent IS NULL") == [(0,)]


def test_a_substitute_is_called_and_who_is_away_is_not(town: Town, box: Mailbox) -> None:
    found_two(town)
    made = covered(town, ADMIN, COLE, last=26)
    flagged(town)
    assert called(town, box, at("26 12:01")) == sorted([COLE, SECOND])
    assert called(town, box, made.ends - MINUTE) == []
    assert called(town, box, made.ends) == [ADMIN]  # a call of the first rung that has not reached them yet


def test_where_nobody_else_may_decide_whoever_is_away_is_called(town: Town, box: Mailbox) -> None:
    found_two(town)
    covered(town, SUPERVISOR, SECOND)
    flagged(town, "!child_abuse by the principal")
    assert called(town, box, NOW) == [SUPERVISOR]


def test_a_supervisor_is_called_who_works_elsewhere(town: Town, box: Mailbox) -> None:
    found_two(town)
    file = town.config / "people.yaml"
    file.write_text(file.read_text().replace("roles: [supervisor], sites: [s]", "roles: [supervisor], sites: [t]"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    flagged(town, "!child_abuse by the principal")
    assert called(town, box, NOW) == [SUPERVISOR]


def test_whoever_left_is_not_called(town: Town, box: Mailbox) -> None:
    found_two(town)
    people.leave(town.house, SECOND, NOW)
    people.leave(town.house, TEACHER, NOW)
    flagged(town, "!threat")
    assert called(town, box, NOW) == [ADMIN]
