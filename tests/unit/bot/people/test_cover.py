"""A substitute's access begins and ends by itself, and reaches no further than that of whoever is away (MATRIX.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot import actions, cases, decisions, pages, people, queue
from bot.cases import NoSuchCase
from bot.decisions import NoSuchFlag
from bot.domain.review import Choice
from bot.domain.rights import NotYours
from bot.people import CannotCover, NotAway
from connectors.base import ActionKind, Capabilities
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, only_teaches, rows, settle
from tests.unit.bot.people.two_schools import COLE, at, covered

SECOND_BEFORE = timedelta(seconds=1)


def decide(town: Town, flag: str, by: str, choice: Choice, now: datetime, note: str = "") -> decisions.Decided:
    return decisions.decide(town.house, flag, by, choice, now, note=note)


def test_access_begins_and_ends_by_itself_to_the_second(schools: Town) -> None:
    flag = flagged(schools)
    made = covered(schools, ADMIN, COLE, last=27, first=26)
    assert (made.starts, made.ends) == (at("26 00:00"), at("28 00:00"))
    for moment in (NOW, made.starts - SECOND_BEFORE, made.ends, made.ends + timedelta(days=300)):
        assert schools.queue(COLE, moment) == {}
        assert queue.open_flag(schools.house, flag, COLE, now=moment) is None
        with pytest.raises(NoSuchFlag):
            decide(schools, flag, COLE, Choice.HIDE, moment)
    for moment in (made.starts, made.ends - SECOND_BEFORE):
        assert list(schools.queue(COLE, moment)) == ["1"]
        opened = queue.open_flag(schools.house, flag, COLE, now=moment)
        assert opened is not None
        assert opened.reason_not is None
        assert list(schools.queue(ADMIN, moment)) == ["1"]  # they may come back early
    decided = decide(schools, flag, COLE, Choice.CLEAR, made.ends - SECOND_BEFORE)
    assert (decided.won, decided.by) == (True, COLE)  # it bears their own name
    with pytest.raises(NoSuchFlag):
        decide(schools, flag, COLE, Choice.UNDO, made.ends)


def test_cases_and_steps_on_the_platform_end_with_the_cover_too(schools: Town) -> None:
    schools.platform.capabilities = Capabilities(frozenset({ActionKind.RESTORE}))
    flag = flagged(schools, "!threat")
    made = covered(schools, ADMIN, COLE)
    last = made.ends - SECOND_BEFORE
    decided = settle(schools, flag, COLE, Choice.HIDE)
    assert decided.case is not None
    assert cases.find(schools.house, decided.case, COLE, last).flag_id == flag
    assert len(actions.manual_steps(schools.house, COLE, last)) == 1
    with pytest.raises(NoSuchCase):
        cases.find(schools.house, decided.case, COLE, made.ends)
    assert cases.list_open(schools.house, COLE, made.ends) == []
    assert actions.manual_steps(schools.house, COLE, made.ends) == []


def test_a_supervisors_substitute_sees_what_the_supervisor_alone_may_see(schools: Town) -> None:
    flag = flagged(schools, "!child_abuse the principal knows and does nothing")
    made = covered(schools, SUPERVISOR, COLE)
    assert list(schools.queue(COLE)) == ["1"]
    assert schools.queue(ADMIN) == schools.queue(COLE, made.ends) == {}
    assert settle(schools, flag, COLE, Choice.ESCALATE).by == COLE


@pytest.mark.parametrize(
    ("absent", "substitute", "words"),
    [
        (SUPERVISOR, SECOND, "!child_abuse the principal knows"),  # an administrator may be the one who is meant
        (ADMIN, COLE, "!child_abuse the principal knows"),  # who is one now, too
        (SUPERVISOR, COLE, "!child_abuse Ms. Cole knows"),
        (ADMIN, COLE, "!child_abuse by Ms. Reyes"),  # those in whose place they stand
        (SUPERVISOR, TEACHER, "!child_abuse"),  # all staff of the page may be accused
        (TEACHER, SECOND, "!child_abuse"),  # and whoever has the class for them
        (TEACHER, COLE, "!child_abuse"),
    ],
)
def test_a_substitute_who_may_be_meant_finds_no_trace_of_a_restricted_flag(
    schools: Town, absent: str, substitute: str, words: str
) -> None:
    flag = flagged(schools, words)
    covered(schools, absent, substitute)
    assert schools.queue(substitute) == {}
    assert queue.open_flag(schools.house, flag, substitute, now=NOW) is None
    with pytest.raises(NoSuchFlag):
        decide(schools, flag, substitute, Choice.CLEAR, NOW)
    assert list(schools.queue(SUPERVISOR)) == ["1"]


def test_who_had_the_class_then_may_be_accused_afterwards_and_not_of_what_came_later(schools: Town) -> None:
    only_teaches(schools)
    made = covered(schools, TEACHER, SECOND)
    later = made.ends + timedelta(days=1)
    flagged(schools, "!child_abuse")
    schools.platform.post("2", "!child_abuse again", minutes_ago=-(later - NOW) / timedelta(minutes=1))
    schools.scan(now=later + timedelta(hours=1))
    assert list(schools.queue(SECOND, later + timedelta(hours=1))) == ["2"]
    assert list(schools.queue(ADMIN, later + timedelta(hours=1))) == ["2"]  # the first may mean an administrator
    assert sorted(schools.queue(SUPERVISOR, later + timedelta(hours=1))) == ["1", "2"]


def test_who_had_the_class_by_way_of_another_substitute_may_be_accused_too(schools: Town) -> None:
    covered(schools, TEACHER, COLE)
    later = covered(schools, COLE, SECOND).ends + timedelta(days=1)
    flagged(schools, "!child_abuse")
    assert (schools.queue(SECOND), schools.queue(SECOND, later)) == ({}, {})
    assert list(schools.queue(SUPERVISOR, later)) == ["1"]


@pytest.mark.parametrize(
    ("absent", "substitute", "words", "says"),
    [
        (SUPERVISOR, TEACHER, "!disparagement", "own class page"),
        (SUPERVISOR, SECOND, "!disparagement Ms. Lind cannot teach", "about themselves"),
        (ADMIN, COLE, "!disparagement Ms. Cole cannot teach", "about themselves"),
        (ADMIN, COLE, "!disparagement Ms. Reyes cannot teach", "about themselves"),
        (TEACHER, COLE, "!disparagement", "own class page"),
    ],
)
def test_a_substitute_is_bound_as_they_are_and_as_the_absent_one_is(
    schools: Town, absent: str, substitute: str, words: str, says: str
) -> None:
    flag = flagged(schools, words)
    covered(schools, absent, substitute)
    with pytest.raises(NotYours, match=says):
        decide(schools, flag, substitute, Choice.CLEAR, NOW)


def test_whoever_decides_by_a_right_of_their_own_goes_on_so(schools: Town) -> None:
    flag = flagged(schools)
    covered(schools, TEACHER, ADMIN)
    assert settle(schools, flag, ADMIN, Choice.CLEAR).won


def test_a_second_person_is_another_one_than_the_substitute(schools: Town) -> None:
    flag = flagged(schools, "!threat of a water fight")
    covered(schools, ADMIN, COLE)
    covered(schools, SECOND, COLE)
    assert decide(schools, flag, COLE, Choice.CLEAR, NOW, "a play").decision == "not_serious"
    with pytest.raises(NotYours, match="second person"):
        decide(schools, flag, COLE, Choice.CLEAR, NOW)
    assert decide(schools, flag, ADMIN, Choice.CLEAR, NOW).won


def test_a_teachers_substitute_hands_in_the_appeal_of_an_author(schools: Town) -> None:
    flag = flagged(schools)
    settle(schools, flag, ADMIN, Choice.HIDE)
    made = covered(schools, TEACHER, COLE)
    with pytest.raises(NoSuchFlag):
        decide(schools, flag, COLE, Choice.APPEAL, made.ends, "it was a quote")
    assert decide(schools, flag, COLE, Choice.APPEAL, NOW, "it was a quote").won


def test_who_is_away_while_standing_in_is_covered_with_all_that(schools: Town) -> None:
    flagged(schools)
    covered(schools, ADMIN, SECOND)
    covered(schools, SECOND, COLE, last=26)
    assert list(schools.queue(COLE)) == ["1"]
    with schools.house.store.reading() as session:
        person = people.find_person(session, schools.house.store.vault, COLE, NOW)
    assert {absent.email for absent in person.stands_in_for} == {ADMIN, SECOND}


def test_a_new_cover_takes_the_place_of_the_one_before(schools: Town) -> None:
    flagged(schools)
    covered(schools, ADMIN, SECOND, last=30)
    made = covered(schools, ADMIN, COLE, last=26)
    assert [(e.person, e.substitute, e.until) for e in made.ended] == [
        (ADMIN, SECOND, at("30 00:00") + timedelta(days=1))
    ]
    assert rows(schools, "SELECT count(*) FROM cover") == [(1,)]  # the other one had not begun
    assert (list(schools.queue(COLE)), schools.queue(COLE, at("27 00:00"))) == (["1"], {})


def test_who_comes_back_early_ends_the_cover_at_once_and_what_was_is_kept(schools: Town) -> None:
    flagged(schools)
    covered(schools, ADMIN, COLE)
    covered(schools, ADMIN, SECOND, last=30, first=29)
    hour = NOW + timedelta(hours=1)
    assert [each.substitute for each in people.back(schools.house, ADMIN, hour)] == [COLE]
    assert (list(schools.queue(COLE, hour - SECOND_BEFORE)), schools.queue(COLE, hour)) == (["1"], {})
    assert rows(schools, "SELECT count(*) FROM cover") == [(2,)]
    assert [each.substitute for each in people.back(schools.house, ADMIN, hour)] == [SECOND]  # the planned one
    assert rows(schools, "SELECT count(*) FROM cover") == [(1,)]
    with pytest.raises(NotAway, match="people list"):
        people.back(schools.house, ADMIN, hour)


@pytest.mark.parametrize(
    ("absent", "substitute", "first", "last", "says"),
    [
        (ADMIN, ADMIN, None, 27, "for themselves"),
        (ADMIN, COLE, None, 24, "have passed"),
        (ADMIN, COLE, 24, 27, "have passed"),
        (ADMIN, COLE, 28, 27, "end before"),
        (SUPERVISOR, SECOND, 27, 28, f"{SECOND} is away in that time, and {COLE} stands in"),
        (ADMIN, "alum@other.example", None, 27, "no role here"),
    ],
)
def test_what_cannot_be_is_refused_with_advice(
    schools: Town, absent: str, substitute: str, first: int | None, last: int, says: str
) -> None:
    covered(schools, SECOND, COLE, last=27, first=26)
    text = (schools.config / "people.yaml").read_text()
    line = "  - {email: alum@other.example, name: Al Um, roles: [administrator], sites: [t]}\n"
    for version in (f"{text}\n{line}", text):  # somebody who is known and has no role any more
        (schools.config / "people.yaml").write_text(version)
        pages.apply_pages(schools.house, [schools.config / "classes" / "p.yaml"], NOW)
    with pytest.raises(CannotCover, match=says):
        covered(schools, absent, substitute, last=last, first=first)


def test_a_year_is_the_longest(schools: Town) -> None:
    with pytest.raises(CannotCover, match="a year at most"):
        people.cover(schools.house, ADMIN, COLE, date(2062, 11, 27), NOW)


def test_no_substitute_knows_for_whoever_had_the_class_as_a_substitute(schools: Town) -> None:
    only_teaches(schools)
    covered(schools, TEACHER, SUPERVISOR, last=26)
    schools.platform.post("1", "!child_abuse")
    schools.scan()
    made = covered(schools, SUPERVISOR, COLE, last=30, first=28)
    assert list(schools.queue(ADMIN, made.starts)) == ["1"]  # nobody stands above the supervisor there
    assert schools.queue(SUPERVISOR, made.starts) == schools.queue(COLE, made.starts) == {}
