"""`hallmonitor people` as it is typed, and `people.yaml` with its errors, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.domain.errors import Advice
from bot.settings import BadConfiguration, load_people
from bot.settings.configuration import SHIPPED
from tests.houses import ADMIN, SECOND, SUPERVISOR, TEACHER, Town
from tests.unit.bot.people.two_schools import COLE, found_two

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def people(town: Town, *arguments: str) -> Result:
    """Run one command of `people`; a mistake of the user's is an Advice."""
    environment = {"HALLMONITOR_HOME": str(town.environment.home), "COLUMNS": "200"}
    if town.environment.database_url.startswith("postgresql"):
        environment["HALLMONITOR_DATABASE_URL"] = town.environment.database_url
    done = CliRunner().invoke(app, ["--config", str(town.config), "people", *arguments], env=environment)
    if isinstance(done.exception, Advice):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def line(shown: str, person: str) -> str:
    """The line of a person."""
    (found,) = (each for each in shown.splitlines() if each.startswith(person))
    return " ".join(found.split())


def test_cover_back_leave_and_what_the_list_says(schools: Town) -> None:
    day = f"{TOMORROW:%Y-%m-%d}"
    said = people(schools, "cover", ADMIN, COLE, "--until", day).output
    assert f"{COLE} stands in for {ADMIN} from now until the end of {TOMORROW:%a %-d %b %Y}." in said
    shown = people(schools, "list").output
    assert line(shown, ADMIN) == f"{ADMIN} administrator s away: {COLE} stands in until {TOMORROW:%a %-d %b %Y}"
    assert line(shown, COLE) == f"{COLE} administrator s, t s, t stands in for {ADMIN} until {TOMORROW:%a %-d %b %Y}"
    said = people(schools, "cover", SUPERVISOR, SECOND, "--until", day).output
    assert "s: what may be about its administrators calls okafor@school.example all the same" in " ".join(said.split())
    people(schools, "back", SUPERVISOR)
    assert f"{COLE} stands in for {ADMIN} no more" in people(schools, "back", ADMIN).output
    assert line(people(schools, "list").output, ADMIN) == f"{ADMIN} administrator s s"
    people(schools, "leave", SECOND)
    said = people(schools, "leave", SUPERVISOR).output
    assert "its supervisor has left; name another `supervisor:`" in " ".join(said.split())
    assert f"{SECOND} has left (" in line(people(schools, "list").output, SECOND)
    with pytest.raises(Advice, match="has left"):
        people(schools, "cover", SECOND, COLE, "--until", day)


def test_the_list_as_json_says_the_same(schools: Town) -> None:
    people(schools, "cover", ADMIN, COLE, "--until", f"{TOMORROW:%Y-%m-%d}")
    found = {row["person"]: row for row in json.loads(people(schools, "list", "--json").output)}
    assert found[ADMIN]["on_duty"] == []
    assert found[COLE]["on_duty"] == ["s", "t"]
    assert [c["substitute"] for c in found[ADMIN]["covers"]] == [COLE]
    assert found[TEACHER] == {
        "person": TEACHER, "roles": ["administrator", "teacher"], "sites": ["s"], "on_duty": ["s"], "covers": [], "left": None,
    }  # fmt: skip


def test_the_list_says_when_working_time_begins(schools: Town) -> None:
    yesterday = f"{TOMORROW - timedelta(days=2):%Y-%m-%d}"
    found_two(schools, f"on_call: {{hours: {{mon-sun: 07:30-16:00}}, school_year: 2026-01-01 to {yesterday}}}")
    said = " ".join(people(schools, "list").output.split())
    assert "s: nobody is on duty now; working time begins when the next school_year is written." in said


HOURS = "hours: {mon-fri: 07:30-16:00}"


@pytest.mark.parametrize(
    ("site", "admin", "says"),
    [
        (
            "on_call: {hours: {mon-fryday: 07:30-16:00}}",
            "",
            "people.yaml:3: sites.0.on_call.hours.mon-fryday: write days",
        ),
        ("on_call: {hours: {mon: 7:30}}", "", "3: sites.0.on_call.hours.mon: must be text"),
        ("on_call: {hour: {mon: 07:30-16:00}}", "", "3: sites.0.on_call.hour: unknown key; did you mean hours?"),
        (f"on_call: {{{HOURS}, holidays: [2026-11-31]}}", "", "3: sites.0.on_call.holidays.0: no calendar"),
        (
            f"on_call: {{{HOURS}, shifts: [{{days: sun, people: [{ADMIN}]}}]}}",
            "",
            "3: sites.0.on_call: a shift names sun",
        ),
        (
            f"on_call: {{{HOURS}, shifts: [{{days: mon, people: [{ADMIN}, {COLE}]}}]}}",
            "",
            f"3: sites.0.on_call.shifts.0.people.1: {COLE} does not work at s",
        ),
        ("contact: x@y.example", "", "3: sites.0.contact: x@y.example is not among the people"),
        (
            f"contact: {ADMIN}",
            "",
            f"3: sites.0.contact: {ADMIN} may not decide the flags of s: give them the role supervisor",
        ),
        (f"contact: {SUPERVISOR}", "", "3: sites.0.contact: this is the supervisor"),
        ("", "quiet: 21-6", "6: people.0.quiet: write a beginning and an end"),
        ("", "quiet: 00:00-24:00", "6: people.0.quiet: leave some hours"),
        (f"on_call: {{{HOURS}}}", "quiet: 07:00-17:00", "6: people.0.quiet: these hours hold all working hours"),
        ("", "language: english", "6: people.0.language: must be 'en' or 'es'"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(one_school: Town, site: str, admin: str, says: str) -> None:
    with pytest.raises(BadConfiguration) as bad:
        found_two(one_school, site, admin)
    assert says in str(bad.value)


def test_what_the_documentation_shows_is_read(one_school: Town) -> None:
    """The example of config/README.md."""
    guide = (SHIPPED / "README.md").read_text()
    (example,) = (part for part in guide.split("```yaml\n") if "on_call:" in part.partition("```")[0])
    (one_school.config / "people.yaml").write_text(example.partition("```")[0])
    found, _ = load_people(one_school.config)
    assert found.sites[0].on_call is not None
    assert found.people[0].quiet is not None
