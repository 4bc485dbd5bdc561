from __future__ import annotations

import time
from dataclasses import replace

import pytest

from moderators.base import MASK, CouldNotAssess, PageContext, Signal, Student, mask_names
from moderators.student_names import StudentNames, match_author
from tests.unit.moderators.reading import PAGE, SETTINGS, Said

NAMES = StudentNames(SETTINGS)


def found(text: str, page: PageContext = PAGE) -> list[tuple[str, str | None]]:
    return [(text[s.start : s.end], s.student) for s in NAMES.find(text, page) if s.score >= 0.5]


@pytest.mark.parametrize(
    ("text", "span", "student"),
    [
        ("Tobias Wrenfield won", "Tobias Wrenfield", "s1"),
        ("list: Wrenfield, Tobias", "Wrenfield, Tobias", "s1"),
        ("wrenfield tobias", "wrenfield tobias", "s1"),
        ("ask tobias", "tobias", "s1"),
        ("toby is here", "toby", "s1"),
        ("tobias's turn", "tobias", "s1"),
        ("Tobias' book", "Tobias", "s1"),
        ("tobias w. said so", "tobias w", "s1"),
        ("T. Wrenfield is absent", "T. Wrenfield", "s1"),
        ("Ines Maria Quintanilla", "Ines Maria Quintanilla", "s2"),
        ("Inés Prado", "Inés Prado", "s2"),
        ("Inés María Quintanilla-Prado", "Inés María Quintanilla-Prado", "s2"),
        ("xavi and me", "xavi", "s5"),
        ("Xavier de la Fuente", "Xavier de la Fuente", "s5"),
        ("xavier delafuente", "xavier delafuente", "s5"),
        ("dshawn forgot", "dshawn", "s6"),
        ("Deshawn forgot", "Deshawn", "s6"),
        ("nick has it", "nick", "s7"),
        ("Camille Brandt", "Camille Brandt", "s8"),
        ("camille knows", "camille", None),
        ("T0b1as Wr3nfield", "T0b1as Wr3nfield", "s1"),
        ("t o b i a s", "t o b i a s", "s1"),
        ("tobiaaaas!", "tobiaaaas", "s1"),
        ("Tоbiаs", "Tоbiаs", "s1"),
        ("T\u200bobias", "T\u200bobias", "s1"),
        ("Tobias Wrenfeild", "Tobias Wrenfeild", "s1"),
        ("Tobyas Wrenfield", "Tobyas Wrenfield", "s1"),
        ("#TobiasWrenfieldRocks", "TobiasWrenfield", "s1"),
        ("go #TobyRocks", "Toby", "s1"),
        ("#gotobiaswrenfield", "tobiaswrenfield", "s1"),
        ("follow @tobias_w9", "@tobias_w9", "s1"),
        ("it was tobiaswrenfield.art", "tobiaswrenfield.art", "s1"),
        ("tell Hope that it is hers", "Hope", "s3"),
        ("hope isnt here today", "hope", "s3"),
        ("will will you come", "will", "s4"),
        ("hope abernathy did", "hope abernathy", "s3"),
        ("Bo has the key", "Bo", "s11"),
        ("nicholasito ven", "nicholasito", "s7"),
        ("Hamlet forgot his lunch", "Hamlet", "s10"),
    ],
)
def test_a_student_is_found_with_the_place_and_the_roster_id(text: str, span: str, student: str | None) -> None:
    assert (span, student) in [(written.rstrip("."), who) for written, who in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "i hope it is open note",
        "will the test have diagrams",
        "have hope everybody",
        "the will to live",
        "Hope springs eternal",
        "We hope that you will",
        "in the hope of an A",
        "Ms. Camille is the best",
        "ms camille said so",
        "Camille Duarte teaches art",
        "Tobias Finch wrote it",
        "Hamlet is a play by Shakespeare",
        "in act 2 hamlet waits",
        "Wrenfield is a village",
        "a bo staff",
        "the brand new book",
        "Nick Carraway tells the story",
        "Xavier Villaurrutia wrote poems",
        "nothing at all",
        "tobi or not tobi",
        "e.g. a list of things",
        "no names 123 here!",
        "#HopeForTheBest",
        "the fuente is dry",
        "",
    ],
)
def test_a_word_or_another_person_is_no_student(text: str) -> None:
    assert found(text) == []


