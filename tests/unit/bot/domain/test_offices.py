from __future__ import annotations

import pytest

from bot.domain.offices import Office, Officer, who_may_know

ADMINISTRATOR, SUPERVISOR, CONTACT = Office.ADMINISTRATOR, Office.SUPERVISOR, Office.CONTACT


def officer(person: str, *holds: Office, meant: bool = False, held: tuple[Office, ...] = ()) -> Officer:
    return Officer(person, frozenset(holds), frozenset((*holds, *held)), meant)


def school(*meant: str, contact: bool = True, supervisor: bool = True) -> list[Officer]:
    people = [("ann", ADMINISTRATOR), ("bob", ADMINISTRATOR)]
    people += [("sue", SUPERVISOR)] if supervisor else []
    people += [("con", CONTACT)] if contact else []
    return [officer(person, office, meant=person in meant) for person, office in people]


@pytest.mark.parametrize(
    ("meant", "mentioned", "may_know"),
    [
        ((), (), {"ann", "bob", "sue", "con"}),
        (("ann",), (), {"sue", "con"}),  # not the other administrator
        ((), (ADMINISTRATOR,), {"sue", "con"}),
        (("sue",), (), {"con"}),
        ((), (SUPERVISOR,), {"con"}),
        ((), (ADMINISTRATOR, SUPERVISOR), {"con"}),
        (("ann", "sue"), (), {"con"}),
        (("con",), (), {"ann", "bob", "sue"}),  # nobody is above: whoever is not meant
        (("con", "sue"), (ADMINISTRATOR,), set()),
    ],
)
def test_whoever_stands_above_all_who_may_be_meant(
    meant: tuple[str, ...], mentioned: tuple[Office, ...], may_know: set[str]
) -> None:
    assert who_may_know(school(*meant), frozenset(mentioned)) == may_know


@pytest.mark.parametrize(
    ("meant", "mentioned", "supervisor", "may_know"),
    [
        (("sue",), (), True, {"ann", "bob"}),
        ((), (SUPERVISOR,), True, {"ann", "bob"}),
        (("ann",), (), False, {"bob"}),
        ((), (ADMINISTRATOR,), False, set()),
    ],
)
def test_where_nobody_stands_above_it_is_for_those_whom_it_does_not_mean(
    meant: tuple[str, ...], mentioned: tuple[Office, ...], supervisor: bool, may_know: set[str]
) -> None:
    assert who_may_know(school(*meant, contact=False, supervisor=supervisor), frozenset(mentioned)) == may_know


def test_whoever_has_two_offices_counts_by_the_lower_one() -> None:
    both = officer("eve", ADMINISTRATOR, SUPERVISOR)
    assert who_may_know([both, *school("ann")], frozenset()) == {"sue", "con"}
    assert who_may_know([both, *school()], frozenset({ADMINISTRATOR})) == {"con"}  # it may mean a supervisor


def test_an_office_of_that_time_accuses_and_gives_no_right() -> None:
    then = officer("eve", held=(ADMINISTRATOR,))
    assert who_may_know([then, *school()], frozenset({ADMINISTRATOR})) == {"sue", "con"}
    assert who_may_know([officer("eve", meant=True, held=(ADMINISTRATOR,)), *school()], frozenset()) == {"sue", "con"}
    promoted = officer("eve", SUPERVISOR, held=(ADMINISTRATOR,))
    assert who_may_know([promoted, *school(supervisor=False)], frozenset({ADMINISTRATOR})) == {"con"}
    assert "eve" not in who_may_know([then, *school()], frozenset())
