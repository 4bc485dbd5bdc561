from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot import pages
from bot.domain.roster import BadRoster
from bot.rosters import read_roster, students_of
from bot.settings import BadConfiguration, MissingSecret
from connectors.base import AuthFailed, BadConfig
from tests.houses import NOW, PAGE, PEOPLE, Town, rows

CSV = "first,last,nickname,student_id\nAdriana,Quintero,Adri,052213F017\n"


def apply(town: Town, text: str) -> pages.Applied:
    return pages.apply_pages(town.house, [town.write_page(text)], NOW)


def problems(town: Town, text: str) -> list[str]:
    with pytest.raises(BadConfiguration) as bad:
        apply(town, text)
    return [str(p).rpartition("classes/")[2] for p in bad.value.problems]


def students(town: Town) -> list[str]:
    with town.house.store.reading() as session:
        return [student.first for student in students_of(session, town.house.store.vault, "p")]


def test_applying_twice_changes_nothing(town: Town) -> None:
    assert apply(town, PAGE).unchanged == ("p",)
    assert apply(town, PAGE + "vocabulary: [Rose]\n").changed == ("p",)
    assert apply(town, PAGE + "vocabulary: [Rose]\n").unchanged == ("p",)


def test_a_page_that_is_exported_and_applied_again_is_the_same(town: Town) -> None:
    apply(
        town,
        PAGE
        + "hold_until_reviewed: [critical]\nrules: {threat: {answer_within: 30 min, threshold: 0.3}}\nschedule: every 2 hours\n",
    )
    assert apply(town, pages.export_page(town.house, "p")).unchanged == ("p",)


def test_an_unknown_site_is_named_with_what_is_near(town: Town) -> None:
    (town.config / "people.yaml").write_text(
        PEOPLE.replace("id: s,", "id: roosevelt,").replace("sites: [s]", "sites: [roosevelt]")
    )
    assert problems(town, PAGE.replace("site: s", "site: rosevelt")) == [
        f"p.yaml:4: site: {town.config}/people.yaml has no site rosevelt; did you mean roosevelt?"
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MissingSecret("MY_PAGE"), "credentials: environment variable MY_PAGE is not set"),
        (BadConfig("secret", "must be name:password"), "credentials: must be name:password"),
        (BadConfig("url", "is no address"), "url: is no address"),
        (AuthFailed("wrong password"), "url: wrong password"),
    ],
)
def test_what_only_the_platform_knows_is_told_with_the_field(town: Town, error: Exception, expected: str) -> None:
    def connect(_: object) -> object:
        raise error

    town.house = replace(town.house, connect=connect)  # type: ignore[arg-type]  # it never returns
    (found,) = problems(town, PAGE + "credentials: env:MY_PAGE\n")
    assert expected in found


def test_nothing_is_applied_when_one_of_the_files_is_wrong(town: Town) -> None:
    good = town.write_page(PAGE.replace("id: p", "id: q"), "q")
    bad = town.write_page(PAGE.replace("id: p", "id: r").replace("site: s", "site: x"), "r")
    with pytest.raises(BadConfiguration):
        pages.apply_pages(town.house, [good, bad], NOW)
    assert rows(town, "SELECT id FROM page") == [("p",)]


def test_a_roster_is_imported_sealed_and_its_file_may_be_deleted(town: Town) -> None:
    file = town.config / "r.csv"
    file.write_text(CSV)
    assert apply(town, PAGE + "roster: r.csv\n").rosters == {"p": 1}
    assert students(town) == ["Adriana"]
    file.unlink()
    assert apply(town, PAGE + "roster: r.csv\nvocabulary: [x]\n").rosters == {}
    assert students(town) == ["Adriana"]
    sealed = b"".join(f.read_bytes() for f in town.environment.home.iterdir() if f.is_file())
    assert b"Adriana" not in sealed
    assert b"052213F017" not in sealed


