"""Who is on duty at a school, by its clock, with substitutes in the place of those who are away."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import people
from bot.domain.class_pages import Language
from tests.houses import ADMIN, NOW, SECOND, TEACHER, Town, rows
from tests.unit.bot.people.two_schools import COLE, at, covered, found_two

HOURS = "hours: {mon-fri: 07:30-16:00}, holidays: [2026-11-26]"
SHIFTS = f"on_call: {{{HOURS}, shifts: [{{days: mon-wed, people: [{ADMIN}]}}, {{days: fri, people: [{SECOND}]}}]}}"
WEDNESDAY, THANKSGIVING, FRIDAY, MONDAY = at("25 09:00"), at("26 09:00"), at("27 09:00"), at("30 09:00")
ALL = [ADMIN, SECOND, TEACHER]


def on_duty(town: Town, now: datetime) -> list[str]:
    with town.house.store.reading() as session:
        return sorted(person.email for person in people.on_duty(session, town.house.store.vault, "s", now))


@pytest.mark.parametrize(
    ("site", "now", "expected"),
    [
        ("", at("29 03:00"), ALL),  # without hours everybody, always
        (f"on_call: {{{HOURS}}}", WEDNESDAY, ALL),
        (f"on_call: {{{HOURS}}}", at("25 16:00"), []),
        (f"on_call: {{{HOURS}}}", THANKSGIVING, []),
        (SHIFTS, WEDNESDAY, [ADMIN]),
        (SHIFTS, FRIDAY, [SECOND]),
        (SHIFTS.replace("days: fri", "days: thu"), FRIDAY, ALL),  # a day without a shift
    ],
)
def test_who_is_on_duty(town: Town, site: str, now: datetime, expected: list[str]) -> None:
    found_two(town, site)
    assert on_duty(town, now) == sorted(expected)


def test_a_substitute_has_the_shift_and_whoever_has_left_has_none(town: Town) -> None:
    found_two(town, SHIFTS)
    covered(town, ADMIN, COLE, last=25)
    assert (on_duty(town, NOW), on_duty(town, MONDAY)) == ([COLE], [ADMIN])
    people.leave(town.house, SECOND, NOW)
    assert on_duty(town, FRIDAY) == sorted([ADMIN, TEACHER])  # of those who are there
    assert not [gap for gap in people.gaps(town.house, NOW) if gap.site == "s" and gap.serious]


def test_wishes_and_hours_are_sealed_and_applying_twice_changes_nothing(town: Town) -> None:
    wishes = "quiet: 21:00-06:30, language: es"
    found_two(town, SHIFTS, wishes)
    asked = "SELECT on_call_sealed, wishes_sealed FROM site, person WHERE site.id = 's' AND wishes_sealed IS NOT NULL"
    ((on_call, sealed),) = before = rows(town, asked)
    assert not any(word in bytes(part) for part in (on_call, sealed) for word in (b"reyes", b"07:30", b"21:00"))  # type: ignore[call-overload]  # of bytes
    found_two(town, SHIFTS, wishes)
    assert rows(town, asked) == before
    with town.house.store.reading() as session:
        person = people.find_person(session, town.house.store.vault, ADMIN, NOW)
    assert person.language == Language.SPANISH
    assert person.quiet is not None
    assert (person.quiet.hold(at("25 21:00")), person.quiet.hold(at("25 20:59"))) == (True, False)
    found_two(town)
    assert rows(town, asked) == []


def test_doctor_tells_when_no_working_time_is_known_any_more(town: Town) -> None:
    found_two(town, f"on_call: {{{HOURS}, school_year: 2026-08-13 to 2026-11-25}}")
    asked = people.gaps(town.house, NOW), people.gaps(town.house, at("25 16:00"))
    assert [any("school_year" in gap.mend for gap in gaps) for gaps in asked] == [False, True]
