"""One suite over every connector: what `connectors/base.py` and connectors/README.md promise."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    BadConfig,
    Changed,
    Checkpoint,
    Comment,
    CommentState,
    Connector,
    Gone,
    NotAllowed,
)
from connectors.registry import OURS
from tests.contract.acting import NEVER_SEEN, SHOWN, WANTED, Pair, back, can, cannot, each, reports
from tests.contract.example import MODULES, OFFERS, Example, offers

STRANGE = ("", "0", "-1", "999999", "1e1", "../1", "1/../2", "1?force=true", "١", "1,2", " 1", "x" * 5000, "\ud83d")


def everything(connector: Connector, since: Checkpoint | datetime | None = None) -> list[Comment]:
    return [comment for batch in connector.fetch(since) for comment in batch.comments]


def test_every_connector_of_ours_has_an_example() -> None:
    assert set(OURS) - {"by_hand"} <= set(MODULES)  # a page by hand is read by no program


def test_it_says_what_it_can_do(example: Example) -> None:
    assert example.connect().capabilities.actions == MODULES[example.kind].ACTIONS


def test_it_offers_what_its_file_says(example: Example) -> None:
    assert {name for name in OFFERS if getattr(example, name)} == offers(MODULES[example.kind])


def test_check_tells_of_the_page_and_changes_nothing(example: Example) -> None:
    before = everything(example.connect())
    settings = example.connect().check()
    assert settings == example.connect().check()
    assert settings.title
    assert everything(example.connect()) == before


def test_everything_comes_once_oldest_first_in_utc_and_in_bounded_batches(example: Example) -> None:
    batches = list(example.connect().fetch(None))
    comments = [comment for batch in batches for comment in batch.comments]
    assert len(comments) >= 6
    assert all(0 < len(batch.comments) <= MAX_BATCH for batch in batches)
    assert len({comment.id for comment in comments}) == len(comments)
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    assert all(c.created.utcoffset() == timedelta(0) for c in comments)
    assert {c.state for c in comments} <= SHOWN


def test_a_checkpoint_survives_json_and_behind_it_nothing_is_missing(example: Example) -> None:
    (*_, last) = example.connect().fetch(None)
    assert last.checkpoint
    stored = Checkpoint(json.loads(json.dumps(dict(last.checkpoint.value))))
    again = list(example.connect().fetch(stored))
    assert all(batch.checkpoint == stored for batch in again), "a checkpoint moved back or on without a new comment"
    assert len([c for batch in again for c in batch.comments]) < len(everything(example.connect()))


def test_reading_since_a_time_gives_all_from_then_on_and_moves_no_checkpoint(example: Example) -> None:
    comments = everything(example.connect())
    for since in (comments[0].created, comments[len(comments) // 2].created, comments[-1].created):
        batches = list(example.connect().fetch(since))
        assert [c for b in batches for c in b.comments] == [c for c in comments if c.created >= since]
        assert all(batch.checkpoint is None for batch in batches)


def test_reading_since_the_ends_of_time_gives_everything_or_nothing(example: Example) -> None:
    comments = everything(example.connect())
    for long_ago in (datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)):
        assert everything(example.connect(), long_ago) == comments
    for far_off in (datetime(9000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
        assert everything(example.connect(), far_off) == []


def test_a_checkpoint_of_another_platform_is_refused(example: Example) -> None:
    with pytest.raises(BadConfig) as caught:
        everything(example.connect(), Checkpoint({"somewhere": "else"}))
    assert caught.value.field == "checkpoint"


def test_what_was_fetched_is_what_get_gives(example: Example) -> None:
    comments = everything(example.connect())
    found = list(example.connect().get([comment.id for comment in comments]))
    assert sorted(found, key=lambda c: c.id) == sorted(comments, key=lambda c: c.id)


def test_a_comment_asked_for_twice_or_among_hundreds_comes_once(example: Example) -> None:
    ids = [example.target, *(f"9{n:05}" for n in range(250)), example.target]
    assert [comment.id for comment in example.connect().get(ids)] == [example.target]


def test_an_id_that_nobody_has_is_left_out_and_cannot_be_acted_on(example: Example) -> None:
    connector = example.connect()
    assert list(connector.get(STRANGE)) == []
    action = min(connector.capabilities.actions, default=ActionKind.HIDE)
    for id in STRANGE:
        with pytest.raises((Gone, NotAllowed)):
            connector.act(id, action, seen=NEVER_SEEN)


def test_nothing_asked_for_is_nothing_given(example: Example) -> None:
    assert list(example.connect().get([])) == []


@each(can)
def test_an_action_is_carried_out_once(pair: Pair) -> None:
    before = pair.ready()
    receipt = pair.act(before.revision)
    assert (receipt.action, receipt.already, receipt.state) == (pair.action, False, WANTED[pair.action])
    after = pair.example.found(pair.example.target)
    if after is None:  # a platform that deletes for good
        assert pair.action is ActionKind.REMOVE
        return
    assert (after.state, after.revision) == (receipt.state, receipt.revision)
    twice = pair.act(before.revision)
    assert (twice.already, twice.state, twice.revision) == (True, after.state, after.revision)


@each(back)
def test_what_was_done_can_be_taken_back(pair: Pair) -> None:
    receipt = pair.act(pair.example.judged().revision)
    undone = pair.act(receipt.revision, ActionKind.RESTORE)
    assert (undone.already, undone.state) == (False, CommentState.VISIBLE)
    assert pair.example.judged().state == CommentState.VISIBLE


@each(can)
def test_a_comment_that_was_not_the_one_judged_is_left_alone(pair: Pair) -> None:
    before = pair.ready()
    with pytest.raises(Changed) as caught:
        pair.act(NEVER_SEEN)
    assert caught.value.revision == before.revision
    assert pair.example.judged() == before


@each(can)
def test_what_is_already_as_wanted_needs_no_second_judgement(pair: Pair) -> None:
    if pair.action is not ActionKind.RESTORE:
        pair.act(pair.example.judged().revision)
    after = pair.example.found(pair.example.target)
    if after is None:
        with pytest.raises(Gone):
            pair.act(NEVER_SEEN)
        return
    receipt = pair.act(NEVER_SEEN)
    assert (receipt.already, receipt.revision) == (True, after.revision)


@each(can)
def test_a_held_comment_is_still_fetched_and_a_removed_one_only_when_asked_for(pair: Pair) -> None:
    pair.act(pair.example.judged().revision)
    shown = pair.example.target in {comment.id for comment in everything(pair.example.connect())}
    assert shown == (WANTED[pair.action] in SHOWN)


@each(reports)
def test_a_report_leaves_the_comment_as_it_is(pair: Pair) -> None:
    before = pair.ready()
    with pytest.raises(Changed):
        pair.act(NEVER_SEEN)
    receipt = pair.act(before.revision)
    assert (receipt.action, receipt.state, receipt.revision) == (ActionKind.REPORT, before.state, before.revision)
    assert pair.example.judged() == before


@each(cannot)
def test_what_a_platform_cannot_do_is_refused_and_changes_nothing(pair: Pair) -> None:
    before = pair.example.judged()
    with pytest.raises(NotAllowed):
        pair.act(before.revision)
    assert pair.example.judged() == before


def test_nothing_is_logged_and_no_secret_is_shown(example: Example, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        connector = example.connect()
        connector.check()
        everything(connector)
    assert caplog.records == []
    assert shown_of(example.secrets, repr(example.address) + repr(connector) + repr(vars(connector))) == []


def shown_of(secrets: Sequence[str], text: str) -> list[str]:
    return [secret for secret in secrets if secret in text]


def test_an_empty_address_is_named(example: Example) -> None:
    example.address = replace(example.address, url="")
    with pytest.raises(BadConfig) as caught:
        example.connect()
    assert caught.value.field == "url"
