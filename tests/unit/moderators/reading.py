"""A small invented class, and comments without a platform, for the tests of the moderators."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moderators.base import ModeratorSettings, PageContext, StaffMember, Student

LEXICONS = Path(__file__).parents[3] / "config" / "lexicons"
SETTINGS = ModeratorSettings((LEXICONS,))


@dataclass(frozen=True, slots=True)
class Who:
    id: str = "u1"
    name: str = "blue_pencil"
    is_staff: bool | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    kind: str
    url: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    author: Who = Who()
    media: tuple[Attached, ...] = ()
    id: str = "c1"


PAGE = PageContext(
    page="p",
    students=(
        Student("s1", "Tobias", "Wrenfield", ("Toby",), "010511T001"),
        Student("s2", "Inés María", "Quintanilla-Prado", (), "020611I002"),
        Student("s3", "Hope", "Abernathy", (), "030711H003"),
        Student("s4", "Will", "Zubiri", ()),
        Student("s5", "Xavier", "de la Fuente", ("Xavi",)),
        Student("s6", "D'Shawn", "McAllister", ()),
        Student("s7", "Nicholas", "Oyelaran", ()),
        Student("s8", "Camille", "Brandt", ()),
        Student("s9", "Camille", "Iwu", ()),
        Student("s10", "Hamlet", "Petrosyan", ()),
        Student("s11", "Bo", "Lindgren", ()),
        Student("s12", "Yevgenia", "Castellano", ()),
    ),
    staff=(StaffMember("Camille", "Duarte", "Ms.", "cduarte@school.example.org"), StaffMember("Norma", "Hale", "Dr.")),
    vocabulary=frozenset({"Tobias Finch"}),
)
