from __future__ import annotations

import pytest

from moderators.contact_details import ContactDetails
from tests.unit.moderators.reading import PAGE, SETTINGS, Said, Who

DETAILS = ContactDetails(SETTINGS)
NOBODY = Who()


def kinds(text: str, author: Who = NOBODY) -> set[str]:
    (answer,) = DETAILS.assess([Said(text, author)], PAGE)
    assert isinstance(answer, list)
    return {trait for signal in answer if signal.score >= 0.5 for trait in signal.traits}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("call me 323-555-0144", "phone"),
        ("mi cel (323) 555 0144", "phone"),
        ("text 3235550144", "phone"),
        ("three two three five five five oh one four four", "phone"),
        ("uno dos tres, cinco cinco cinco, cero uno nueve cero", "phone"),
        ("write inky@example.com", "email"),
        ("ＩＮＫＹ@example.com", "email"),
        ("inky at gmail dot com", "email"),
        ("inky (at) example (dot) org", "email"),
        ("i live at 88 Larkspur Lane", "address"),
        ("my house is 1040 N. Quince Ave apt 7", "address"),
        ("vivimos en 1040 Calle Naranjo depto 2", "address"),
        ("toby is at 88 Larkspur Ln", "address"),
        ("toby's bday is june 4", "birth_date"),
        ("my birthday is 6/4/2012", "birth_date"),
        ("mi cumple es el 4 de junio", "birth_date"),
        ("xavi turns 12 on 6/4", "birth_date"),
        ("my insta is @inky.paws", "handle"),
        ("add me on snap: inkypaws", "handle"),
        ("toby's roblox is paws_77", "handle"),
        ("inky.paws#4410", "handle"),
        ("follow @tobias_wrenfield9", "handle"),
        ("my id is 010511T001", "student_number"),
        ("01-05-11-T-001", "student_number"),
        ("xavi is home alone", "location"),
    ],
)
def test_a_contact_detail_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Main office: (323) 555-0100",
        "call 988 if you need to talk, or 911",
        "1-800-555-0199 is free",
        "ISBN 978-0-7432-7356-5",
        "3,200,000,000 base pairs",
        "pi is 3.14159265358979",
        "on page 323 line 5550",
        "late work to cduarte@school.example.org",
        "the nurse is at nurse2@school.example.org",
        "write to judges@fair.example.com",
        "how do you cite an email",
        "meet me at noon dot",
        "the museum at 900 Larkspur Ave",
        "the public library, 630 W. 5th St",
        "we need 12 way better ideas",
        "Newton was born on january 4 1643",
        "the school's birthday is may 5",
        "independence day is july 4",
        "turn in by 6/4",
        "follow our PTA page @pta_example",
        "the new insta filter is cool",
        "discord and unity in the poem",
        "PS3545 .I5365",
        "serial 0105T001",
        "10/10 would attend again",
        "i got 100 on it",
        "",
    ],
)
def test_what_is_the_schools_or_nothing_stays_clean(text: str) -> None:
    assert kinds(text) == set()


def test_a_student_number_of_the_roster_names_its_student() -> None:
    (answer,) = DETAILS.assess([Said("try 010511t001 instead")], PAGE)
    assert isinstance(answer, list)
    assert [(signal.student, signal.start, signal.end) for signal in answer] == [("s1", 4, 14)]


@pytest.mark.parametrize("author", [Who(name="Dana R (mom)"), Who(name="Mr. Hale"), Who(is_staff=True)])
def test_an_adults_own_number_is_theirs_to_give(author: Who) -> None:
    assert kinds("call me 323-555-0144", author) == set()
    assert kinds("toby's cell is 323-555-0144", author) == {"phone"}


def test_a_wall_of_numbers_hides_no_number() -> None:
    assert kinds("000 000 0000 " * 600 + "323-555-0144") == {"phone"}


def test_the_reason_holds_no_digit() -> None:
    (answer,) = DETAILS.assess([Said("call 323-555-0144, inky@example.com, my bday is june 4")], PAGE)
    assert isinstance(answer, list)
    assert len(answer) == 3
    assert not any(character.isdigit() or character == "@" for signal in answer for character in signal.why)
