from __future__ import annotations

import pytest

from bot.domain.roster import BadRoster, from_json, read_csv, read_oneroster, read_staff, to_json
from moderators.base import StaffMember, Student

GOOD = "first,last,nickname,student_id\nAdriana,Quintero,Adri,052213F017\nNuño,Peñalver,,\n"


def test_a_roster_is_read_with_nicknames_and_without() -> None:
    adriana, nuno = read_csv(GOOD.encode(), "r.csv")
    assert adriana == Student("052213F017", "Adriana", "Quintero", ("Adri",), "052213F017")
    assert (nuno.first, nuno.nicknames, nuno.student_number) == ("Nuño", (), "")


@pytest.mark.parametrize("nicknames", ["Adri;Ana", "Adri/Ana", " Adri ; Ana ;"])
def test_several_nicknames_are_divided(nicknames: str) -> None:
    (student,) = read_csv(f"first,last,nickname\nAdriana,Quintero,{nicknames}\n".encode(), "r.csv")
    assert student.nicknames == ("Adri", "Ana")


def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    assert read_csv(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "r.csv") == read_csv(GOOD.encode(), "r.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\0\0", "not a text file"),
        (b"first,last\n", "no student"),
        (b"first,last\n\n,\n", "no student"),
        (b"name,surname\nA,B\n", "r.csv:1: column first is missing"),
        (b"first\nA\n", "r.csv:1: column last is missing"),
        (b"first,last,nick\nA,B,C\n", "r.csv:1: column 'nick' is unknown"),
        (b"first,last,last\nA,B,C\n", "r.csv:1: column last stands twice"),
        (b"first,last\nA,B,C\n", "r.csv:2: more cells than columns"),
        (b"first,last\nAda\n", "r.csv:2: last is empty"),
        (b"first,last\n,Boole\n", "r.csv:2: first is empty"),
        ("first,last\nA,B\nJosé,C\n".encode("latin-1"), "r.csv:3: not in UTF-8"),
        (b"first,last,student_id\nA,B,1\nC,D,1\n", "r.csv:3: the same student as in line 2"),
        (b"first,last\nA,B\na,b\n", "r.csv:3: the same student as in line 2"),
        (b'first,last\n"' + b"x" * 140_000 + b'",B\n', "export the file again"),
    ],
)
def test_a_bad_roster_is_refused_with_file_and_line(content: bytes, words: str) -> None:
    with pytest.raises(BadRoster, match=words):
        read_csv(content, "r.csv")


def test_all_problems_are_told_at_once_and_no_name_is_quoted() -> None:
    with pytest.raises(BadRoster) as bad:
        read_csv(b"first,last\nZuleika,\n,Ostrander\n", "r.csv")
    assert len(str(bad.value).splitlines()) == 2
    assert "Zuleika" not in str(bad.value)
    assert "Ostrander" not in str(bad.value)


ONEROSTER = {
    "classes.csv": b"sourcedId,status,title,classCode\nc1,,Life Science,ms-biology\nc2,,Art,ms-art\n",
    "enrollments.csv": (
        b"sourcedId,status,classSourcedId,userSourcedId,role\n"
        b"e1,,c1,u1,student\ne2,,c1,u2,teacher\ne3,,c2,u3,student\ne4,tobedeleted,c1,u3,student\ne5,,c1,u4,Student\n"
    ),
    "users.csv": (
        b"sourcedId,status,givenName,familyName,identifier\n"
        b"u1,,Adriana,Quintero,052213F017\nu2,,Inez,Alvarado,\nu3,,Dash,Boateng,\nu4,tobedeleted,Rose,Abernathy,\n"
    ),
}


def test_a_oneroster_class_gives_its_own_students_only() -> None:
    (adriana,) = read_oneroster(ONEROSTER, "ms-biology", "roster")
    assert adriana == Student("052213F017", "Adriana", "Quintero", (), "052213F017")


def test_the_only_class_is_taken_whatever_its_code() -> None:
    files = ONEROSTER | {"classes.csv": b"sourcedId,title\nc2,Art\n"}
    assert [s.first for s in read_oneroster(files, "some-page", "roster")] == ["Dash"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"users.csv": None}, "users.csv is missing"),
        ({"classes.csv": b"sourcedId,title\nc1,A\nc2,B\n"}, "no class has the classCode ms-biology"),
        ({"enrollments.csv": b"sourcedId,classSourcedId,userSourcedId\n"}, "column role is missing"),
        ({"users.csv": b"sourcedId,givenName,familyName\n"}, "no student"),
        (
            {"users.csv": b"sourcedId,givenName,familyName\nu1,A,B\nu1,A,B\n"},
            r"users.csv:3: the same student as in line 2",
        ),
    ],
)
def test_a_bad_oneroster_folder_is_refused(changes: dict[str, bytes | None], words: str) -> None:
    files = {name: content for name, content in (ONEROSTER | changes).items() if content is not None}
    with pytest.raises(BadRoster, match=words):
        read_oneroster(files, "ms-biology", "roster")


def test_a_student_survives_the_seal() -> None:
    student = Student("1", "Nuño", "D'Arcy-Peñalver", ("Nu", "N."), "052213F017")
    assert from_json(to_json(student)) == student


def test_the_accounts_of_a_student_stand_in_a_column_of_their_own_and_survive_the_seal() -> None:
    content = b"first,last,account\nEva,Ruiz,1042; 2077\nKen,Oda,\n"
    eva, ken = read_csv(content, "r.csv")
    assert (eva.accounts, ken.accounts) == (("1042", "2077"), ())
    assert from_json(to_json(eva)) == eva
    assert to_json(ken) == '["line-3", "Ken", "Oda", [], ""]'  # as it was sealed before there were accounts


def test_an_account_belongs_to_one_student() -> None:
    with pytest.raises(BadRoster, match=r"r\.csv:3: the same account as in line 2"):
        read_csv(b"first,last,account\nEva,Ruiz,7\nKen,Oda,7\n", "r.csv")


def test_the_staff_is_read_each_with_their_page_and_other_columns_are_passed_over() -> None:
    content = (
        b"\xef\xbb\xbftitle,first,last,role,email,page,room\r\nMs.,Eva,Ruiz,teacher,e@x.example,bio,12\r\n,,Oda,,,,\r\n"
    )
    assert read_staff(content, "s.csv") == (
        (StaffMember("Eva", "Ruiz", "Ms.", "e@x.example"), "bio"),
        (StaffMember("", "Oda"), ""),
    )
    assert read_staff(b"first,last\n", "s.csv") == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"first,last\nEva,\nKen,\n", r"s\.csv:2: last is empty.*\n.*s\.csv:3: last is empty"),
        (b"name\nEva\n", r"s\.csv:1: column first is missing"),
        ("first,last\nJos\u00e9,Ruiz\n".encode("latin-1"), r"s\.csv:2: not in UTF-8"),
    ],
)
def test_a_bad_list_of_staff_is_refused_with_file_and_line(content: bytes, words: str) -> None:
    with pytest.raises(BadRoster, match=words):
        read_staff(content, "s.csv")