def test_a_roster_can_be_named_without_its_ending(town: Town) -> None:
    (town.config / "r.csv").write_text(CSV)
    assert apply(town, PAGE + "roster: r\n").rosters == {"p": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file or folder"),
        (b"", "empty"),
        (b"name,surname\nA,B\n", "r.csv:1: column first is missing"),
        ("first,last\nJosé,B\n".encode("latin-1"), "r.csv:2: not in UTF-8"),
        (CSV.encode() * 2, "r.csv:3: the same student as in line 2"),
    ],
)
def test_a_bad_roster_is_told_with_its_own_line_and_the_page_is_not_applied(
    town: Town, content: bytes | None, words: str
) -> None:
    if content is not None:
        (town.config / "r.csv").write_bytes(
            content.replace(CSV.encode() * 2, (CSV + CSV.splitlines()[1] + "\n").encode())
        )
    (found, *_) = problems(town, PAGE + "roster: r.csv\n")
    assert found.startswith("p.yaml:8: roster: ")
    assert words in found
    assert students(town) == []


def oneroster(folder: Path) -> Path:
    folder.mkdir()
    (folder / "classes.csv").write_text("sourcedId,title,classCode\nc1,Life Science,p\n")
    (folder / "enrollments.csv").write_text("sourcedId,classSourcedId,userSourcedId,role\ne1,c1,u1,student\n")
    (folder / "users.csv").write_text("sourcedId,givenName,familyName,identifier\nu1,Dashiell,Boateng,110713M204\n")
    return folder


def test_a_oneroster_folder_and_its_zip_hold_the_same_students(tmp_path: Path) -> None:
    folder = oneroster(tmp_path / "roster")
    with zipfile.ZipFile(tmp_path / "roster.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"export/{file.name}")
    assert [s.first for s in read_roster(folder, "p")] == ["Dashiell"]
    assert read_roster(tmp_path / "roster.zip", "p") == read_roster(folder, "p")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"x" * 1000])
def test_a_broken_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "roster.zip").write_bytes(content)
    with pytest.raises(BadRoster, match="not a zip file"):
        read_roster(tmp_path / "roster.zip", "p")


def test_a_new_roster_looks_at_the_last_thirty_days_again(town: Town) -> None:
    town.platform.post("1", "hello")
    town.scan()
    assert town.scan().scored == 0
    (town.config / "r.csv").write_text(CSV)
    apply(town, PAGE + "roster: r.csv\n")
    assert town.scan().scored == 1
    assert pages.import_roster(town.house, "p", town.config / "r.csv", NOW) == 1
    assert town.scan().scored == 0


def test_a_page_without_a_roster_says_where_to_write_it(town: Town) -> None:
    with pytest.raises(BadRoster, match="write `roster:`"):
        pages.import_roster(town.house, "p", None, NOW)


def test_an_unknown_page_is_named_with_what_is_near(town: Town) -> None:
    apply(town, PAGE.replace("id: p", "id: ms-biology"))
    with pytest.raises(pages.NoSuchPage, match="did you mean ms-biology"):
        pages.chosen_pages(town.house, ["ms-bioligy"])
    assert pages.chosen_pages(town.house, []) == ["ms-biology", "p"]


def test_a_check_that_fails_says_why(town: Town) -> None:
    town.platform.fault = AuthFailed("the password is wrong: make a new one")
    with pytest.raises(pages.CheckFailed, match="it does not let us in: the password is wrong"):
        pages.check_page(town.house, "p")
    town.platform.fault = None
    assert pages.check_page(town.house, "p").settings.may_moderate


def test_whoever_left_a_site_loses_every_right_there(town: Town) -> None:
    assert rows(town, "SELECT count(*) FROM duty WHERE role = 'administrator'") == [(3,)]
    (town.config / "people.yaml").write_text("\n".join(line for line in PEOPLE.splitlines() if "lind@" not in line))
    apply(town, PAGE)
    assert rows(town, "SELECT count(*) FROM duty WHERE role = 'administrator'") == [(2,)]


