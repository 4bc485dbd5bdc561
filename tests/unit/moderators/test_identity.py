from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderators.base import PageContext, Signal, StaffMember, Student
from moderators.identity import Identity
from tests.unit.moderators.reading import SETTINGS, Said, Who

IDENTITY = Identity(SETTINGS)
STUDENTS = (
    Student("s1", "Tobias", "Wrenfield", ("Toby",), accounts=("a1",)),
    Student("s2", "Inés María", "Quintanilla-Prado", accounts=("a2", "a22")),
    Student("s3", "Mario", "Castellano", accounts=("a3",)),
    Student("s4", "Ana", "Lu", accounts=("a4",)),
    Student("s5", "Xavier", "Norwood"),
    Student("s6", "Luz", "Hartigan", accounts=("a6",)),
)
STAFF = (
    StaffMember("Rosalind", "Alvarado", "Ms.", accounts=("t1",)),
    StaffMember("Ned", "Hartigan", "Mr.", accounts=("t2",)),
    StaffMember("Grace", "Oyelowo"),
)
PAGE = PageContext("p", STUDENTS, STAFF)
THRESHOLD = 0.5


def sign(name: str, account: str = "x", *, is_staff: bool | None = None, page: PageContext = PAGE) -> list[Signal]:
    (answer,) = IDENTITY.assess([Said("hello", Who(account, name, is_staff))], page)
    assert isinstance(answer, list)
    return answer


@pytest.mark.parametrize(
    "name",
    [
        "Tobias Wrenfield", "TOBIAS WRENFIELD", "tobias_wrenfield07", "Tobias.Wrenfield", "tobiaswrenfield", "Wrenfield, Tobias",
        "Toby Wrenfield", "T0bias Wrenf1eld", "Tоbias Wrenfield", "Tobias\u200b Wrenfield", "𝐓𝐨𝐛𝐢𝐚𝐬 𝐖𝐫𝐞𝐧𝐟𝐢𝐞𝐥𝐝", "Tobais Wrenfield",
        "Tobias Wrenfeild", "the real tobias wrenfield", "therealtobiaswrenfield", "xX_tobiaswrenfield_Xx", "Tobias Wrenfield period 3",
        "Inés Quintanilla", "ines maria quintanilla prado", "Tobias J. Wrenfield", "tobias james wrenfield", "Tobias Wrenfield's new acc",
    ],
)  # fmt: skip
def test_a_students_name_from_another_account_is_found_however_it_is_written(name: str) -> None:
    (signal,) = sign(name)
    assert signal.score >= THRESHOLD
    assert signal.student in {"s1", "s2"}
    assert "from an account that is not the registered one" in signal.why


@pytest.mark.parametrize(
    "name",
    [
        "Rosalind Alvarado", "Ms. Alvarado", "ms alvarado", "msalvarado", "Ms.Alvarad0", "Ms. Аlvarado", "Mrs. Alvarado", "Profe Alvarado",
        "Principal Alvarado", "Ms. Rosalind", "Ms. Alvardo", "Ms. Alvarado (Biology)", "MsAlvaradoOfficial",
        "R. Alvarado", "Alvarado, R.", "Alvarado (teacher)", "Vice Principal Alvarado", "Asst. Principal Alvarado", "itsmsalvarado",
    ],
)  # fmt: skip
def test_a_name_of_staff_is_found_by_title_too(name: str) -> None:
    (signal,) = sign(name)
    assert signal.score >= THRESHOLD
    assert signal.student is None
    assert "a member of staff" in signal.why


@pytest.mark.parametrize(
    "name",
    [
        "", "bluepencil", "Tobias", "Wrenfield", "Tobias W", "Alvarado", "alvarado.st", "Ms. A", "Maria Castellano", "Ana Li", "Anna Lu",
        "Tobias Wrenfield's mom", "mama de Tobias Wrenfield", "Wrenfield family", "not Ms. Alvarado", "Ms. Alvarado fan",
        "fake ms alvarado", "Coach", "Ms.", "Dr. Drake", "Ms. Alvarado's class", "Ms. Alvarado’s favorite student", "Ms. Alvarado bot",
        "Ms. Alvarado sub", "tobias wrenfield hater", "J. Alvarado", "Tobias and Wrenfield", "Head Nurse",
    ],
)  # fmt: skip
def test_other_names_and_those_who_say_that_they_are_somebody_else_are_none(name: str) -> None:
    assert sign(name) == []