def test_a_first_name_alone_says_so() -> None:
    (signal,) = NAMES.find("ask tobias", PAGE)
    assert signal.traits == {"first_name_only"}


@pytest.mark.parametrize(
    ("text", "trait"),
    [("follow @tobias_w9", "handle"), ("#TobiasWrenfield", "hashtag"), ("ask camille", "shared_name")],
)
def test_traits_refine_a_finding(text: str, trait: str) -> None:
    (signal,) = NAMES.find(text, PAGE)
    assert trait in signal.traits


def test_the_reason_holds_no_name() -> None:
    reasons = {
        s.why for text in ("Tobias Wrenfield", "toby", "#TobiasWrenfield", "tobias w.") for s in NAMES.find(text, PAGE)
    }
    assert len(reasons) == 4
    assert not any(name in why.lower() for why in reasons for name in ("tobias", "toby", "wrenfield"))


def test_masking_replaces_every_name_and_nothing_else() -> None:
    text = "Tobias Wrenfield, toby and Hope Abernathy read a will"
    assert mask_names(text, NAMES.find(text, PAGE)) == f"{MASK}, {MASK} and {MASK} read a will"


def test_masking_takes_only_names() -> None:
    assert mask_names("abc", [Signal("other", 1.0, 0, 2)]) == "abc"


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Tobias Wrenfield", "s1"),
        ("tobias.wrenfield07", "s1"),
        ("Wrenfield, Tobias", "s1"),
        ("Toby W", "s1"),
        ("Inés Quintanilla", "s2"),
        ("Camille B.", "s8"),
        ("Tobias Wrenfield (dad)", None),
        ("Wrenfield family", None),
        ("Ms. Wrenfield", None),
        ("Camille Duarte", None),
        ("Camille", None),
        ("Tobias", None),
        ("blue_pencil", None),
        ("", None),
    ],
)
def test_a_display_name_is_a_students_only_with_both_names(name: str, student: str | None) -> None:
    assert match_author(name, PAGE) == student


def test_another_roster_finds_other_students() -> None:
    other = PageContext("q", (Student("z", "Ottoline", "Marsh"),))
    assert found("Ottoline and Tobias", other) == [("Ottoline", "z")]
    assert found("Ottoline and Tobias") == [("Tobias", "s1")]


def test_a_page_without_roster_has_no_findings() -> None:
    assert NAMES.assess([Said("Tobias Wrenfield")], PageContext("empty")) == [[]]


def test_the_roster_hardly_changes_the_time() -> None:
    many = tuple(Student(f"m{n}", f"Given{chr(97 + n % 26)}{n}", f"Surname{n}x") for n in range(3000))
    large = replace(PAGE, students=PAGE.students + many)
    text = "so the lab is due on friday and we need the poster from table two " * 40
    took = []
    for page in (PAGE, large):
        NAMES.find(text, page)
        began = time.perf_counter()
        for _ in range(20):
            NAMES.find(text, page)
        took.append(time.perf_counter() - began)
    assert took[1] < took[0] * 4


def test_a_text_of_nothing_but_possible_names_is_reported_not_guessed() -> None:
    (answer,) = NAMES.assess([Said("i hope so " * 30_000)], PAGE)
    assert isinstance(answer, CouldNotAssess)
    assert "hope" not in answer.reason


def test_the_version_changes_with_a_word_list(tmp_path: object) -> None:
    from pathlib import Path

    from moderators.base import ModeratorSettings
    from tests.unit.moderators.reading import LEXICONS

    folder = Path(str(tmp_path))
    (folder / "word_names.txt").write_text("sparrow\n", encoding="utf-8")
    assert StudentNames(ModeratorSettings((folder, LEXICONS))).version != NAMES.version
