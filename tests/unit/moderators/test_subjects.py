from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from moderators.name_finder import finder_of
from moderators.subjects import EMPLOYEE, STUDENT, Scene, is_the_authors
from tests.unit.moderators.reading import PAGE, SETTINGS, Said, Who

NAMES = finder_of(SETTINGS)


def scene(text: str, author: str = "blue_pencil") -> Scene:
    return Scene(Said(text, Who(name=author)), PAGE, NAMES)


def test_people_become_signs_letter_by_letter() -> None:
    assert scene("Toby met Ms. Duarte").text == STUDENT * 4 + " met " + EMPLOYEE * 10
    assert scene("my son is late", "Mrs. Wrenfield").text == STUDENT * 6 + " is late"
    assert scene("my son is late").text == "my son is late"


def test_no_text_can_forge_a_person() -> None:
    assert STUDENT not in scene(f"{STUDENT}{STUDENT} was suspended").text
    assert EMPLOYEE not in scene(f"{EMPLOYEE} was fired").text


def test_the_nearest_student_is_meant_and_nobody_of_another_sentence_without_a_way_back() -> None:
    one = scene("Toby is fine. Xavi is failing")
    assert one.nearest(20, 27) is not None
    assert [p.id for p in [one.nearest(20, 27)] if p] == ["s5"]
    apart = scene("Toby sat down. " + "The lesson was long. " * 3 + "Somebody failed.")
    assert apart.nearest(len(apart.text) - 7, len(apart.text) - 1) is None
    back = scene("Toby sat down. " + "The lesson was long. " * 3 + "He failed.")
    assert back.nearest(len(back.text) - 7, len(back.text) - 1) is not None


def test_the_last_one_before_a_wording_has_it() -> None:
    for text, own in (
        ("toby says i failed", True),
        ("i heard toby failed", False),
        ("i know that he failed", False),
        ("i said. toby failed", False),
        ("we failed", True),
    ):
        one = scene(text)
        at = one.text.index("failed")
        assert is_the_authors(one, at, at + 6) is own, text


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["Toby", "Ms. Duarte", "my son", ".", "É", "𝕥oby", "\u200b", "he"]), st.text(max_size=8)
        ),
        max_size=10,
    )
)
@settings(max_examples=80, deadline=None)
def test_signs_never_move_a_place(parts: list[str]) -> None:
    text = " ".join(parts)
    one = scene(text, "Mrs. Wrenfield")
    assert len(one.text) == len(one.folded.text)
    places = [(who.start, who.end) for who in (*one.named, *one.children)]
    for first, last in places + [(who.start, who.end) for who in one.employees]:
        assert 0 <= first <= last <= len(one.text)
        start, end = one.span(first, last)
        assert 0 <= start <= end <= len(text)
