"""Words around a name that tell who is meant: a classmate, or a city, a relative, a president, a brand."""

from __future__ import annotations

import pytest

from moderators.base import PageContext, StaffMember, Student
from moderators.student_names import StudentNames
from tests.unit.moderators.reading import SETTINGS

NAMES = StudentNames(SETTINGS)
CLASS = PageContext(
    page="company",
    students=(
        Student("n1", "Paz", "Ibargüen"),
        Student("n2", "Luz Marina", "Coello"),
        Student("n3", "María Inés", "Tapia-Rosales"),
        Student("n4", "Savannah", "Okonjo"),
        Student("n5", "Kennedy", "Birchall"),
        Student("n6", "Anouk", "Rademaker"),
        Student("n7", "Anouk", "Desrosiers"),
        Student("n8", "Hope", "Villareal"),
        Student("n9", "Summer", "Achterberg"),
        Student("n10", "Rowan", "Mbatha-Quinn"),
        Student("n11", "Yara", "El-Masri"),
        Student("n12", "Rose", "Nakai"),
    ),
    staff=(StaffMember("Denise", "Tapia", "Ms."),),
)


def found(text: str) -> list[tuple[str, str | None]]:
    return [(text[s.start : s.end], s.student) for s in NAMES.find(text, CLASS) if s.score >= 0.5]


@pytest.mark.parametrize(
    ("text", "span", "student"),
    [
        ("paz me empujó en el pasillo", "paz", "n1"),
        ("le quitaron la pelota a paz", "paz", "n1"),
        ("ayer vi a paz en el parque", "paz", "n1"),
        ("a yara le dieron un reporte", "yara", "n11"),
        ("no le presten dinero a yara", "yara", "n11"),
        ("luz no vino a clase", "luz", "n2"),
        ("Ma. Inés trajo el mapa", "Ma. Inés", "n3"),
        ("anouk r and anouk d are both out", "anouk r", "n6"),
        ("is anouk d still mad", "anouk d", "n7"),
        ("anyone got yaras half of the map", "yara", "n11"),
        ("borrowed savannahs ruler", "savannah", "n4"),
        ("i miss savannah so much", "savannah", "n4"),
        ("go hope!!", "hope", "n8"),
        ("i saw hope steal a marker", "hope", "n8"),
        ("is hope your cousin", "hope", "n8"),
        ("hope is a liar", "hope", "n8"),
        ("rose u forgot ur bag", "rose", "n12"),
        ("summer wont be in class", "summer", "n9"),
        ("summer is absent today", "summer", "n9"),
        ("#Justice4Hope", "Hope", "n8"),
        ("#rowanisthebest", "rowan", "n10"),
        ("Mbatha-Quinn to the office", "Mbatha-Quinn", "n10"),
        ("El-Masri forgot the form", "El-Masri", "n11"),
        ("kennedy drew on the desk", "kennedy", "n5"),
        ("yara e is our captain", "yara", "n11"),
        ("Yara E. is our captain", "Yara E.", "n11"),
        ("#hopeisfat", "hope", "n8"),
        ("#yarasbirthday", "yara", "n11"),
    ],
)
def test_company_tells_a_classmate(text: str, span: str, student: str) -> None:
    assert (span, student) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "we drove to Savannah for the weekend",
        "my cousins live in savannah",
        "Savannah, Georgia is so humid",
        "savannah is japanese for nothing",
        "savannah university has a tour",
        "mi abuela se llama Yara",
        "my aunt's name is Rowan",
        "our baby is named Yara",
        "the author Rowan Ellis-Whit",
        "la cantante Yara",
        "mi abuela Yara",
        "rowan rhodes won the belt",
        "the savannah harbor",
        "kennedy wrote speeches in a century of war",
        "the kennedy assassination",
        "St. Savannah church",
        "summer is almost here",
        "no hay paz en el mundo",
        "apaga la luz",
        "i like hope in a story",
        "rose petals u can press",
        "Ms. Tapia-Rosales called",
        "the Mbatha-Quinn family",
        "will hope have a meaning",
    ],
)
def test_company_tells_something_else(text: str) -> None:
    assert found(text) == []


def test_a_letter_that_may_be_a_word_is_no_initial() -> None:
    assert found("anouk r u coming") == [("anouk", None)]
    assert found("anouk k can you send it") == [("anouk", None)]
    assert found("the yaras of this world") == []
