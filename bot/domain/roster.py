"""A roster as it comes from the school's systems: CSV, or OneRoster 1.1 (1EdTech, CSV binding, bulk files)."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import Advice
from moderators.base import StaffMember, Student

CSV_COLUMNS = ("first", "last", "nickname", "student_id", "account")
_ONEROSTER_FILES = ("classes.csv", "enrollments.csv", "users.csv")


class BadRoster(Advice):
    """The roster cannot be read. Each line of the message names file and line, and quotes no name."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    values: Mapping[str, str]


def read_csv(content: bytes, file: str) -> tuple[Student, ...]:
    """Read `first,last,nickname,student_id,account`.

    nickname may hold several, divided by `;` or `/`; account, the platform's ids of the student's own accounts, by `;`.

    Raises:
        BadRoster: wrong columns, wrong encoding, no student, an incomplete or a doubled one: all of them at once.
    """
    rows = _rows(content, file, required=("first", "last"), known=CSV_COLUMNS)
    problems: list[str] = []
    students: list[Student] = []
    lines: dict[str, int] = {}
    owners: dict[str, int] = {}
    for row in rows:
        first, last, number = row.values["first"], row.values["last"], row.values.get("student_id", "")
        if not first or not last:
            problems.append(f"{file}:{row.line}: {'first' if not first else 'last'} is empty; every student needs both")
            continue
        key = number or f"{first}\n{last}".casefold()
        if key in lines:
            problems.append(f"{file}:{row.line}: the same student as in line {lines[key]}; remove one of the two")
            continue
        lines[key] = row.line
        nicknames = tuple(n.strip() for n in row.values.get("nickname", "").replace("/", ";").split(";") if n.strip())
        accounts = tuple(a.strip() for a in row.values.get("account", "").split(";") if a.strip())
        if doubled := [owners[account] for account in accounts if owners.setdefault(account, row.line) != row.line]:
            problems.append(f"{file}:{row.line}: the same account as in line {doubled[0]}; it belongs to one student")
        students.append(Student(number or f"line-{row.line}", first, last, nicknames, number, accounts))
    return _all_or_nothing(students, problems, file)


def read_oneroster(files: Mapping[str, bytes], page: str, origin: str) -> tuple[Student, ...]:
    """Read the students of the class whose classCode or sourcedId is `page`, or of the only class there is.

    Raises:
        BadRoster: a file or column is missing, the class is not found, or it has no student.
    """
    if missing := [name for name in _ONEROSTER_FILES if name not in files]:
        raise BadRoster(f"{origin}: {missing[0]} is missing; a OneRoster folder holds {', '.join(_ONEROSTER_FILES)}")
    classes = _rows(files["classes.csv"], f"{origin}/classes.csv", required=("sourcedId", "title"))
    chosen = [row for row in classes if page in (row.values.get("classCode"), row.values["sourcedId"])]
    if not chosen and len(classes) == 1:
        chosen = classes
    if not chosen:
        raise BadRoster(f"{origin}/classes.csv: no class has the classCode {page}; set it there to the page's id")
    enrolled = _enrolled(files["enrollments.csv"], f"{origin}/enrollments.csv", {r.values["sourcedId"] for r in chosen})
    users_file = f"{origin}/users.csv"
    users = _rows(files["users.csv"], users_file, required=("sourcedId", "givenName", "familyName"))
    students: list[Student] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for row in users:
        source = row.values["sourcedId"]
        if source not in enrolled or row.values.get("status") == "tobedeleted":
            continue
        if source in seen:
            problems.append(
                f"{users_file}:{row.line}: the same student as in line {seen[source]}; remove one of the two"
            )
            continue
        seen[source] = row.line
        number = row.values.get("identifier", "")
        students.append(Student(number or source, row.values["givenName"], row.values["familyName"], (), number))
    return _all_or_nothing(students, problems, users_file)


