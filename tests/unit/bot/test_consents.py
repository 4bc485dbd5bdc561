"""Consents on both databases, with the real detector of names: what is covered is no flag, and its end is one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from typer.testing import CliRunner

from bot import consents, pages
from bot.cli import app
from bot.consents import BadConsent, NoSuchConsent, NoSuchStudent, Paper, import_file
from bot.domain.consent import ConsentKind, Half
from bot.domain.rights import NotYours
from moderators.student_names import StudentNames
from tests.houses import ADMIN, NOW, PAGE, PEOPLE, SECOND, Town, ring, rows
from tests.unit.moderators.reading import SETTINGS

DAY = timedelta(days=1)
AIDE = "aide@school.example"
NAME = "Tobias Wrenfield"


@pytest.fixture
def school(town: Town) -> Town:
    """Two students on the roster, and the real detector of their names."""
    (town.config / "r.csv").write_text("first,last,student_id\nTobias,Wrenfield,701\nMirela,Okonjo,\n")
    (town.config / "people.yaml").write_text(
        PEOPLE + f"  - {{email: {AIDE}, name: Bo Lark, roles: [teacher], sites: [s]}}\n"
    )
    town.write_page(PAGE + "roster: r.csv\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.house = replace(town.house, moderators=lambda: [StudentNames(SETTINGS)])
    return town


def give(town: Town, half: Half, student: str = NAME, *, days: int | None = None, all_pages: bool = False) -> str:
    until = None if days is None else NOW + days * DAY
    paper = Paper(half, ConsentKind.NAME, "Ana Wrenfield", "folder 3", NOW - DAY, until, all_pages)
    return consents.add(town.house, "p", student, paper, ADMIN, NOW)


def both(town: Town, student: str = NAME, *, days: int | None = None) -> str:
    give(town, Half.PRINCIPAL, student)
    return give(town, Half.PARENT, student, days=days)


def test_with_both_halves_a_name_is_no_flag_and_with_one_it_is(school: Town) -> None:
    give(school, Half.PARENT)
    school.platform.post("1", f"{NAME} won the race")
    assert school.scan().flagged == 1
    give(school, Half.PRINCIPAL)
    school.platform.post("2", f"{NAME} won again")
    assert school.scan().flagged == 0
    school.platform.post("3", f"{NAME} and Mirela Okonjo won")
    assert school.scan().flagged == 1
    assert set(school.queue()) == {"1", "3"}
    assert rows(school, "SELECT rule FROM covered") == [("student_name",), ("student_name",)]


def test_a_revoked_consent_is_a_flag_on_all_that_it_covered(school: Town) -> None:
    id = both(school)
    for number in range(3):
        school.platform.post(str(number), f"{NAME} won race {number}")
    assert school.scan().flagged == 0
    assert consents.revoke(school.house, id[-8:], SECOND, NOW) == 3
    assert set(school.queue()) == {"0", "1", "2"}
    assert rows(school, "SELECT count(*) FROM covered") == [(0,)]
    assert consents.revoke(school.house, id, SECOND, NOW) == 0


def test_a_consent_whose_time_is_over_is_a_flag_at_the_next_ring(school: Town) -> None:
    both(school, days=5)
    school.platform.post("1", f"{NAME} won")
    assert school.scan().flagged == 0
    ring(school, "reopen_uncovered", NOW + 4 * DAY)
    assert school.queue() == {}
    ring(school, "reopen_uncovered", NOW + 5 * DAY)
    assert set(school.queue()) == {"1"}


def test_a_new_roster_with_the_same_number_keeps_the_consent(school: Town) -> None:
    both(school)
    (school.config / "r.csv").write_text("first,last,student_id\nMirela,Okonjo,\nTobias,Wrenfield,701\n")
    assert pages.import_roster(school.house, "p", None, NOW) == 2
    school.platform.post("1", f"{NAME} won")
    assert school.scan().flagged == 0


def test_nothing_of_a_consent_stands_in_the_clear(school: Town) -> None:
    both(school, "Mirela Okonjo")
    (found, _) = consents.list_consents(school.house, ADMIN, NOW)
    assert (found.student, found.giver, found.paper, found.recorded_by) == (
        "Mirela Okonjo",
        "Ana Wrenfield",
        "folder 3",
        ADMIN,
    )
    columns = "student_index, student_sealed, giver_sealed, paper_sealed"
    for row in rows(school, f"SELECT {columns} FROM consent"):
        assert not any(word in bytes(part) for part in row for word in (b"Mirela", b"Okonjo", b"Ana", b"folder"))  # type: ignore[call-overload]  # of any column


def test_who_records_and_what_is_refused(school: Town) -> None:
    paper = Paper(Half.PARENT, ConsentKind.NAME, "Ana", "folder", NOW)
    with pytest.raises(NotYours):
        consents.add(school.house, "p", NAME, paper, AIDE, NOW)
    with pytest.raises(NoSuchStudent, match="nobody"):
        consents.add(school.house, "p", "Nobody Here", paper, ADMIN, NOW)
    with pytest.raises(BadConsent, match="ends after"):
        consents.add(school.house, "p", NAME, replace(paper, until=NOW), ADMIN, NOW)
    with pytest.raises(BadConsent, match="paper lies"):
        consents.add(school.house, "p", NAME, replace(paper, paper=" "), ADMIN, NOW)
    with pytest.raises(BadConsent, match="student number"):
        give(school, Half.PARENT, "Mirela Okonjo", all_pages=True)
    with pytest.raises(NoSuchConsent):
        consents.revoke(school.house, "1", ADMIN, NOW)
    assert consents.list_consents(school.house, AIDE, NOW) == []
    assert rows(school, "SELECT count(*) FROM consent") == [(0,)]


def test_a_file_is_recorded_whole_or_not_at_all(school: Town, tmp_path: Path) -> None:
    file, head = tmp_path / "c.csv", "page,student,kind,from,given_by,paper,since,until,all_pages\n"
    good = f"p,{NAME},name,parent,Ana,folder 3,2026-09-01,2027-06-30,yes\np,701,name,principal,Dana,folder 3,2026-09-01,,\n"
    file.write_text(
        head
        + good
        + "p,Nobody,name,parent,A,b,,,\np,701,nickname,parent,A,b,,,\np,701,name,parent,A,b,soon,,\nq,701,name,parent,A,b,,,\n"
    )
    with pytest.raises(BadConsent) as wrong:
        import_file(school.house, file, ADMIN, NOW)
    said = str(wrong.value).splitlines()
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in said[:4]] == ["4", "5", "6", "7"]
    assert rows(school, "SELECT count(*) FROM consent") == [(0,)]
    file.write_text(head + good)
    assert import_file(school.house, file, ADMIN, NOW) == 2
    school.platform.post("1", f"{NAME} won")
    assert school.scan().flagged == 0


@pytest.mark.parametrize(("commit", "recorded"), [(1, 0), (2, 2)])
def test_a_death_in_the_middle_of_a_file_records_none_of_it(
    school: Town, tmp_path: Path, commit: int, recorded: int
) -> None:
    file, reached = tmp_path / "c.csv", []
    line = f"p,{NAME},name,%s,Ana,folder 3\n"
    file.write_text("page,student,kind,from,given_by,paper\n" + line % "parent" + line % "principal")

    def dies(_connection: object) -> None:
        reached.append(1)
        if len(reached) == commit:
            raise KeyboardInterrupt

    event.listen(school.house.store.engine, "commit", dies)
    with suppress(KeyboardInterrupt):
        import_file(school.house, file, ADMIN, NOW)
    event.remove(school.house.store.engine, "commit", dies)
    assert rows(school, "SELECT count(*) FROM consent") == [(recorded,)]


def test_a_consent_holds_until_the_end_of_its_last_day_by_the_schools_clock(school: Town) -> None:
    """As a cover does. In Los Angeles that day, on which the clocks go back, ends at eight in the morning in London."""
    variables = {k: v for k, v in school.environment.variables.items() if k.startswith("HALLMONITOR")}

    def consent(*words: str) -> str:
        answer = CliRunner().invoke(
            app, ["--config", str(school.config), "consent", *words, "--by", ADMIN], env=variables
        )
        assert answer.exit_code == 0, answer.output
        return str(answer.output)

    said = (
        "--kind",
        "name",
        "--given-by",
        "Ana",
        "--paper",
        "folder",
        "--since",
        "2026-01-01",
        "--until",
        "2027-11-07",
    )
    for half in Half:
        consent("add", "p", NAME, "--from", half, *said)
    assert consent("list").count("until 7 Nov 2027") == 2
    for day, hour, covered in ((8, 7, True), (8, 8, False)):
        at = datetime(2027, 11, day, hour, 59 if covered else 0, tzinfo=UTC)
        school.platform.post(f"{hour}", f"{NAME} won at {hour}")
        assert school.scan(now=at).flagged == (0 if covered else 1)


def test_a_last_day_that_no_calendar_has_is_refused_and_today_is_a_last_day(school: Town) -> None:
    said = {"page": "p", "student": NAME, "kind": "name", "from": "parent", "given_by": "Ana", "paper": "folder"}
    with pytest.raises(BadConsent, match="until it is revoked"):
        consents.add_line(school.house, said | {"until": "9999-12-31"}, ADMIN, NOW)
    with pytest.raises(BadConsent, match="ends after"):
        consents.add_line(school.house, said | {"until": "2026-11-24"}, ADMIN, NOW)
    assert consents.add_line(school.house, said | {"until": "2026-11-25"}, ADMIN, NOW)


@pytest.mark.parametrize(
    ("content", "says"), [(b"page,student\n", "kind"), (b"\xff\xfe\x00", "UTF-8"), (None, "cannot be read")]
)
def test_a_file_that_is_none_is_named(school: Town, tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "c.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadConsent, match=says):
        import_file(school.house, file, ADMIN, NOW)
