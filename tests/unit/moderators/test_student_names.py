from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("tobias w. said so", "tobias w.", "s1"),
        ("tobais said so", "tobais", "s1"),
        ("Tobeyas said so", "Tobeyas", "s1"),
        ("kwintanilla ines", "kwintanilla ines", "s2"),
        ("Tobias James Wrenfield", "Tobias James Wrenfield", "s1"),
        ('Tobias "Toby" Wrenfield', 'Tobias "Toby" Wrenfield', "s1"),
        ("X. de la Fuente is absent", "X. de la Fuente", "s5"),
        ("Fuente, Xavier", "Fuente, Xavier", "s5"),
        ("de la Fuente, Xavier", "de la Fuente, Xavier", "s5"),
        ("Тобиас is here", "Тобиас", "s1"),
        ("saibot is here", "saibot", "s1"),
        ("to🔥bias is here", "to🔥bias", "s1"),
        ("tob.ias is here", "tob.ias", "s1"),
        ("tobiasw is here", "tobiasw", "s1"),
        ("#goyevgenia", "yevgenia", "s12"),
        ("@realyevgenia is funny", "@realyevgenia", "s12"),
        ("yev is so funny", "yev", "s12"),
        ("both camilles are late", "camilles", None),
        ("thats tobias's desk", "tobias", "s1"),
        ("1. Hope 2. Tobias", "Hope", "s3"),
        ("Hope (3/4), Tobias (4/5)", "Hope", "s3"),
        ("did hope bring her book", "hope", "s3"),
        ("la mamá de Hope llamó", "Hope", "s3"),
        ("abernathy scored twice", "abernathy", "s3"),
        ("Camile Brant", "Camile Brant", "s8"),
    ],
)
def test_a_student_is_found_with_the_place_and_the_roster_id(text: str, span: str, student: str | None) -> None:
    assert (span, student) in found(text)


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
        "will be there",
        "there is no hope",
        "f*to*bias",
        "my hamster is named Tobias",
        "San Nicholas is a town",
        "the village of Abernathy",
        "tobias khayyamov wrote poems",
        "mr. nicholas",
        "there's hope",
        "tobias.wrenfield@school.example.org",
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


def test_a_handle_of_a_student_who_is_named_beside_it_is_left_to_the_contact_detector() -> None:
    assert found("Tobias is @tobias_wrenfield there") == [("Tobias", "s1")]
    assert found("follow @tobias_wrenfield") == [("@tobias_wrenfield", "s1")]


@given(st.text(st.characters(exclude_categories=()), max_size=120))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for signal in NAMES.find(text, PAGE):
        assert 0 <= signal.start < signal.end <= len(text)
        assert 0 < signal.score < 1


NAMED = [
    "Tobias",
    "wrenfield",
    "hope",
    "Inés María",
    "xavier",
    "de la fuente",
    "d'shawn",
    "camille",
    "bo",
    "T",
    "tobyas",
    "yev",
]
BETWEEN = [
    " ",
    ", ",
    ". ",
    "-",
    "'s ",
    "@",
    "#",
    "_",
    "\n",
    "🔥",
    "*",
    "/",
    " and ",
    " will ",
    "(",
    '"',
    "\u200b",
    "é",
    "7",
    "i",
]


@given(st.lists(st.sampled_from(NAMED + BETWEEN), max_size=14).map("".join))
def test_names_in_any_company_are_read(text: str) -> None:
    places = [(signal.start, signal.end) for signal in NAMES.find(text, PAGE)]
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_odd_rosters_are_read() -> None:
    odd = (
        Student("1", "", ""),
        Student("2", "李", "王"),
        Student("3", "-", "'"),
        Student("4", "A", "B", ("", " ")),
        Student("5", "X" * 300, "Y"),
    )
    assert NAMES.assess([Said("李 王 and a b said hi")], PageContext("odd", odd))


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
