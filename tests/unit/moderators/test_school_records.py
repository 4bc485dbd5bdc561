from __future__ import annotations

import pytest

from moderators.school_records import SchoolRecords
from tests.unit.moderators.reading import PAGE, SETTINGS, Said, Who

RECORDS = SchoolRecords(SETTINGS)
NOBODY = Who()


def kinds(text: str, author: Who = NOBODY) -> set[str]:
    (answer,) = RECORDS.assess([Said(text, author)], PAGE)
    assert isinstance(answer, list)
    return {
        trait for signal in answer if signal.name == "school_record" and signal.score >= 0.5 for trait in signal.traits
    }


def names(text: str, author: Who = NOBODY) -> list[str]:
    (answer,) = RECORDS.assess([Said(text, author)], PAGE)
    assert isinstance(answer, list)
    return [signal.name for signal in answer]


def places(text: str) -> list[str]:
    (answer,) = RECORDS.assess([Said(text)], PAGE)
    assert isinstance(answer, list)
    return [text[signal.start : signal.end] for signal in answer]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tobias got an F on the quiz", "grade"),
        ("toby has a 1.9 gpa", "grade"),
        ("xavi is failing", "grade"),
        ("Xavi sacó una D en el examen", "grade"),
        ("Toby: 62%, Xavi: 88%, class average 75%", "grade"),
        ("is it true tobias didn't pass the retake", "grade"),
        ("Tobias reads at a second grade level", "grade"),
        ("they moved xavi down to the low math group", "grade"),
        ("toby won't graduate, he is six credits short", "grade"),
        ("Xavi saca puros seises, reprobó mate", "grade"),
        ("tobias hasn't been here since monday", "attendance"),
        ("xavi is out for three weeks", "attendance"),
        ("xavi lleva siete faltas", "attendance"),
        ("toby got caught vaping", "discipline"),
        ("they sent tobias to the dean again", "discipline"),
        ("tobias signed a behavior contract", "discipline"),
        ("a Xavi lo suspendieron hasta el lunes", "discipline"),
        ("toby goes to the resource room", "special_education"),
        ("xavi gets time and a half on tests", "special_education"),
        ("xavi va a terapia de lenguaje", "special_education"),
        ("toby had a panic attack, the ambulance came", "health"),
        ("the nurse has xavi's inhaler", "health"),
        ("tobias gets free lunch", "services"),
        ("tobias has 14 absences", "attendance"),
        ("toby cant even read past first grade words", "grade"),
        ("xavi is in the slow kids class", "grade"),
        ("Toby, you are still missing the book report", "grade"),
        ("so proud that xavi raised his average to 91", "grade"),
        ("a Xavi lo reprobaron en química", "grade"),
        ("xavi volvió a reprobar inglés", "grade"),
        ("Xavi salió bajísimo en la boleta", "grade"),
        ("Xavi llegó tarde cinco veces", "attendance"),
        ("toby got suspnded lol", "discipline"),
        ("xavi got writen up again", "discipline"),
        ("they sent toby to the principles office", "discipline"),
        ("Xavi anda con ISS", "discipline"),
        ("they tested Tobias for dyslexia", "special_education"),
        ("Xavi tiene un 504", "special_education"),
        ("toby doesnt have his shots", "health"),
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
        "toby, i failed the quiz",
        "tobias did his report on type 1 diabetes",
        "Toby can you get detention for gum",
        "is Tobias allergic to nuts? party is friday",
        "toby's mom is in rehab for her knee",
        "somebody got suspended, toby save me a seat",
        "toby is absent today, who has the slides",
        "the launch to the ISS is tonight, Toby",
        "Toby: 3/4 is the due date",
        "report cards come home on the 18th",
        "attendance was 96%",
        "is the room nut free",
        "Good point, Toby! The settlers were expelled from the valley.",
        "Magellan failed to return, right Toby?",
        "Bismarck was suspended from the party once, see page 8 Xavi",
        "toby scored 18 points in the game",
        "Toby, do you want the asthma slide or the flu poster",
        "the patient in the clip has diabetes, Xavi",
        "xavi what grade are you in",
        "toby the average in the desert is 41 degrees",
        "Remember, an unexcused absence lowers the grade. Ask Toby.",
        "Three tardies equal one detention, see Xavi's sign",
        "Late work loses 10 points. Toby has the list",
        "Toby got kicked out of his house by the cat",
        "toby is failing to see the point",
        "The average on this quiz was 81%, thanks Toby",
        "Bring a doctor's note if you are absent on Friday. Toby has the forms",
        "how is a gpa calculated",
        "Ms. Camille was suspended in the air for a second",
        "",
    ],
)
def test_a_record_of_nobody_or_no_record_is_clean(text: str) -> None:
    assert kinds(text) == set()


