from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.domain.class_pages import ClassPage, People, Severity, Site
from bot.domain.deadlines import is_overdue

PAGE = {"id": "p", "title": "P", "site": "s", "teacher": "T@x.example", "connector": "sample", "url": "u"}
PEOPLE: dict[str, list[dict[str, object]]] = {
    "sites": [{"id": "s", "title": "S", "time_zone": "America/Los_Angeles", "supervisor": "b@x.example"}],
    "people": [
        {"email": "a@x.example", "name": "A", "roles": ["administrator"], "sites": ["s"]},
        {"email": "b@x.example", "name": "B", "roles": ["supervisor"], "sites": ["s"]},
    ],
}


def test_a_page_has_sensible_defaults() -> None:
    page = ClassPage.model_validate(PAGE)
    assert (page.teacher, page.schedule, page.credential_variable, page.hold_until_reviewed) == (
        "t@x.example",
        "daily at 06:00",
        "",
        (),
    )


@pytest.mark.parametrize(
    ("connector", "url", "host"),
    [
        ("wordpress", "https://Blog.example.org/room12", "blog.example.org"),
        ("sample", "room12.json", "sample"),
        ("sample", "https://[broken", "sample"),
        ("blogger", "https://room12.blogspot.com/", "blogger.googleapis.com"),  # one host reads them all
        ("blogger", "https://room13.blogspot.com/", "blogger.googleapis.com"),
        ("youtube", "https://m.youtube.com/@room12", "youtube.googleapis.com"),
    ],
)
def test_pages_that_are_asked_at_one_host_share_it(connector: str, url: str, host: str) -> None:
    assert ClassPage.model_validate(PAGE | {"connector": connector, "url": url}).host == host


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not A Slug"},
        {"id": ""},
        {"teacher": "nobody"},
        {"credentials": "admin:secret"},
        {"credentials": "env:1X"},
        {"schedule": "weekly"},
        {"extra": 1},
        {"title": ""},
        {"url": ""},
    ],
)
def test_a_wrong_page_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ClassPage.model_validate(PAGE | change)


def test_a_credential_names_its_environment_variable() -> None:
    assert ClassPage.model_validate(PAGE | {"credentials": "env:MY_PAGE"}).credential_variable == "MY_PAGE"


def test_people_who_fit_together_are_accepted() -> None:
    people = People.model_validate(PEOPLE)
    assert people.sites[0].zone.key == "America/Los_Angeles"


@pytest.mark.parametrize(
    ("part", "change", "words"),
    [
        ("people", {"sites": ["elsewhere"]}, "not among the sites"),
        ("sites", {"supervisor": "c@x.example"}, "not among the people"),
        ("sites", {"time_zone": "Mars/Olympus"}, "no such time zone"),
        ("sites", {"time_zone": "../../etc/passwd"}, "no such time zone"),
        ("people", {"email": "b@x.example"}, "stands twice"),
        ("people", {"roles": []}, "at least 1"),
    ],
)
def test_people_who_do_not_fit_are_refused(part: str, change: dict[str, object], words: str) -> None:
    entries = [dict(entry) for entry in PEOPLE[part]]
    entries[0] |= change
    with pytest.raises(ValidationError, match=words):
        People.model_validate(PEOPLE | {part: entries})


def test_severities_have_an_order() -> None:
    assert [s.rank for s in Severity] == [0, 1, 2, 3]


def test_a_site_without_a_supervisor_is_possible() -> None:
    assert Site.model_validate({"id": "s", "title": "S", "time_zone": "UTC"}).supervisor is None


def test_an_answer_is_late_only_after_its_deadline() -> None:
    deadline = datetime(2026, 11, 25, tzinfo=UTC)
    assert not is_overdue(deadline, deadline)
    assert is_overdue(deadline, deadline + timedelta(seconds=1))
