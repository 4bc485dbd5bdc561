from __future__ import annotations

import pytest

from moderators.personnel_records import PersonnelRecords
from tests.unit.moderators.reading import PAGE, SETTINGS, Said

RECORDS = PersonnelRecords(SETTINGS)


def kinds(text: str) -> set[str]:
    (answer,) = RECORDS.assess([Said(text)], PAGE)
    assert isinstance(answer, list)
    return {trait for signal in answer if signal.score >= 0.5 for trait in signal.traits}


def meant(text: str) -> list[str]:
    (answer,) = RECORDS.assess([Said(text)], PAGE)
    assert isinstance(answer, list)
    return [text[s.start : s.end] for s in answer if s.name == "employee_meant"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('Ms. Duarte got a "needs improvement" on her evaluation', "evaluation"),
        ("the music teacher flunked her observation", "evaluation"),
        ("a la maestra Olvido le fue mal, mala evaluacion", "evaluation"),
        ("I was told Mr. Ferrow was written up for leaving the kids alone", "discipline"),
        ("coach is under investigation, that's all i know", "discipline"),
        ("there is a complaint against our principal", "discipline"),
        ("al conserje lo corrieron por dormirse", "discipline"),
        ("they finally fired the lady at the front desk", "discipline"),
        ("Hale has a grievance hearing on the 4th", "discipline"),
        ("dr. hale is on medical leave until may", "leave"),
        ("mr farrow used up all his sick days", "leave"),
        ("our librarian is doing chemo", "health"),
        ("la directora está en tratamiento", "health"),
        ("Ms. Duarte's contract was not renewed", "contract"),
        ("the swim coach isn't even certified", "contract"),
        ("Dr. Hale makes $148,200 a year", "pay"),
        ("Norma Hale, employee 204417, step 6, $71,330", "pay"),
        ("el director gana ciento ochenta mil", "pay"),
        ("coach hale takes antidepressants", "health"),
        ("Ms. Duarte was moved here after what parents complained about", "discipline"),
        ("a la maestra Olvido le levantaron un acta", "discipline"),
        ("Dr. Hale lost her credential", "discipline"),
        ("the vice principal got a $9,500 raise", "pay"),
    ],
)
def test_a_record_of_an_employee_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ms. Duarte won Teacher of the Year!! So deserved",
        "mr farrow never grades the essays before friday lol",
        "how much do english teachers make on average",
        "Congrats on the wedding Ms. Duarte",
        "is ms duarte moving to room 6",
        "the teacher in the novel was fired in chapter 3",
        "in the show they make the coach resign",
        "a teacher was fired in another state",
        "Mr. Farrow, i was suspended, can i make up the quiz",
        "Ms. Duarte said that Toby was written up",
        "hi Ms. Duarte, he just got sent home for pushing",
        "I was on medical leave and missed you all",
        "teachers deserve a raise",
        "Dr. Hale says that the budget review went badly",
        "Ms. Duarte's contract activity was fun",
        "Ms. Duarte put us on a reading improvement plan",
        "mr farrow has a record player in his room",
        "what should the nurse check first",
        "Coach Moro is our new coach",
        "",
    ],
)
def test_plain_talk_about_employees_is_clean(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("thank you Ms. Duarte for the slides", ["Ms. Duarte"]),
        ("ask Norma Hale", ["Norma Hale"]),
        ("mr farrow is nice", ["mr farrow"]),
        ("our principal waved", ["our principal"]),
        ("la maestra de arte", ["la maestra de arte"]),
        ("i want to become a teacher", []),
        ("miss you all", []),
        ("coach said no phones", ["coach"]),
        ("Camille is here", []),
    ],
)
def test_who_is_meant_is_told_to_the_policy(text: str, found: list[str]) -> None:
    assert meant(text) == found


def test_a_record_that_comes_before_the_name_is_the_employees_unless_a_student_may_be_meant() -> None:
    assert kinds("they put her on an improvement plan. poor Mrs. Stavro") == {"evaluation"}
    assert kinds("they put Toby on an improvement plan, says Mrs. Stavro") == set()


def test_a_role_is_less_sure_than_a_name() -> None:
    named, role = RECORDS.assess([Said("Dr. Hale was fired"), Said("the nurse was fired")], PAGE)
    assert isinstance(named, list)
    assert isinstance(role, list)
    assert named[-1].score > role[-1].score >= 0.5
