from __future__ import annotations

import pytest

from moderators.name_finder import finder_of
from moderators.relatives import CHILD, relative
from tests.unit.moderators.reading import PAGE, SETTINGS

NAMES = finder_of(SETTINGS)


@pytest.mark.parametrize(
    ("display_name", "student"),
    [
        ("Mrs. Wrenfield", "s1"),
        ("wrenfield family", "s1"),
        ("T. Wrenfield", "s1"),
        ("Toby's mom", "s1"),
        ("mamá de Xavi", "s5"),
        ("Mrs. Castellanos-Reed", None),
        ("Delgado family", None),
        ("J. Odomei", None),
        ("Ines Montalvo", None),
        ("Dana R (mom)", None),
    ],
)
def test_a_display_name_shows_the_family(display_name: str, student: str | None) -> None:
    family = relative(display_name, PAGE, NAMES)
    assert family is not None
    assert family.score >= 0.7
    if student:
        assert (family.student, family.score) == (student, 0.8)


@pytest.mark.parametrize(
    "display_name",
    [
        "proud papa",
        "Proud Papa",
        "night owl",
        "blue_pencil",
        "soccer mom 4",
        "Worried Mom",
        "mom",
        "",
        "🙂",
        "Ms. Duarte",
        "Tobias Wrenfield",
    ],
)
def test_a_display_name_that_shows_no_family_makes_nobody_known(display_name: str) -> None:
    assert relative(display_name, PAGE, NAMES) is None


@pytest.mark.parametrize(
    "text", ["my son is", "our little one", "mi hija va", "my oldest grandson", "mija", "my stepdaughter"]
)
def test_a_child_of_the_author_is_seen(text: str) -> None:
    assert CHILD.search(text)


@pytest.mark.parametrize("text", ["my song", "the son of", "my friend", "our team", "mi perro"])
def test_what_is_no_child_is_not(text: str) -> None:
    assert not CHILD.search(text)
