"""Names are found in a time that grows with the text and hardly with the roster. Processor time: the machine may be busy."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from moderators.base import PageContext
from moderators.student_names import StudentNames
from tests.rosters import invented_students
from tests.unit.moderators.reading import PAGE, SETTINGS

NAMES = StudentNames(SETTINGS)


def school(size: int) -> PageContext:
    """A page with so many more students."""
    return replace(PAGE, students=(*PAGE.students, *invented_students(size)))


def cpu(text: str, page: PageContext, times: int = 1) -> float:
    NAMES.find("so the lab is due", page)  # builds the roster's tables
    began = time.process_time()
    for _ in range(times):
        NAMES.find(text, page)
    return time.process_time() - began


def test_the_roster_hardly_changes_the_time() -> None:
    text = "so the lab is due on friday and we need the poster from table two " * 40
    assert cpu(text, school(3000), 20) < 4 * cpu(text, PAGE, 20)


PIECES = [
    "so the lab is due ",
    "qwzrt blaarg ",
    "Karosental said hi. ",
    "#teamkaromisen ",
    "k a r o s ",
    "f*o*o ",
    "tobias ",
    "т е ",
    "@a.b_c ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    page = school(3000)
    size = 1_000_000 // len(piece)
    short, long = cpu(piece * (size // 8), page), cpu(piece * size, page)
    assert long < 8 * 2.5 * max(short, 0.02)
