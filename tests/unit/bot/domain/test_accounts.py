from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.domain.accounts import register
from bot.domain.class_pages import ClassPage, Person
from moderators.base import StaffMember, Student

EVA, KEN, NAMESAKE = (
    Student("1", "Eva", "Ruiz", ("Evi",), "052213F017", ("1",)),
    Student("2", "Ken", "Oda", (), "010203K004"),
    Student("3", "Ken", "Oda", (), "010203K005"),
)
INEZ = StaffMember("Inez", "Alva", email="alva@school.example")
PAGE = {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}


def test_each_account_goes_to_the_one_who_is_named() -> None:
    found = register({"evi RUIZ": ["2"], "010203K004": ["3"], "alva@school.example": ["4", "5"]}, [EVA, KEN], [INEZ])
    assert [s.accounts for s in found.students] == [("1", "2"), ("3",)]
    assert [s.accounts for s in found.staff] == [("4", "5")]
    assert found.problems == {}


def test_a_name_that_fits_nobody_or_two_is_a_problem_and_registers_nothing() -> None:
    found = register({"Ken Oda": ["1"], "Ana Lu": ["2"]}, [KEN, NAMESAKE], [INEZ])
    assert found.problems.keys() == {"Ken Oda", "Ana Lu"}
    assert "fits more than one" in found.problems["Ken Oda"]
    assert "nobody" in found.problems["Ana Lu"]
    assert not any(one.accounts for one in found.students)
    assert not any(one.accounts for one in found.staff)


def test_a_page_says_its_accounts_as_yaml_has_them() -> None:
    page = ClassPage.model_validate(PAGE | {"accounts": {"Eva Ruiz": 1042, "Ken Oda": ["a", " b "]}})
    assert page.accounts == {"Eva Ruiz": ("1042",), "Ken Oda": ("a", "b")}
    assert ClassPage.model_validate_json(page.model_dump_json()) == page


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ({"Eva Ruiz": "1", "Ken Oda": ["2", "1"]}, "one account stands twice"),
        ({"Eva Ruiz": "7", "Ken Oda": ""}, "entry 2: write `name: account`"),
        ({"Eva Ruiz": None}, "entry 1"),
        ({"Eva Ruiz": []}, "entry 1"),
        ({"Eva Ruiz": {"id": "7"}}, "entry 1"),
        ({7: "7"}, "entry 1"),
        (["7"], "one `name: account` line for each"),
    ],
)
def test_accounts_that_are_none_are_refused_without_a_name(accounts: object, words: str) -> None:
    with pytest.raises(ValidationError) as bad:
        ClassPage.model_validate(PAGE | {"accounts": accounts})
    (problem,) = bad.value.errors()
    assert words in problem["msg"]
    assert problem["loc"] == ("accounts",)
    assert "Ruiz" not in problem["msg"]


def test_a_person_may_have_one_id_on_two_platforms() -> None:
    person = {"email": "a@x.example", "name": "A B", "roles": ["teacher"], "sites": ["s"]}
    assert Person.model_validate(person | {"accounts": {"wordpress": 7, "youtube": "7"}}).accounts == {
        "wordpress": ("7",),
        "youtube": ("7",),
    }
