"""Whoever has left has no duty, whatever `people.yaml` says; what they decided keeps their name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import channel, decisions, pages, people, queue, upkeep
from bot.decisions import NoSuchFlag
from bot.domain.review import Choice
from bot.people import CannotCover
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, rows, settle
from tests.unit.bot.people.two_schools import COLE, CONTACT, covered, found_two

HOUR = timedelta(hours=1)


def lacks(town: Town) -> list[str]:
    """What doctor says of the school."""
    return [finding.fact for finding in upkeep.examine(town.house, NOW) if finding.subject == "site s"]


def test_from_then_on_they_see_and_decide_nothing_though_the_file_names_them(schools: Town) -> None:
    flag = flagged(schools)
    people.leave(schools.house, ADMIN, NOW)
    (line,) = found_two(schools).gone
    assert line == (
        f"{schools.config}/people.yaml:6: people.0: {ADMIN} has left, and has no duty any more: "
        f"delete this line, or say `hallmonitor people back {ADMIN}`"
    )
    assert schools.queue(ADMIN) == {}
    with pytest.raises(NoSuchFlag):
        decisions.decide(schools.house, flag, ADMIN, Choice.CLEAR, NOW)
    assert found_two(schools, without=ADMIN).gone == ()
    assert schools.queue(ADMIN) == {}


def test_a_teacher_who_has_left_sees_nothing_of_their_page(schools: Town) -> None:
    flag = flagged(schools)
    assert queue.open_flag(schools.house, flag, TEACHER, now=NOW) is not None
    people.leave(schools.house, TEACHER, NOW)
    found_two(schools)
    assert queue.open_flag(schools.house, flag, TEACHER, now=NOW) is None


def test_what_was_assigned_to_them_is_nobodys_and_what_they_decided_is_theirs(schools: Town) -> None:
    flag = flagged(schools)
    settle(schools, flag, ADMIN, Choice.HIDE)
    settle(schools, flag, ADMIN, Choice.UNDO)
    decisions.assign(schools.house, flag, SECOND, ADMIN, NOW)
    version = schools.queue()["1"].version
    assert people.leave(schools.house, ADMIN, NOW).flags == 1
    assert (schools.queue()["1"].assigned, schools.queue()["1"].version) == ("", version + 1)  # its card is out of date
    told = [by for (by,) in rows(schools, "SELECT person_id FROM decision WHERE kind IN ('hide', 'undo')")]
    with schools.house.store.reading() as session:
        assert {people.email_of(session, schools.house.store.vault, str(by)) for by in told} == {ADMIN}


def test_who_has_left_twice_left_the_first_time_and_may_come_back(schools: Town) -> None:
    flagged(schools)
    assert people.leave(schools.house, ADMIN, NOW).since == people.leave(schools.house, ADMIN, NOW + HOUR).since == NOW
    people.back(schools.house, ADMIN, NOW + HOUR)
    assert list(schools.queue(ADMIN)) == ["1"]


def test_covers_of_and_by_them_end(schools: Town) -> None:
    flagged(schools)
    covered(schools, ADMIN, COLE)
    covered(schools, COLE, SECOND, last=30, first=29)
    ended = people.leave(schools.house, COLE, NOW + HOUR).ended
    assert [(each.person, each.substitute) for each in ended] == [(ADMIN, COLE), (COLE, SECOND)]
    assert rows(schools, "SELECT count(*) FROM cover") == [(1,)]  # it says who could see what
    assert schools.queue(COLE, NOW + HOUR) == {}
    with schools.house.store.reading() as session:
        assert not people.find_person(session, schools.house.store.vault, ADMIN, NOW + HOUR).is_away


@pytest.mark.parametrize(
    ("absent", "substitute", "says"),
    [(ADMIN, COLE, f"give {COLE} a role of their own"), (COLE, ADMIN, f"people back {ADMIN}")],
)
def test_nobody_stands_in_for_them_and_they_for_nobody(schools: Town, absent: str, substitute: str, says: str) -> None:
    people.leave(schools.house, ADMIN, NOW)
    with pytest.raises(CannotCover, match=says):
        covered(schools, absent, substitute)


def test_their_chat_account_is_nobodys(schools: Town) -> None:
    found_two(schools, admin="accounts: {discord: ['7']}")
    assert channel.person_of(schools.house, "7") == ADMIN
    people.leave(schools.house, ADMIN, NOW)
    assert channel.person_of(schools.house, "7") is None


def test_doctor_tells_of_a_supervisor_a_contact_and_the_last_administrator(schools: Town) -> None:
    found_two(schools, site=f"contact: {CONTACT}")
    people.leave(schools.house, ADMIN, NOW)
    people.leave(schools.house, SECOND, NOW)
    assert lacks(schools) == []
    people.leave(schools.house, TEACHER, NOW)
    people.leave(schools.house, SUPERVISOR, NOW)
    people.leave(schools.house, CONTACT, NOW)
    assert lacks(schools) == [
        "its supervisor has left", "its contact has left", "no administrator works there (IV.B.2)",
    ]  # fmt: skip


def test_a_page_forgets_nothing_of_its_staff_by_a_cover_and_somebody_who_has_left(schools: Town) -> None:
    schools.scan()
    before = rows(schools, "SELECT scored_with FROM page")
    covered(schools, ADMIN, COLE)
    schools.scan()
    assert rows(schools, "SELECT scored_with FROM page") == before  # a substitute makes nobody look again at 30 days
    people.leave(schools.house, ADMIN, NOW)
    schools.scan()
    assert rows(schools, "SELECT scored_with FROM page") != before
    assert pages.chosen_pages(schools.house, []) == ["p"]
