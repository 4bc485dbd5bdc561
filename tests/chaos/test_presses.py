"""A press dies between decision, platform and receipt, also where the comment was edited or deleted meanwhile (DESIGN.md 12)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos import oracle
from tests.chaos.conftest import NUMBERS, flag_of, made_up, post_six
from tests.chaos.school import School, Schools
from tests.chaos.test_scans import ACTING
from tests.chaos.trap import Point

DECIDING = [
    Point("after", "UPDATE flag SET"),
    Point("after", "INSERT INTO decision"),
    Point("after", "INSERT INTO evidence"),
    Point("after", "INSERT INTO action"),
    Point("committing", "INSERT INTO decision"),
    Point("committed", "INSERT INTO decision"),
    *ACTING[1:-1],
]


@pytest.fixture(scope="module")
def flagged(schools: Schools) -> Iterator[School]:
    """A school whose six comments are read and flagged; to be copied."""
    with schools.another("flagged") as school:
        post_six(school)
        assert school.scan().done["status"] == "done"
        oracle.expect_settled(school)
        yield school


@pytest.mark.parametrize("point", DECIDING, ids=str)
def test_a_press_that_dies(schools: Schools, flagged: School, point: Point) -> None:
    """Whoever pressed presses again, or finds it decided; it is done on the platform once."""
    with schools.another(f"press-{next(NUMBERS)}", flagged) as school:
        flag = flag_of(school, "c1")
        ended = school.press(flag, "hide", point)
        assert ended.died, f"{point} is never passed: {ended}"
        oracle.expect_always(school)
        school.later(1)
        again = school.press(flag, "hide")
        assert (again.done["decision"], again.done["won"]) == ("hide", was_undone(point))
        made_up(school)
        assert school.board.rows("SELECT count(*) FROM act WHERE id = 'c1'") == [(1,)]


@pytest.mark.parametrize(
    ("choice", "comment", "point"),
    [
        ("escalate_and_hide", "c3", Point("after", "INSERT INTO incident_case")),
        ("escalate_and_hide", "c3", Point("after", "INSERT INTO step")),
        ("escalate_and_hide", "c3", Point("committed", "INSERT INTO step")),
        ("clear", "c2", Point("committed", "INSERT INTO decision")),
        ("clear", "c2", Point("asked", "get")),
        ("clear", "c2", Point("asking", "act restore")),
        ("clear", "c2", Point("asked", "act restore")),
        ("clear", "c2", Point("committing", "UPDATE action SET", 2)),
    ],
    ids=str,
)
def test_an_escalation_and_a_clear_that_die(
    schools: Schools, flagged: School, choice: str, comment: str, point: Point
) -> None:
    with schools.another(f"{choice}-{next(NUMBERS)}", flagged) as school:
        flag = flag_of(school, comment)
        assert school.press(flag, choice, point).died
        oracle.expect_always(school)
        school.later(1)
        school.press(flag, choice)
        made_up(school)
        kind = "restore" if choice == "clear" else "hide"
        assert school.board.rows(f"SELECT count(*) FROM act WHERE id = '{comment}' AND kind = '{kind}'") == [(1,)]


EDITED = [
    Point("after", "UPDATE flag SET"),
    Point("after", "UPDATE comment SET"),
    Point("after", "INSERT INTO revision"),
    Point("committed", "INSERT INTO revision"),
    Point("committed", "INSERT INTO signal"),
]


@pytest.mark.parametrize("point", EDITED, ids=str)
def test_an_edit_that_a_dying_scan_finds(schools: Schools, flagged: School, point: Point) -> None:
    with schools.another(f"edit-{next(NUMBERS)}", flagged) as school:
        school.board.edit("c1", "!hate now")
        school.board.edit("c3", "clean now")
        assert school.scan(point=point).died
        oracle.expect_always(school)
        made_up(school)


@pytest.mark.parametrize("point", [Point("asked", "act hide"), Point("asked", "get"), *EDITED[2:]], ids=str)
def test_a_press_on_words_that_were_edited(schools: Schools, flagged: School, point: Point) -> None:
    """The platform says `Changed`, and the process dies over it: nothing is hidden, and the new words are judged."""
    with schools.another(f"changed-{next(NUMBERS)}", flagged) as school:
        flag = flag_of(school, "c1")
        school.board.edit("c1", "!threat now")
        assert school.press(flag, "hide", point).died
        oracle.expect_always(school)
        made_up(school)
        assert school.board.rows("SELECT count(*) FROM act WHERE id = 'c1'") == [(0,)]


GONE = [
    Point("asked", "act hide"),
    Point("asked", "get"),
    Point("after", "UPDATE comment SET"),
    Point("committed", "UPDATE comment SET"),
    Point("committing", "UPDATE action SET", 2),
]


@pytest.mark.parametrize("point", GONE, ids=str)
def test_a_press_on_a_comment_that_is_gone(schools: Schools, flagged: School, point: Point) -> None:
    with schools.another(f"gone-{next(NUMBERS)}", flagged) as school:
        flag = flag_of(school, "c1")
        school.board.delete("c1")
        assert school.press(flag, "hide", point).died
        oracle.expect_always(school)
        made_up(school)


def was_undone(point: Point) -> bool:
    """Whether a press died before its decision was stored."""
    return point.what in ("INSERT INTO evidence", "INSERT INTO action", "UPDATE flag SET") or (
        point.what == "INSERT INTO decision" and point.when != "committed"
    )