def test_exactly_the_registered_account_never_fires_for_its_own_name() -> None:
    assert sign("Tobias Wrenfield", "a1") == []
    assert sign("T0bias Wrenfeild", "a1") == []
    assert sign("Inés Quintanilla", "a22") == []
    assert sign("Ms. Alvarado", "t1") == []


def test_the_registered_account_of_somebody_else_is_the_surest_sign() -> None:
    (by_student,), (by_stranger,) = sign("Ms. Alvarado", "a1"), sign("Ms. Alvarado", "x")
    assert by_student.score > by_stranger.score
    assert "the registered account of somebody else" in by_student.why


def test_a_guest_has_no_account_at_all() -> None:
    (signal,) = sign("Ms. Alvarado", "")
    assert signal.score >= THRESHOLD
    assert "no account at all" in signal.why


@pytest.mark.parametrize("name", ["Xavier Norwood", "Xаvier Norwood", "Ms. Oyelowo", "Grace Oyelowo"])
def test_without_a_registered_account_it_only_says_so_quietly(name: str) -> None:
    (signal,) = sign(name)
    assert signal.score < THRESHOLD
    assert "it is not known whether this is them" in signal.why


def test_what_may_be_a_relative_or_somebody_of_that_surname_is_quiet() -> None:
    for name in ("Mr. Alvarado", "Mr. Hartigan"):  # another title; a surname that a student has too
        (signal,) = sign(name)
        assert signal.score < THRESHOLD


def test_the_platform_itself_may_vouch_for_staff_and_not_for_a_student() -> None:
    (staff,) = sign("Ms. Alvarado", is_staff=True)
    (student,) = sign("Tobias Wrenfield", is_staff=True)
    assert staff.score < THRESHOLD <= student.score


def test_of_two_people_of_one_name_it_may_be_the_one_without_an_account() -> None:
    page = PageContext("p", (Student("1", "Ida", "Brandtmann", accounts=("a",)), Student("2", "Ida", "Brandtmann")))
    (signal,) = sign("Ida Brandtmann", page=page)
    assert signal.score < THRESHOLD
    assert sign("Ida Brandtmann", "a", page=page) == []


def test_a_student_called_tia_is_found() -> None:
    page = PageContext("p", (Student("1", "Tia", "Brandtmann", accounts=("a",)),))
    (signal,) = sign("Tia Brandtmann", page=page)
    assert signal.score >= THRESHOLD


def test_the_reason_holds_no_name_and_no_digit() -> None:
    private = {
        w for one in (*STUDENTS, *STAFF) for part in (one.first, one.last) for w in re.findall(r"\w+", part.lower())
    }
    for name in ("Tobias Wrenfield", "Ms. Alvarado", "Xavier Norwood", "tobais wrenfield"):
        (signal,) = sign(name)
        assert not private & set(re.findall(r"\w+", signal.why.lower()))
        assert not re.search(r"\d", signal.why)


SLIPS = st.sampled_from(["", "_", ".", "07", "  ", "\u200b"])


@given(st.sampled_from(STUDENTS[:3]), SLIPS, SLIPS, st.booleans())
@settings(deadline=None)
def test_added_signs_and_changed_case_neither_hide_a_name_nor_touch_its_owner(
    student: Student, middle: str, end: str, shout: bool
) -> None:
    name = f"{student.first}{middle or ' '}{student.last}{end}"
    name = name.upper() if shout else name
    (signal,) = sign(name)
    assert signal.score >= THRESHOLD
    assert sign(name, student.accounts[0]) == []


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["a1", "t1", "x", ""]))
@settings(deadline=None)
def test_any_name_has_one_answer_at_most_and_none_where_nobody_is_known(name: str, account: str) -> None:
    assert len(sign(name, account)) <= 1
    assert sign(name, account, page=PageContext("empty")) == []
