from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.class_pages import ClassPage
from bot.domain.roster import BadRoster
from bot.evaluation.school import open_pages
from tests.unit.bot.evaluation.sets import panel

CSV = "first,last,nickname,student_id\nAda,Lovelace,,7\n"


def one_roster(folder: Path) -> None:
    folder.mkdir()
    (folder / "classes.csv").write_text("sourcedId,title,classCode\nc1,Biology,bio\nc2,Other,other\n")
    (folder / "enrollments.csv").write_text("classSourcedId,userSourcedId,role\nc1,u1,student\nc2,u2,student\n")
    (folder / "users.csv").write_text("sourcedId,givenName,familyName,identifier\nu1,Mary,Shelley,\nu2,Jane,Austen,9\n")


def test_a_roster_is_a_csv_file_or_a_oneroster_folder_of_the_pages_name(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(CSV)
    one_roster(tmp_path / "bio")
    pages = open_pages(panel(), tmp_path, ["p", "bio", "p", "unknown page"])
    assert {id: [s.last for s in page.context.students] for id, page in pages.items()} == {
        "p": ["Lovelace"],
        "bio": ["Shelley"],
        "unknown page": [],
    }
    assert (pages["p"].roster_id("7"), pages["bio"].roster_id("u1"), pages["p"].roster_id(None)) == ("7", "u1", None)
    assert pages["unknown page"].document.rules == {}


def test_the_staff_is_no_class(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("title,first,last,role,email,page\nMs.,Eva,Ruiz,teacher,e@x.example,\n")
    page = open_pages(panel(), tmp_path, ["staff"])["staff"]
    assert (page.context.students, [s.title for s in page.context.staff]) == ((), ["Ms."])


def test_without_a_folder_every_roster_is_empty() -> None:
    page = open_pages(panel(), None, ["p"])["p"]
    assert (page.context.students, page.context.staff) == ((), ())


def test_a_bad_roster_or_folder_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(BadRoster, match="no such folder"):
        open_pages(panel(), tmp_path / "none", [])
    (tmp_path / "p.csv").write_text("first,last\n")
    with pytest.raises(BadRoster, match="no student in it"):
        open_pages(panel(), tmp_path, ["p"])
    (tmp_path / "staff.csv").write_text("first\nEva\n")
    with pytest.raises(BadRoster, match=r"staff\.csv:1: column last is missing"):
        open_pages(panel(), tmp_path, [])


def test_a_class_page_of_the_configuration_says_whose_account_is_whose(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(CSV)
    (tmp_path / "staff.csv").write_text("title,first,last,role,email,page\nMs.,Eva,Ruiz,teacher,e@x.example,\n")
    document = ClassPage.model_validate(
        {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}
        | {"accounts": {"Ada Lovelace": "1", "e@x.example": "2"}}
    )
    context = open_pages(replace(panel(), pages={"p": document}), tmp_path, ["p"])["p"].context
    assert ([s.accounts for s in context.students], [s.accounts for s in context.staff]) == ([("1",)], [("2",)])
