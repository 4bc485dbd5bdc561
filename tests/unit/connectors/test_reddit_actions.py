"""Acting on a subreddit, and what becomes of a write that has no answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.base import ActionKind, Changed, CommentState, Gone, NotAllowed, Unavailable
from tests.servers.fake import Asked, Reply, reply_html, reply_json
from tests.servers.reddit import FakeReddit
from tests.unit.connectors.pond import at, connect, one, writes


@pytest.mark.parametrize(
    ("action", "asked", "state", "word"),
    [
        (ActionKind.HIDE, [("remove", b"spam=False")], CommentState.HELD, "until a moderator approves"),
        (ActionKind.REMOVE, [("remove", b"spam=False"), ("lock", b"")], CommentState.REMOVED, "removed on Reddit"),
        (ActionKind.SPAM, [("remove", b"spam=True")], CommentState.SPAM, "spam"),
    ],
)
def test_each_action_is_asked_for_once_and_read_back(
    reddit: FakeReddit, action: ActionKind, asked: list[tuple[str, bytes]], state: CommentState, word: str
) -> None:
    said = reddit.page.say()
    receipt = connect(reddit).act(said.id, action, seen=one(reddit, said.id).revision)
    assert (receipt.state, receipt.already) == (state, False)
    assert word in receipt.detail
    assert [path for path, _ in writes(reddit)] == [f"/api/{path}/" for path, _ in asked]
    for (_, form), (_, part) in zip(writes(reddit), asked, strict=True):
        assert part in form
        assert b"id=t1_" + said.id.encode() in form
    back = connect(reddit).act(said.id, ActionKind.RESTORE, seen=receipt.revision)
    assert (back.state, said.state, said.locked) == (CommentState.VISIBLE, "ok", False)


@pytest.mark.parametrize(
    ("held", "action"),
    [
        ({"state": "spam", "by": True}, ActionKind.HIDE),
        ({"state": "removed", "by": "ms_heron"}, ActionKind.HIDE),
        ({"state": "removed", "by": "ms_heron"}, ActionKind.REMOVE),
        ({"state": "spam", "by": "ms_heron"}, ActionKind.SPAM),
        ({}, ActionKind.RESTORE),
    ],
)
def test_what_is_as_wanted_is_left_alone(reddit: FakeReddit, held: dict[str, Any], action: ActionKind) -> None:
    said = reddit.page.say(**held)
    assert connect(reddit).act(said.id, action, seen=one(reddit, said.id).revision).already
    assert writes(reddit) == []


def test_what_the_filter_holds_can_be_approved_and_removed(reddit: FakeReddit) -> None:
    said = reddit.page.say(state="spam", by=True)
    seen = one(reddit, said.id).revision
    assert connect(reddit).act(said.id, ActionKind.REMOVE, seen=seen).state == CommentState.REMOVED
    assert connect(reddit).act(said.id, ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE


def test_an_edited_comment_is_not_touched(reddit: FakeReddit) -> None:
    said = reddit.page.say("kind")
    seen = one(reddit, said.id).revision
    said.body = "unkind"
    with pytest.raises(Changed) as caught:
        connect(reddit).act(said.id, ActionKind.HIDE, seen=seen)
    assert caught.value.revision == one(reddit, said.id).revision
    assert writes(reddit) == []


@pytest.mark.parametrize("how", ["deleted", "elsewhere"])
def test_one_that_is_gone_or_on_another_subreddit_is_not_touched(reddit: FakeReddit, how: str) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision
    if how == "deleted":
        said.state = "deleted"
    else:
        said.extra = {"subreddit": "lake"}  # our account may moderate there too
    with pytest.raises(Gone):
        connect(reddit).act(said.id, ActionKind.HIDE, seen=seen)
    assert writes(reddit) == []


def test_one_that_its_author_deletes_meanwhile_is_gone(reddit: FakeReddit) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision

    def delete(asked: Asked) -> Reply | None:
        if not asked.path.startswith("/api/remove"):
            return None
        said.state = "deleted"
        return reply_json({})

    reddit.before = delete
    with pytest.raises(Gone):
        connect(reddit).act(said.id, ActionKind.HIDE, seen=seen)


def test_an_account_that_lost_its_rights_changes_nothing(reddit: FakeReddit) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision
    reddit.page.type = "public"
    reddit.page.moderators["hallmonitor_bot"] = []
    with pytest.raises(NotAllowed, match="does not moderate r/Pond"):
        connect(reddit).act(said.id, ActionKind.HIDE, seen=seen)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503),
        Reply(500),
        reply_html(),
        Reply(body=b"{", headers={"Content-Type": "application/json"}),
        Reply(cut=True),
    ],
)
def test_a_write_that_was_done_without_an_answer_is_read_back_and_not_repeated(
    reddit: FakeReddit, reply: Reply
) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision

    def lose(asked: Asked) -> Reply | None:
        if urlsplit(asked.path).path != "/api/remove/":
            return None
        said.state, said.by = "removed", "hallmonitor_bot"
        return reply

    reddit.before = lose
    assert connect(reddit).act(said.id, ActionKind.HIDE, seen=seen).state == CommentState.HELD
    assert len(writes(reddit)) == 1


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (Reply(503, headers={"Retry-After": "7"}), 7),
        (Reply(429, headers={"Retry-After": "9"}), 9),
        (Reply(cut=True), None),
        (reply_json({}), None),
        (
            reply_json(
                {
                    "json": {
                        "errors": [["RATELIMIT", "you are doing that too much. try again in 9 minutes.", "ratelimit"]]
                    }
                }
            ),
            None,
        ),
    ],
)
def test_a_write_that_was_not_done_is_unavailable_and_not_repeated(
    reddit: FakeReddit, reply: Reply, wait: float | None
) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision
    reddit.before = at("/api/remove", reply)
    with pytest.raises(Unavailable) as caught:
        connect(reddit).act(said.id, ActionKind.HIDE, seen=seen)
    assert caught.value.retry_after == (wait and pytest.approx(wait, abs=1))
    assert len(writes(reddit)) == 1
    assert said.state == "ok"


def test_a_removal_whose_lock_has_no_answer_is_finished_by_the_next_try(reddit: FakeReddit) -> None:
    said = reddit.page.say()
    seen = one(reddit, said.id).revision
    reddit.before = at("/api/lock", Reply(500), times=1)
    with pytest.raises(Unavailable):
        connect(reddit).act(said.id, ActionKind.REMOVE, seen=seen)
    assert one(reddit, said.id).state == CommentState.HELD
    assert connect(reddit).act(said.id, ActionKind.REMOVE, seen=seen).state == CommentState.REMOVED


def test_a_comment_that_somebody_had_locked_can_be_hidden_and_shown_again(reddit: FakeReddit) -> None:
    said = reddit.page.say(locked=True)
    receipt = connect(reddit).act(said.id, ActionKind.HIDE, seen=one(reddit, said.id).revision)
    assert receipt.state == CommentState.HELD, "as removed, no undo would take it back"
    assert connect(reddit).act(said.id, ActionKind.RESTORE, seen=receipt.revision).state == CommentState.VISIBLE