def test_pages_without_a_file_are_named_and_read_on_until_somebody_ends_them(town: Town) -> None:
    other = town.write_page(PAGE.replace("id: p", "id: q"), "q")
    assert pages.apply_pages(town.house, [other], NOW).without_file == ("p",)
    assert pages.chosen_pages(town.house, []) == ["p", "q"]
    pages.leave_page(town.house, "p", NOW)
    assert pages.chosen_pages(town.house, []) == ["q"]
    assert [ready.page for ready in pages.due_pages(town.house, NOW)] == ["q"]
    with pytest.raises(pages.NoSuchPage):
        pages.chosen_pages(town.house, ["p"])
    assert apply(town, PAGE).changed == ("p",)
    assert pages.chosen_pages(town.house, []) == ["p", "q"]


def test_the_sample_pages_leave_where_a_schools_own_folder_does_not_hold_them(town: Town) -> None:
    object.__setattr__(town.house, "connectors", frozenset({"platform", "sample"}))
    town.platform.post("1", "!threat")
    (town.config / "memory").touch()
    apply(town, PAGE.replace("connector: platform", "connector: sample"))
    town.scan()
    assert list(town.queue()) == ["1"]
    beside = town.write_page(PAGE.replace("id: p", "id: beside"), "beside")
    assert pages.apply_pages(town.house, [beside], NOW).left == ()
    (town.config / "memory").unlink()
    own = town.write_page(PAGE.replace("id: p", "id: own"), "own")
    assert pages.apply_pages(town.house, [own], NOW).left == ("p",)
    assert town.queue() == {}
    assert pages.chosen_pages(town.house, []) == ["beside", "own"]


def test_several_pages_in_one_file_are_several_pages(town: Town) -> None:
    town.write_page(PAGE.replace("id: p", "id: q"), "q")
    apply(town, PAGE)
    pages.apply_pages(town.house, [town.config / "classes" / "q.yaml"], NOW)
    both = "---\n".join(pages.export_page(town.house, id) for id in ("p", "q"))
    assert apply(town, both).unchanged == ("p", "q")
    assert problems(town, both.replace("title: A page", "title: 7", 1).replace("id: q", "id: Q"))[1].startswith(
        "p.yaml:9: id: "
    )


def test_a_roster_that_is_named_anew_has_to_be_there_and_one_that_is_not_named_is_forgotten(town: Town) -> None:
    (town.config / "r.csv").write_text(CSV)
    apply(town, PAGE + "roster: r.csv\n")
    assert "no such file" in problems(town, PAGE + "roster: s.csv\n")[0]
    assert students(town) == ["Adriana"]
    apply(town, PAGE)
    assert students(town) == []


def test_an_alias_bomb_is_one_message(town: Town) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert any("unknown key" in line for line in problems(town, PAGE + bomb))


def test_a_page_that_moves_is_read_from_the_beginning_at_its_new_place(town: Town) -> None:
    town.platform.post("1", "!threat")
    town.scan()
    assert rows(town, "SELECT count(*) FROM checkpoint") == [(1,)]
    apply(town, PAGE.replace("url: memory", "url: elsewhere"))
    assert rows(town, "SELECT count(*) FROM checkpoint") == [(0,)]
    assert (town.scan().fetched, list(town.queue())) == (0, ["1"])


def test_a_school_that_takes_the_name_of_a_sample_page_does_not_inherit_its_flags(town: Town) -> None:
    object.__setattr__(town.house, "connectors", frozenset({"platform", "sample"}))
    apply(town, PAGE.replace("connector: platform", "connector: sample"))
    town.platform.post("1", "!threat")
    town.scan()
    town.platform.comments.clear()
    apply(town, PAGE)
    assert town.queue() == {}
    assert (town.scan().status, town.queue()) == ("done", {})
