"""A page's file: whole or not at all, and never over one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import adding, pages
from bot.domain.class_pages import ClassPage
from bot.house import House
from bot.settings import BadConfiguration, load_class_pages
from tests.houses import NOW, TEACHER, Town
from tests.servers.fake import FakePlatform
from tests.unit.bot.adding.places import NAME, PASSWORD, Blog, files, real, serve_feed

SECRET = f"{NAME}:{PASSWORD}"


@pytest.fixture
def house(school: Town) -> House:
    (school.config / "classes" / "p.yaml").unlink()
    return real(school)


def page(url: str, **other: str) -> ClassPage:
    said = {
        "id": "q",
        "title": "Q",
        "site": "s",
        "teacher": TEACHER,
        "connector": "wordpress",
        "url": url,
        "credentials": "env:Q_WORDPRESS",
    }
    return ClassPage(**{**said, **other})


@pytest.mark.parametrize(
    "title",
    [
        "Room 12",
        "yes",
        "a: b # c",
        "- 'x' \"y\"",
        "Año 🌱 {x}",
        "👩\u200d🏫 Room 12",
        "'",
        "0x1F",
        "x" * 200,
        "!tag",
        "@me",
        "% 1",
    ],
)
def test_what_is_written_is_read_back_the_same(house: House, platform: FakePlatform, title: str) -> None:
    asked = page(Blog(platform).url, title=title)
    file = adding.write_page(house, asked, SECRET, "name:application password")
    (located,) = load_class_pages([file], house.policy, house.connectors)
    assert located.page == asked
    assert "credentials: env:Q_WORDPRESS  # name:application password\n" in file.read_text()
    assert PASSWORD not in file.read_text()


def test_a_file_that_is_there_stays_as_it_is(school: Town, house: House, platform: FakePlatform) -> None:
    (school.config / "classes" / "q.yaml").write_text("mine")
    with pytest.raises(BadConfiguration, match=r"q\.yaml: is there already; nothing was overwritten"):
        adding.write_page(house, page(Blog(platform).url), SECRET)
    assert (school.config / "classes" / "q.yaml").read_text() == "mine"
    assert files(school) == {"q.yaml"}


@pytest.mark.parametrize(
    ("other", "secret", "words"),
    [
        ({"site": "x"}, SECRET, "site: "),
        ({"connector": "wordpres"}, SECRET, "did you mean wordpress"),
        ({}, "no colon", "credentials: must be `name:application password`"),
        ({"url": "https://b.example/?x=1"}, SECRET, "url: "),
        ({"roster": "rosters/none.csv"}, SECRET, "roster: "),
    ],
)
def test_what_apply_would_refuse_is_not_written(
    school: Town, house: House, other: dict[str, str], secret: str, words: str
) -> None:
    with pytest.raises(BadConfiguration) as bad:
        adding.write_page(house, page("https://b.example/", **other) if "url" not in other else page(**other), secret)
    assert words in str(bad.value)
    assert "classes/q.yaml" in str(bad.value), "the name of the file that was to be, and no other"
    assert "no colon" not in str(bad.value)
    assert files(school) == set()


def test_a_folder_that_cannot_be_written_is_told(school: Town, house: House, platform: FakePlatform) -> None:
    url = serve_feed(platform)
    (school.config / "classes").rmdir()
    (school.config / "classes").write_text("a file")
    with pytest.raises(OSError, match="classes"):
        adding.write_page(house, page(url, connector="feed", credentials=""), "")


def test_apply_takes_what_was_written_once_the_variable_is_set(
    school: Town, house: House, platform: FakePlatform
) -> None:
    file = adding.write_page(house, page(Blog(platform).url), SECRET)
    with pytest.raises(BadConfiguration, match="environment variable Q_WORDPRESS is not set"):
        pages.apply_pages(house, [file], NOW)
    assert pages.apply_pages(real(school, Q_WORDPRESS=SECRET), [file], NOW).added == ("q",)


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Room 12: Garden", "room-12-garden"),
        ("Año 3", "ano-3"),
        ("***", "class-page"),
        ("P", "p-2"),
        ("x" * 70, "x" * 40),
    ],
)
def test_an_id_is_made_of_the_title_and_is_free(school: Town, title: str, id: str) -> None:
    assert adding.free_id(real(school), title) == id


def test_the_name_of_somebody_elses_file_is_not_free(school: Town) -> None:
    Path(school.config, "classes", "room.yaml").write_text("not: a page")
    assert adding.is_taken(real(school), "room")
    assert adding.free_id(real(school), "Room") == "room-2"


def test_a_variable_is_one_that_a_shell_takes() -> None:
    assert adding.variable_for("ms-biology", "wordpress") == "MS_BIOLOGY_WORDPRESS"
    assert adding.variable_for("5th-grade", "discord_channel") == "PAGE_5TH_GRADE_DISCORD_CHANNEL"