def read_staff(content: bytes, file: str) -> tuple[tuple[StaffMember, str], ...]:
    """Read `title,first,last,role,email,page`: the employees, each with the page that they belong to (empty: the whole school).

    Only `first` and `last` must be there, and other columns are passed over.

    Raises:
        BadRoster: a column is missing, the encoding is wrong, or somebody has no surname: all of them at once.
    """
    staff: list[tuple[StaffMember, str]] = []
    problems: list[str] = []
    for row in _rows(content, file, required=("first", "last")):
        said = row.values
        if not said["last"]:
            problems.append(f"{file}:{row.line}: last is empty; every employee needs a surname")
            continue
        member = StaffMember(said["first"], said["last"], said.get("title", ""), said.get("email", ""))
        staff.append((member, said.get("page", "")))
    if problems:
        raise BadRoster("\n".join(problems))
    return tuple(staff)


def to_json(student: Student) -> str:
    """The student as it is sealed in the database. Accounts come last and only where there are any, as in older rosters."""
    fields = [student.id, student.first, student.last, list(student.nicknames), student.student_number]
    return json.dumps([*fields, list(student.accounts)] if student.accounts else fields)


def from_json(sealed: str) -> Student:
    """Back from `to_json`."""
    id, first, last, nicknames, number, *accounts = json.loads(sealed)
    return Student(id, first, last, tuple(nicknames), number, tuple(accounts[0]) if accounts else ())


def _enrolled(content: bytes, file: str, classes: set[str]) -> set[str]:
    rows = _rows(content, file, required=("classSourcedId", "userSourcedId", "role"))
    return {
        row.values["userSourcedId"]
        for row in rows
        if row.values["classSourcedId"] in classes
        and row.values["role"].lower() == "student"
        and row.values.get("status") != "tobedeleted"
    }


def _rows(content: bytes, file: str, required: tuple[str, ...], known: tuple[str, ...] = ()) -> list[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadRoster(
            f"{file}:{line}: not in UTF-8 (perhaps Latin-1); save it as `CSV UTF-8`, so that no name is garbled"
        ) from None
    if "\0" in text:
        raise BadRoster(f"{file}: not a text file; export it as CSV")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = _header(next(reader, []), file, required, known)
        return [_row(reader.line_num, header, cells, file) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise BadRoster(f"{file}:{reader.line_num}: {error}; export the file again as CSV") from None


def _header(cells: list[str], file: str, required: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    names = [cell.strip().lower() if known else cell.strip() for cell in cells]
    columns = ", ".join(known or required)
    if not any(names):
        raise BadRoster(f"{file}: empty; the first line names the columns {columns}")
    if doubled := [name for name in names if name and names.count(name) > 1]:
        raise BadRoster(f"{file}:1: column {doubled[0]} stands twice; remove one of the two")
    if missing := [name for name in required if name not in names]:
        raise BadRoster(f"{file}:1: column {missing[0]} is missing; the first line must name the columns {columns}")
    if known and (strange := [name for name in names if name and name not in known]):
        raise BadRoster(f"{file}:1: column {strange[0]!r} is unknown; the columns are {columns}")
    return names


def _row(line: int, header: list[str], cells: list[str], file: str) -> _Row:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise BadRoster(f"{file}:{line}: more cells than columns; put a name with a comma in quotes")
    padded = cells + [""] * (len(header) - len(cells))
    return _Row(line, dict(zip(header, (cell.strip() for cell in padded), strict=False)))


def _all_or_nothing(students: list[Student], problems: list[str], file: str) -> tuple[Student, ...]:
    if problems:
        raise BadRoster("\n".join(problems))
    if not students:
        raise BadRoster(f"{file}: no student in it; an empty roster would let every name pass")
    return tuple(students)


def folded_name(name: str) -> str:
    """A name to be compared: small letters without accents, one space between the words."""
    decomposed = unicodedata.normalize("NFKD", name[:200]).casefold()
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