def test_a_name_far_away_is_not_the_records() -> None:
    assert kinds("Tobias left. " + "The lesson went on. " * 20 + "Somebody got an F on it.") == set()


@pytest.mark.parametrize("text", ["i got an F on the final", "got an F on the final LETS GO"])
def test_the_author_tells_their_own_record_under_their_own_name(text: str) -> None:
    (answer,) = RECORDS.assess([Said(text, Who(name="Tobias Wrenfield"))], PAGE)
    assert isinstance(answer, list)
    assert {signal.student for signal in answer} == {"s1"}
    assert "school_record" in {signal.name for signal in answer}


@pytest.mark.parametrize(
    ("text", "author", "found"),
    [
        ("my son sits by the window", "Toby's mom", ["student_meant"]),
        ("my son sits by the window", "proud papa", []),
        ("Toby sits by the window", "blue_pencil", []),
        ("the lady from the office came for Toby again", "blue_pencil", ["record_words"]),
        ("the lady from the office came again", "blue_pencil", []),
        ("i was in the office again", "Tobias Wrenfield", ["record_words"]),
        ("i was in the office again", "blue_pencil", []),
        ("Toby, i was in the office again", "blue_pencil", []),
        ("Toby has the nurse part in the play", "blue_pencil", []),
    ],
)
def test_what_the_policy_is_told_for_the_models_findings(text: str, author: str, found: list[str]) -> None:
    assert names(text, Who(name=author)) == found


def test_a_name_that_is_a_word_counts_where_the_record_follows_directly() -> None:
    assert kinds("hope has an IEP") == {"special_education"}
    assert kinds("i have hope that somebody has an IEP") == set()


def test_a_record_in_two_wordings_is_one_place() -> None:
    assert places("Toby made the honor roll with a 3.9 GPA") == ["made the honor roll with a 3.9 GPA"]


def test_beside_a_record_nothing_weaker_is_told() -> None:
    assert names("Toby was suspended and is in the office") == ["school_record"]


def test_a_handle_that_shows_no_name_tells_nobodys_record() -> None:
    assert kinds("i got an F on the final", Who(name="blue_pencil")) == set()


def test_a_parent_with_the_familys_name_tells_their_childs_record() -> None:
    assert kinds("my son got an F on the final", Who(name="Mrs. Wrenfield")) == {"grade"}
    assert kinds("my son got an F on the final", Who(name="night owl")) == set()
    assert kinds("mi nieta sacó una F en el examen", Who(name="Familia Wrenfield")) == {"grade"}
    assert kinds("my daughter was suspended", Who(name="Mrs. Castellanos-Reed")) == {"discipline"}


def test_of_two_students_the_nearest_is_meant() -> None:
    (answer,) = RECORDS.assess([Said("tobias is fine but xavi is failing")], PAGE)
    assert isinstance(answer, list)
    assert [signal.student for signal in answer] == ["s5"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tobias got an F on the cell quiz lmaooo", ["got an F on the cell quiz"]),
        (
            "I heard Toby is still reading at a first grade level, poor thing",
            ["is still reading at a first grade level"],
        ),
        ("Toby has an IEP and xavi has a 4.0", ["has an IEP", "has a 4.0"]),
        ("did xavi really get a referral for the fire alarm", ["get a referral for the fire alarm"]),
        ("a Xavi lo suspendieron", ["lo suspendieron"]),
    ],
)
def test_a_place_holds_what_is_told_and_no_name(text: str, told: list[str]) -> None:
    assert places(text) == told


def test_a_record_behind_many_words_is_found() -> None:
    assert kinds("toby " + "the lesson went on and on. " * 3_500 + "toby was suspended") == {"discipline"}


def test_what_belongs_to_an_employee_is_no_students_record() -> None:
    assert kinds("Toby, Ms. Duarte was written up by the district") == set()
