"""The ways in which people tell a contact detail, class by class, and what only looks like one."""

from __future__ import annotations

import pytest

from moderators.base import PageContext, Student
from moderators.contact_details import ContactDetails
from tests.unit.moderators.reading import PAGE, SETTINGS, Said

DETAILS = ContactDetails(SETTINGS)


def told(text: str, page: PageContext = PAGE) -> set[tuple[str, str]]:
    (answer,) = DETAILS.assess([Said(text)], page)
    assert isinstance(answer, list)
    return {(kind, text[s.start : s.end]) for s in answer if s.score >= 0.5 for kind in s.traits}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("O10511T001 does not let me in", "O10511T001"),
        ("the portal wants 010511_T_OO1", "010511_T_OO1"),
        ("id010511t001", "010511t001"),
        ("login 010511T001pw lunch", "010511T001"),
        ("try 010511/T/001", "010511/T/001"),
        ("zero one zero five one one T zero zero one", "zero one zero five one one T zero zero one"),
        ("cero uno, cero cinco, uno uno, T, cero cero uno", "cero uno, cero cinco, uno uno, T, cero cero uno"),
    ],
)
def test_a_student_number_is_found_however_it_is_typed_or_said(text: str, number: str) -> None:
    assert ("student_number", number) in told(text)


def test_a_number_of_another_kind_is_known_by_the_roster() -> None:
    page = PageContext("p", (Student("1", "Ida", "Brandtmann", student_number="S-8841207"),))
    assert told("my login is s8841207", page) == {("student_number", "s8841207")}
    assert told("my login is s8841208", page) == set()


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("213 five55 zero1 four9", "213 five55 zero1 four9"),
        ("text three2three 555 oh one four four", "three2three 555 oh one four four"),
    ],
)
def test_digits_may_stick_to_words(text: str, phone: str) -> None:
    assert told(text) == {("phone", phone)}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("we moved!! 2207 Larkspur Street #208", "2207 Larkspur Street #208"),
        ("the party is at 88 Quince Bend Dr, bring chips", "88 Quince Bend Dr"),
        ("vivo en la calle Naranjo 1415", "calle Naranjo 1415"),
        ("Xavi vive en Avenida Naranjo #1415 depto 3", "Avenida Naranjo #1415 depto 3"),
        ("nos mudamos a 41 Calle del Sol", "41 Calle del Sol"),
        ("my apt is 1450 N. Plumtree #310", "1450 N. Plumtree #310"),
        ("mail it to my house, PO Box 1182", "PO Box 1182"),
        ("come to 1415 plumtree", "1415 plumtree"),
        ("Toby just moved to the Quince Pines apartments, number 14", "to the Quince Pines apartments, number 14"),
        ("vivimos en los departamentos Las Palmas, edificio C", "en los departamentos Las Palmas, edificio C"),
    ],
)
def test_a_home_is_told_in_many_ways(text: str, address: str) -> None:
    assert ("address", address) in told(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("toby gets off the 204 bus at Quince every day at 3:40", "gets off the 204 bus at Quince every day at 3:40"),
        (
            "Xavi sale de la tienda de su tío a las 8 todas las noches",
            "sale de la tienda de su tío a las 8 todas las noches",
        ),
        ("Toby y su mamá se están quedando en el motel Larkspur", "quedando en el motel Larkspur"),
        ("toby is at the taco truck on Quince until 9 if you want him", "is at the taco truck on Quince until 9"),
        ("toby is waiting alone by the back gate, nobody came", "is waiting alone by the back gate"),
        ("our house is gonna be empty all week", "our house is gonna be empty all week"),
    ],
)
def test_a_whereabout_ends_where_something_else_begins(text: str, place: str) -> None:
    found = [where for kind, where in told(text) if kind == "location"]
    assert len(found) == 1
    assert found[0].endswith(place)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("toby's b day is april thirtieth", "april thirtieth"),
        ("mis quince son el 20 de abril", "20 de abril"),
        ("i'll be 14 on may 9th", "'ll be 14 on may 9th"),
        ("yo cumplo 13 el 2 de mayo", "cumplo 13 el 2 de mayo"),
        ("ayer cumplió 13 Xavi", "ayer cumplió 13"),
        ("dob 06/27/2012 for the trip list", "06/27/2012"),
        ("Tobias Wrenfield, 7/22/2012, is the right form", "7/22/2012"),
        ("tomorrow is toby's bday", "tomorrow is toby's bday"),
    ],
)
def test_a_birth_date_is_told_in_many_ways(text: str, date: str) -> None:
    assert told(text) == {("birth_date", date)}


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("my snapchat inkypawz add me", "inkypawz"),
        ("sc inky-paws9 hmu", "inky-paws9"),
        ("add me on roblox im InkyPawz", "InkyPawz"),
        ("gamertag InkyPawz", "InkyPawz"),
        ("follow me on insta @inky.paws.09", "@inky.paws.09"),
        ("insta: _inkypaws_", "_inkypaws_"),
        ("toby has a private acc @tobsecret", "@tobsecret"),
        ("mine is inkywrites_ on wattpad", "inkywrites_"),
        ("whats ur ig? mine's inky.px", "inky.px"),
        ("friend code 4471 2290 8834", "4471 2290 8834"),
        ("SW-4471-2290-8834 for the race", "SW-4471-2290-8834"),
        ("en insta soy pata.azul09", "pata.azul09"),
        ("soy pata.azul7 en tiktok", "pata.azul7"),
        ("discord user inkypawz_", "inkypawz_"),
        ("snap? inky-p4ws", "inky-p4ws"),
        ("my xbox gt is InkyPawz", "InkyPawz"),
    ],
)
def test_an_account_is_told_in_many_ways(text: str, account: str) -> None:
    assert told(text) == {("handle", account)}


def test_the_name_of_a_mailbox_needs_only_a_digit() -> None:
    assert told("my gmail: inkypaws09") == {("email", "inkypaws09")}
    assert told("gmail inky.paws.77 for the doc") == {("email", "inky.paws.77")}


@pytest.mark.parametrize(
    "text",
    [
        "pull up to 30 words",
        "come to 12 different stations",
        "the nest lives at 30 degrees north",
        "my cousin lives in Mexico and Texas",
        "party of 8 on Main Street",
        "la avenida de la Reforma 1864 la mandó hacer Maximiliano",
        "toby moved to 2nd place",
        "toby's article is from march 3 2013",
        "the panda cub was born on 7/6/2012",
        "the app turns 12 on friday",
        "toby sale de la clase a las 3",
        "Xavi juega en el equipo, partido a las 4",
        "our class twitter is @roosevelt_g7",
        "check out @cellsandco on youtube for mitosis",
        "my twitter essay got a b",
        "upload it to discord lab_4.png",
        "my insta deactivated itself",
        "the pattern is two four six eight ten twelve fourteen",
        "0 1 0 1 1 0 b 1 0 1 in the truth table",
        "raffle ticket 112233a445",
        "goooooooooooal",
        "one two three four five six a seven eight nine",
        "toby will be 5 min late on monday",
        "Xavi cumplió con la tarea ayer",
        "my house is empty calories lol",
        "If Toby walks from home to the park at 3 mph how long until he arrives",
        "o o o o o o x o o o",
        "my gmail is full",
    ],
)
def test_what_only_looks_like_a_detail_stays_clean(text: str) -> None:
    assert told(text) == set()
