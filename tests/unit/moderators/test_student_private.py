from __future__ import annotations

import pytest

from moderators.student_private import StudentPrivate
from tests.unit.moderators.reading import PAGE, SETTINGS, Said, Who

PRIVATE = StudentPrivate(SETTINGS)
NOBODY = Who()


def kinds(text: str, author: Who = NOBODY) -> set[str]:
    (answer,) = PRIVATE.assess([Said(text, author)], PAGE)
    assert isinstance(answer, list)
    return {trait for signal in answer if signal.score >= 0.5 for trait in signal.traits}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("everyone knows toby is gay he just hasnt said it", "orientation"),
        ("a Xavi le gustan los niños, lo leyó mi prima", "orientation"),
        ("D'Shawn came out to his mom", "orientation"),
        ("camille's nonbinary and thats why theres a new sign", "gender_identity"),
        ("toby used to be a girl before he switched", "gender_identity"),
        ("ask xavi, his dad got picked up by ice", "immigration"),
        ("Xavi is undocumented so dont ask about the trip", "immigration"),
        ("a Xavi le faltan los papeles", "immigration"),
        ("toby's parents split in august, be nice", "family"),
        ("Tobias is in foster care", "family"),
        ("hope is in foster care", "family"),
        ("toby got kicked out by his stepdad", "family"),
        ("xavi isnt a citizen", "immigration"),
        ("toby uses they/them now, dont tell", "gender_identity"),
        ("toby and his brothers are sleeping in the van now", "family"),
        ("la mamá de Xavi está en la cárcel", "family"),
        ("theres a restraining order, thats why tobys dad cant come. toby told me", "family"),
    ],
)
def test_private_circumstances_of_a_named_student_are_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "i am gay and toby knows",
        "Toby, my parents got divorced in august",
        "toby likes pickles",
        "toby, in the novel her dad is in jail",
        "the green card in uno, toby",
        "they said he is gay, whoever he is",
        "our foster puppies are named after planets, Toby",
        "toby's mom made tamales",
        "in the novel Toby's parents divorce",
        "toby's group home ec project",
        "i hope somebody in foster care reads this",
        "toby came out of the library",
        "",
    ],
)
def test_what_is_the_authors_own_or_nobodys_is_clean(text: str) -> None:
    assert kinds(text) == set()


def test_what_a_student_says_of_themselves_under_their_own_name_is_theirs_to_say() -> None:
    assert kinds("i am gay, deal with it", Who(name="Tobias Wrenfield")) == set()


def test_the_student_whom_it_is_told_of_is_named_in_the_finding() -> None:
    (answer,) = PRIVATE.assess([Said("Xavi is fine but toby is homeless")], PAGE)
    assert isinstance(answer, list)
    assert [signal.student for signal in answer] == ["s1"]
