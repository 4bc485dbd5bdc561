"""Who sees and decides what (MATRIX.md, "Restricted from birth" and conflict of interest)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import cases, decisions
from bot.cases import NoSuchCase
from bot.decisions import NoSuchFlag
from bot.domain.review import Choice
from bot.domain.rights import NotYours
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, flagged, only_teaches, rows, settle


@pytest.mark.parametrize(
    "call",
    [lambda t, c: cases.find(t.house, c, TEACHER, NOW), lambda t, c: cases.tick(t.house, c, 1, TEACHER, "", NOW)],
)
def test_the_accused_finds_no_trace_of_a_case(town: Town, call: Callable[[Town, str], object]) -> None:
    only_teaches(town)
    decided = settle(town, flagged(town, "!child_abuse"), ADMIN, Choice.ESCALATE)
    assert cases.list_open(town.house, TEACHER, NOW) == []
    with pytest.raises(NoSuchCase, match="no case"):
        call(town, decided.case or "")
    with pytest.raises(NoSuchCase):
        cases.find(town.house, "______", ADMIN, NOW)


def test_an_ending_of_a_restricted_flag_is_not_completed_for_the_accused(town: Town) -> None:
    flag = flagged(town, "!child_abuse")
    with pytest.raises(NoSuchFlag) as told:
        decisions.decide(town.house, flag[-8:], TEACHER, Choice.CLEAR, NOW)
    assert flag not in str(told.value)


def test_whoever_is_meant_leaves_it_to_others(town: Town) -> None:
    flag = flagged(town, "!disparagement Ms. Reyes cannot teach")
    with pytest.raises(NotYours, match="themselves"):
        settle(town, flag, ADMIN, Choice.CLEAR)
    assert settle(town, flag, SECOND, Choice.CLEAR).won


def test_where_an_administrator_may_be_meant_only_the_supervisor_sees_it(town: Town) -> None:
    flagged(town, "!child_abuse the principal knows and does nothing")
    assert town.queue(ADMIN) == town.queue(SECOND) == {}
    assert list(town.queue(SUPERVISOR)) == ["1"]


def test_a_neighbour_with_a_restricted_flag_is_in_no_thread_and_in_no_evidence(town: Town) -> None:
    town.platform.post("2", "!child_abuse secret words", minutes_ago=61)
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)
    ((id, sealed),) = rows(town, "SELECT id, payload_sealed FROM evidence")
    assert isinstance(sealed, bytes)
    assert "secret" not in town.house.store.vault.open("evidence.payload_sealed", str(id), sealed)
