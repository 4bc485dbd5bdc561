from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.authors import Directory, Role
from connectors.base import Author
from moderators.base import PageContext, StaffMember, Student

STUDENTS = (
    Student("1", "Adriana", "Quintero", ("Adri",)),
    Student("2", "Tía", "Oyelaran", accounts=("s2",)),
)
STAFF = (
    StaffMember("Inez", "Alvarado"),
    StaffMember("Theo", "Whitcomb", accounts=("t2",)),
    StaffMember("Una", "O'Dell-Ríos"),
)
WHO = Directory(PageContext("p", STUDENTS, STAFF))


@pytest.mark.parametrize(
    ("author", "role"),
    [
        (Author("x", "bluepencil"), Role.UNKNOWN),
        (Author("x", ""), Role.UNKNOWN),
        (Author("x", "bluepencil", is_staff=True), Role.STAFF),
        (Author("t2", "bluepencil"), Role.STAFF),
        (Author("s2", "bluepencil"), Role.STUDENT),
        (Author("x", "Adriana Quintero"), Role.STUDENT),
        (Author("x", "ádri  QUINTERO"), Role.STUDENT),
        (Author("", "Adriana Quintero"), Role.UNKNOWN),  # a guest signs as anybody
        (Author("x", "Adriana"), Role.UNKNOWN),
        (Author("s2", "Tía Oyelaran"), Role.STUDENT),  # no aunt
        (Author("x", "Tía Oyelaran"), Role.UNKNOWN),  # not the registered account
        (Author("x", "Inez Alvarado"), Role.STAFF),
        (Author("", "Ms. Alvarado"), Role.STAFF),  # sterner: believed from the name alone
        (Author("x", "Mr. Whitcomb"), Role.UNKNOWN),  # not the registered account
        (Author("x", "Ms. Delgado"), Role.UNKNOWN),
        (Author("", "Ms. O'Dell-Rios"), Role.STAFF),
        (Author("", "Dr. Una O\u2019Dell-Ríos"), Role.STAFF),
        (Author("", "Ms. Inez Alvarado"), Role.STAFF),
        (Author("x", "Coach Theo Whitcomb"), Role.UNKNOWN),  # not the registered account
        (Author("x", "Adriana's mom"), Role.PARENT),
        (Author("", "mamá de Adriana"), Role.PARENT),
        (Author("x", "Carla B (mom)"), Role.PARENT),
        (Author("x", "quintero.family"), Role.PARENT),
        (Author("x", "ur mom"), Role.UNKNOWN),
        (Author("x", "Mr. Rick (volunteer)"), Role.OUTSIDER),
        (Author("x", "a neighbor"), Role.OUTSIDER),
    ],
)
def test_the_role_is_what_accounts_prove_and_names_say(author: Author, role: Role) -> None:
    assert WHO.role_of(author) is role


def test_where_each_student_has_an_account_any_other_account_is_an_outsiders() -> None:
    complete = Directory(PageContext("p", (Student("1", "Adriana", "Quintero", accounts=("s1",)),), STAFF))
    assert complete.role_of(Author("x", "bluepencil")) is Role.OUTSIDER
    assert complete.role_of(Author("", "bluepencil")) is Role.UNKNOWN
    assert complete.role_of(Author("s1", "bluepencil")) is Role.STUDENT
    assert Directory(PageContext("p")).role_of(Author("x", "bluepencil")) is Role.UNKNOWN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Adriana Quintero", True), ("adri  QUINTERO", True), ("Ádriana Quintero", True), ("Adriana", False),
        ("Quintero Adriana", False), ("Adriana Quintero's mom", False), ("", False), ("A" * 10_000, False),
    ],
)  # fmt: skip
def test_a_display_name_is_a_students_or_not(name: str, expected: bool) -> None:
    assert WHO.is_students_full_name(name) is expected


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["", "x"]))
@settings(deadline=None)
def test_a_milder_role_needs_an_account_whatever_the_name(name: str, id: str) -> None:
    role = WHO.role_of(Author(id, name))
    assert role is not Role.STUDENT or id
