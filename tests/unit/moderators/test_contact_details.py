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
        ("call toby after school at 323-555-0144", "phone"),
        ("meet at the park and text me 213 555 0177", "phone"),
        ("my number 2️⃣1️⃣3️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣4️⃣", "phone"),
        ("it's three twenty-three, five fifty five, oh one forty four", "phone"),
        ("hmu 323 five five five 0144", "phone"),
        ("ocho uno ocho cinco cincuenta y cinco cero uno cuarenta y cuatro", "phone"),
        ("text 213*555*0144", "phone"),
        ("area code 213 then 555 then 0144", "phone"),
        ("213 - 555 - O144 thats mine", "phone"),
        ("toby's house phone 555-0144", "phone"),
        ("inky.paws @ gmail . com", "email"),
        ("inky_paws7 arroba gmail punto com", "email"),
        ("inkypaws[at]example[dot]com", "email"),
        ("email me at inky7 at students dot example dot org", "email"),
        ("my gmail is inky.paws7", "email"),
        ("toby.wrenfield@school.example.org is his school one", "email"),
        ("we live in the blue apartments on Larkspur and 5th", "address"),
        ("toby lives on Larkspur Ave near the gas station", "address"),
        ("party at 2207 N. Quince Blvd #4 saturday", "address"),
        ("vivo en la esquina de Naranjo y Quinta", "address"),
        ("i live at 1415 Plumtree", "address"),
        ("toby is at the bus stop on Quince and Main until 4", "location"),
        ("xavi walks home alone down Larkspur every day at 3", "location"),
        ("xavi esta solo en la parada de Quince hasta las 5", "location"),
        ("im home alone till 7", "location"),
        ("toby turns eleven on March 3", "birth_date"),
        ("xavi turns 13 this saturday", "birth_date"),
        ("el cumple de xavi es el cuatro de julio", "birth_date"),
        ("birthdays: toby 3/4, xavi 5/6", "birth_date"),
        ("march 3 is toby's birthday", "birth_date"),
        ("dm me on ig @inkypaws", "handle"),
        ("sígueme en tiktok como inky.paws", "handle"),
        ("toby is on tiktok as inky.paws", "handle"),
        ("twitch.tv/inkypaws", "handle"),
        ("bro my psn is inkypaws_44", "handle"),
        ("0 1 0 5 1 1 T 0 0 1", "student_number"),
        ("login 031512f044 doesnt work", "student_number"),
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
        "call the office at 323-555-0100 to report an absence",
        "llamen a la oficina al 323 555 0100",
        "our school's attendance line: 213-555-0166",
        "1 2 3 4 5 6 7 8 9 10 ready or not",
        "one two three four five six seven eight nine ten",
        "we have 250, 500, and 1000 of them",
        "look at quizlet.com for the cards",
        "find it at khanacademy dot org",
        "follow @poemaday.example for poems",
        "write to Dr. Hale at nhale@hall.example.org",
        "the hall was home to a poet at 20 East 127th Street",
        "just show up to the bleachers at 4 we walk home",
        "we live in a society, and frogs live in water and on land",
        "my pen pal lives in Korea and she sent stickers",
        "my insta is broken, snap is better",
        "rock paper scissors for the computer",
        "serial number 012345T678",
        "toby is at the library rn getting the poster",
        "is toby alone in his group",
        "happy birthday toby!!",
        "my dog was born on march 3",
        "we are at the tide pools until 2",
        "Toby is at Gatsby's house on Quince the whole chapter until 4",
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


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("call me at 213 555 0144 if Toby is sick", "Toby's mom"),
        ("Soy la mamá de Toby, mi cel es 213 555 0144", "lety"),
        ("my son forgot his lunch, text me 213-555-0144", "blue_pencil"),
    ],
)
def test_a_parents_own_number_is_theirs_also_beside_a_students_name(text: str, author: str) -> None:
    assert "phone" not in kinds(text, Who(name=author))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("my insta is @inky.paws ok", "@inky.paws"),
        ("toby's bday is june 4 2013 🎂", "june 4 2013"),
        ("xavi turns 12 on 6/4!", "turns 12 on 6/4"),
        ("drop it at my house, 88 Larkspur Ln, the blue door please", "88 Larkspur Ln, the blue door"),
        ("Toby is at the skate park behind the Vons", "is at the skate park behind the Vons"),
    ],
)
def test_a_place_holds_what_is_told_and_no_name(text: str, told: str) -> None:
    (answer,) = DETAILS.assess([Said(text)], PAGE)
    assert isinstance(answer, list)
    assert [text[signal.start : signal.end] for signal in answer if signal.score >= 0.5] == [told]


def test_a_wall_of_numbers_hides_no_number() -> None:
    assert kinds("000 000 0000 " * 600 + "323-555-0144") == {"phone"}


def test_the_reason_holds_no_digit() -> None:
    (answer,) = DETAILS.assess([Said("call 323-555-0144, inky@example.com, my bday is june 4")], PAGE)
    assert isinstance(answer, list)
    assert len(answer) == 3
    assert not any(character.isdigit() or character == "@" for signal in answer for character in signal.why)
