"""A lost answer, and what happens on the page before the platform is asked again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.conftest import NUMBERS, flag_of, made_up, post_six
from tests.chaos.school import School, Schools
from tests.chaos.trap import Point

KEEPS = pytest.mark.parametrize("school", [False], indirect=True, ids=["keeps the words"])
REWRITES = pytest.mark.parametrize("school", [True], indirect=True, ids=["rewrites the words"])
LOST = Point("asked", "act hide")
"""The platform has done it, and the process dies before it hears so."""


@pytest.fixture(params=[False, True], ids=["keeps the words", "rewrites the words"])
def school(schools: Schools, request: pytest.FixtureRequest) -> Iterator[School]:
    """Six comments that are read and flagged, on a platform that keeps or rewrites what it hides."""
    with schools.another(f"repaired-{next(NUMBERS)}") as school:
        school.board.behave(batch=2, rewrites=request.param)
        post_six(school)
        assert school.scan().done["status"] == "done"
        school.later(20)
        yield school


def test_a_lost_answer_alone(school: School) -> None:
    assert school.press(flag_of(school, "c1"), "hide", LOST).died
    made_up(school)


def test_the_author_edits_before_the_answer_is_made_up(school: School) -> None:
    assert school.press(flag_of(school, "c1"), "hide", LOST).died
    school.board.edit("c1", "!threat now")
    made_up(school)


def test_the_author_had_edited_what_was_hidden_already(school: School) -> None:
    """c2 is held by the machine; its author changes it, an administrator hides it, and the answer is lost."""
    school.board.edit("c2", "!threat now")
    assert school.press(flag_of(school, "c2"), "hide", LOST).died
    made_up(school)


def test_the_author_edits_what_was_restored_before_the_answer_is_made_up(school: School) -> None:
    """The worst of these: the words are public, and nobody judges them."""
    assert school.press(flag_of(school, "c2"), "clear", Point("asked", "act restore")).died
    school.board.edit("c2", "!threat now")
    made_up(school)


@KEEPS
@pytest.mark.parametrize("choice", ["hide", "clear"])
def test_somebody_decides_before_the_answer_is_made_up(school: School, choice: str) -> None:
    _a_hold_whose_answer_is_lost(school)
    assert school.press(flag_of(school, "held"), choice).done["won"]
    made_up(school)


@REWRITES
@pytest.mark.parametrize("choice", ["hide", "clear"])
def test_somebody_decides_where_the_platform_has_rewritten_the_words(school: School, choice: str) -> None:
    _a_hold_whose_answer_is_lost(school)
    assert school.press(flag_of(school, "held"), choice).done["won"]
    made_up(school)


@KEEPS
def test_somebody_hides_what_was_edited_before_the_answer_is_made_up(school: School) -> None:
    _a_hold_whose_answer_is_lost(school)
    school.board.edit("held", "clean now")
    assert school.press(flag_of(school, "held"), "hide").done["won"]
    made_up(school)


@KEEPS
def test_somebody_clears_what_was_edited_before_the_answer_is_made_up(school: School) -> None:
    """What we hid stays hidden for ever: nobody knows any more that it was us."""
    _a_hold_whose_answer_is_lost(school)
    school.board.edit("held", "clean now")
    assert school.press(flag_of(school, "held"), "clear").done["won"]
    made_up(school)


@pytest.mark.parametrize("point", [Point("committed", "INSERT INTO decision"), LOST], ids=str)
def test_the_clock_was_an_hour_ahead_when_somebody_decided(school: School, point: Point) -> None:
    """An action that a clock has dated into the future is due now."""
    school.later(60)
    assert school.press(flag_of(school, "c1"), "hide", point).died
    school.later(-60)
    made_up(school)


def _a_hold_whose_answer_is_lost(school: School) -> None:
    """The machine holds a comment until somebody has looked, and nobody hears that it is held."""
    school.board.post("held", "!hate", school.now)
    assert school.scan(point=LOST).died
