"""What was read before an action ended is older than what the action has brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from sqlalchemy import text

from bot import decisions
from bot.domain.review import Choice
from bot.records import new_id
from bot.store.meanwhile import acted_on_since, moment
from connectors.base import Batch, Checkpoint, Comment, CommentState
from tests.houses import ADMIN, NOW, Platform, Town, flagged, rows, settle
from tests.patience import until


@dataclass
class SlowLine(Platform):
    """A platform whose listing of recent comments is on its way while an administrator hides one of them.

    The first batch wakes whoever judges, who also carries out what has been decided; the second was read before that.
    """

    town: Town | None = None
    flag: str = ""
    is_edited: bool = False

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        old = tuple(self.comments.values())
        if self.town is None or not isinstance(since, datetime):
            yield from super().fetch(since)
            return
        decided = decisions.decide(self.town.house, self.flag, ADMIN, Choice.HIDE, NOW, os_user="tester")
        assert decided.won
        yield from super().fetch(since)
        until(lambda: rows(self.town, "SELECT count(*) FROM action WHERE state <> 'pending'") == [(1,)])  # type: ignore[arg-type]
        if self.is_edited:
            self.post("1", "!hate altogether", state=CommentState.HELD)
        yield Batch(old, None)


@pytest.fixture
def slow(town: Town) -> Iterator[SlowLine]:
    town.platform = slow = SlowLine()
    town.house = town.open()
    slow.post("1", "!disparagement")
    town.scan()
    slow.town, slow.flag = town, town.queue()["1"].flag
    slow.post("2", "good morning")
    yield slow
    assert slow.calls.count("hide 1") == 1


def test_a_decided_flag_is_not_opened_again_by_what_was_read_before_its_action(town: Town, slow: SlowLine) -> None:
    assert not town.scan().error
    assert rows(town, "SELECT state, outcome FROM flag") == [("closed", "upheld")]
    assert rows(town, "SELECT state FROM comment ORDER BY id") == [("held",), ("visible",)]


def test_what_was_left_out_is_read_once_more(town: Town, slow: SlowLine) -> None:
    slow.is_edited = True
    assert town.scan().fetched == 2  # the greeting and the edit
    assert [rule.rule for rule in town.queue()["1"].rules] == ["hate"]


def test_somebody_shows_it_again_later_and_it_waits_for_a_person(town: Town, slow: SlowLine) -> None:
    town.scan()
    slow.town, slow.comments["1"] = None, _shown(slow.comments["1"])
    town.scan()
    assert list(town.queue()) == ["1"]


def test_an_action_counts_whose_id_was_made_before_the_reading_began(town: Town) -> None:
    """Its decision was not committed yet, or another machine made it, whose clock is behind."""
    flag, early = flagged(town), new_id()
    with town.house.store.reading() as session:
        begun = moment(session, "p")
    settle(town, flag, ADMIN, Choice.HIDE)
    with town.house.store.engine.begin() as connection:
        connection.execute(text("UPDATE action SET id = :early"), {"early": early})
    comments, vault = list(town.platform.comments.values()), town.house.store.vault
    with town.house.store.reading() as session:
        assert acted_on_since(session, vault, "p", begun, comments) == {"1"}
        assert acted_on_since(session, vault, "p", moment(session, "p"), comments) == set()


def _shown(comment: Comment) -> Comment:
    return replace(comment, state=CommentState.VISIBLE)
