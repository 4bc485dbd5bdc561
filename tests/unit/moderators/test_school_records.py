from __future__ import annotations

import pytest

from moderators.school_records import SchoolRecords
from tests.unit.moderators.reading import PAGE, SETTINGS, Said, Who

RECORDS = SchoolRecords(SETTINGS)
NOBODY = Who()


def kinds(text: str, author: Who = NOBODY) -> set[str]:
    (answer,) = RECORDS.assess([Said(text, author)], PAGE)
    assert isinstance(answer, list)
    return {trait for signal in answer if signal.score >= 0.5 for trait in signal.traits}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tobias got an F on the quiz", "grade"),
        ("toby has a 1.9 gpa", "grade"),
        ("xavi is failing", "grade"),
        ("Xavi sacó una D en el examen", "grade"),
        ("tobias has 14 absences", "attendance"),
        ("tobias ditched 3rd period", "attendance"),
        ("toby missed 9 days", "attendance"),
        ("did xavi get a referral", "discipline"),
        ("xavi was suspended", "discipline"),
        ("Tobias has an IEP", "special_education"),
        ("toby's speech therapy is at ten", "special_education"),
        ("toby is allergic to bees", "health"),
        ("xavi tiene asma", "health"),
        ("camille takes meds for anxiety", "health"),
    ],
)
def test_a_record_beside_a_students_name_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "i got an F on the quiz",
        "somebody has 14 absences",
        "can you get suspended for that",
        "what is an IEP and a 504 plan",
        "the narrator has depression",
        "i have the flu",
        "Student A had 12 absences",
        "Tobias has the poster",
        "Tobias got a hamster",
        "toby asked what the test is about",
        "tobias wrote an A on the board",
        "xavi is late for the bus",
        "report cards come home on the 18th",
        "attendance was 96%",
        "is the room nut free",
        "how is a gpa calculated",
        "Ms. Camille was suspended in the air for a second",
        "",
    ],
)
def test_a_record_of_nobody_or_no_record_is_clean(text: str) -> None:
    assert kinds(text) == set()


def test_a_name_far_away_is_not_the_records() -> None:
    assert kinds("Tobias left. " + "The lesson went on. " * 20 + "Somebody got an F on it.") == set()


def test_the_author_tells_their_own_record_under_their_own_name() -> None:
    (answer,) = RECORDS.assess([Said("i got an F on the final", Who(name="Tobias Wrenfield"))], PAGE)
    assert isinstance(answer, list)
    assert [signal.student for signal in answer] == ["s1"]


def test_a_handle_that_shows_no_name_tells_nobodys_record() -> None:
    assert kinds("i got an F on the final", Who(name="blue_pencil")) == set()


def test_a_parent_with_the_familys_name_tells_their_childs_record() -> None:
    assert kinds("my son got an F on the final", Who(name="Mrs. Wrenfield")) == {"grade"}
    assert kinds("my son got an F on the final", Who(name="night owl")) == set()


def test_of_two_students_the_nearest_is_meant() -> None:
    (answer,) = RECORDS.assess([Said("tobias is fine but xavi is failing")], PAGE)
    assert isinstance(answer, list)
    assert [signal.student for signal in answer] == ["s5"]
