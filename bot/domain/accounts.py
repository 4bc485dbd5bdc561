"""Which account is whose: what a class page registers, given to the students and employees that it names (II.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.roster import folded_name
from moderators.base import StaffMember, Student

One = TypeVar("One", bound=Student | StaffMember)


@dataclass(frozen=True, slots=True)
class Registered:
    """The people of a page with their accounts. `problems` says of each name of the page's file that fits nobody, or two, what is wrong."""

    students: tuple[Student, ...]
    staff: tuple[StaffMember, ...]
    problems: Mapping[str, str]


def register(
    accounts: Mapping[str, Sequence[str]], students: Sequence[Student], staff: Sequence[StaffMember]
) -> Registered:
    """Give each registered account to the one person who is meant: a student by full name or number, an employee by name or address.

    Who has an account already, from the roster or from people.yaml, keeps it.
    """
    if not accounts:
        return Registered(tuple(students), tuple(staff), {})
    of_student: dict[int, tuple[str, ...]] = {}
    of_staff: dict[int, tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    known_pupils, known_employees = _by_name(students, _names_of_student), _by_name(staff, _names_of_staff)
    for name, ids in accounts.items():
        wanted = folded_name(name)
        pupils, employees = known_pupils.get(wanted, []), known_employees.get(wanted, [])
        if len(pupils) + len(employees) != 1:
            problems[name] = _NOBODY if not pupils + employees else _SEVERAL
        elif pupils:
            of_student[pupils[0]] = (*of_student.get(pupils[0], ()), *ids)
        else:
            of_staff[employees[0]] = (*of_staff.get(employees[0], ()), *ids)
    return Registered(_with(students, of_student), _with(staff, of_staff), problems)


_NOBODY = (
    "is nobody of the roster and of the people of this school; write the name as it stands there, or a work address"
)
_SEVERAL = "fits more than one; write the student's number or the employee's work address in its place"


def _with(people: Sequence[One], accounts: Mapping[int, tuple[str, ...]]) -> tuple[One, ...]:
    given: list[One] = []
    for number, one in enumerate(people):
        both = tuple(dict.fromkeys((*one.accounts, *accounts.get(number, ()))))
        given.append(replace(one, accounts=both))
    return tuple(given)


def _by_name(people: Sequence[One], names_of: Callable[[One], set[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, one in enumerate(people):
        for name in names_of(one):
            found.setdefault(name, []).append(number)
    return found


def _names_of_student(student: Student) -> set[str]:
    names = {folded_name(f"{first} {student.last}") for first in (student.first, *student.nicknames)}
    return names | ({folded_name(student.student_number)} if student.student_number else set())


def _names_of_staff(member: StaffMember) -> set[str]:
    return {folded_name(name) for name in (f"{member.first} {member.last}", member.email) if name.strip()}
