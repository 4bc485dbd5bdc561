"""Reading a subreddit: against a fake on the wire, through the real PRAW."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors import reddit as module
from connectors.base import Checkpoint, CommentState, Media
from connectors.reddit_comments import words_in
from tests.servers.fake import Asked
from tests.servers.reddit import FakeReddit
from tests.unit.connectors.pond import connect, fetched, one, place, texts


def test_a_comment_comes_as_a_moderator_sees_it(reddit: FakeReddit) -> None:
    first = reddit.page.say("Is 3 < 4 &amp; 9 > 8? 🌱 my name is wren\\_01", "Ms_Heron")
    second = reddit.page.say("yes", "toad", parent=first.id)
    top, answer = fetched(reddit)
    assert (top.id, top.text) == (first.id, "Is 3 < 4 & 9 > 8? 🌱 my name is wren_01")
    assert (top.author.id, top.author.name, top.author.is_staff) == ("Ms_Heron", "Ms_Heron", True)
    assert (top.parent, top.edited, top.state) == (None, None, CommentState.VISIBLE)
    assert top.created == datetime.fromtimestamp(first.created, UTC)
    assert top.permalink == f"{reddit.url}/r/Pond/comments/p1/_/{first.id}/"
    assert (answer.parent, answer.author.is_staff) == (first.id, False)
    assert one(reddit, second.id) == answer


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&lt;b&gt; &#105;diot &#x200B;&copy;", "<b> idiot \u200b©"),
        ("AT&T, &unknown; &amp", "AT&T, &unknown; &amp"),
        (r"\*not bold\* C:\dir \\", "*not bold* C:\\dir \\"),
        ("&amp;lt;", "&lt;"),
        ("**bold** [here](https://a.example/x)", "**bold** [here](https://a.example/x)"),
        ("", ""),
    ],
)
def test_entities_and_escapes_are_read_as_a_person_sees_them(written: str, read: str) -> None:
    assert words_in(written) == read


def test_pictures_and_links_are_told_and_never_asked_for(reddit: FakeReddit) -> None:
    signed = f"{reddit.url}/picture.png?width=1&s=abc"
    shown = {
        "media_metadata": {
            "a1": {"e": "Image", "s": {"u": signed}},
            "g|1": {"e": "AnimatedImage", "status": "unprocessed"},
        }
    }
    said = reddit.page.say("![img](a1) see [this](https://pics.example/cat.jpg)", extra=shown)
    (comment,) = fetched(reddit)
    pictures = (Media("image", ""), Media("image", signed), Media("image", "https://pics.example/cat.jpg"))
    assert comment.media == tuple(sorted(pictures, key=lambda media: media.url))
    before = comment.revision
    said.extra = {
        "media_metadata": {**shown["media_metadata"], "a1": {"e": "Image", "s": {"u": signed.replace("abc", "xyz")}}}
    }
    assert one(reddit, said.id).revision == before, "a new signature is no new picture"
    assert not [path for path in reddit.paths if "picture" in path or "cat" in path]


@pytest.mark.parametrize(
    ("held", "state", "comes"),
    [
        ({}, "visible", True),
        ({"state": "spam", "by": True}, "held", True),  # Reddit's filter
        ({"state": "removed", "by": True}, "held", True),
        ({"state": "removed", "by": "AutoModerator"}, "held", True),  # a rule: no person has looked
        ({"state": "removed", "by": "Hallmonitor_Bot"}, "held", True),  # our own hide
        ({"state": "removed", "by": "hallmonitor_bot", "locked": True}, "removed", False),
        ({"state": "removed", "by": "ms_heron"}, "removed", False),
        ({"state": "spam", "by": "ms_heron"}, "spam", False),
        ({"state": "spam", "by": "hallmonitor_bot"}, "spam", False),
        ({"locked": True}, "visible", True),
    ],
)
def test_where_a_comment_stands(reddit: FakeReddit, held: dict[str, Any], state: str, comes: bool) -> None:
    said = reddit.page.say(**held)
    assert one(reddit, said.id).state == state
    assert [comment.state for comment in fetched(reddit)] == ([state] if comes else [])


def test_a_deleted_comment_is_gone_and_its_answers_stay(reddit: FakeReddit) -> None:
    above = reddit.page.say("gone")
    below = reddit.page.say("stays", parent=above.id)
    above.state = "deleted"
    assert [(c.text, c.parent) for c in fetched(reddit)] == [("stays", above.id)]
    assert [c.id for c in connect(reddit).get([above.id, below.id, "zzzz9"])] == [below.id]


def test_words_of_a_deleted_account_stay(reddit: FakeReddit) -> None:
    reddit.page.say("still here", author="[deleted]")
    (comment,) = fetched(reddit)
    assert (comment.text, comment.author.id, comment.author.name) == ("still here", "", "[deleted]")


def test_comments_of_other_subreddits_are_not_ours(reddit: FakeReddit) -> None:
    said = reddit.page.say("elsewhere", extra={"subreddit": "lake"})
    assert list(connect(reddit).get([said.id])) == []


# behind a checkpoint


def test_behind_a_checkpoint_come_the_new_ones_and_those_shortly_before(reddit: FakeReddit) -> None:
    for n in range(30):
        reddit.page.say(f"note {n}")
    behind = place(reddit)
    reddit.page.say("new")
    assert texts(reddit, behind) == [*(f"note {n}" for n in range(19, 30)), "new"]


def test_a_quiet_run_asks_six_questions(reddit: FakeReddit) -> None:
    reddit.page.say(created=1_730_000_000)
    reddit.page.say(created=1_730_009_000)
    behind = place(reddit)
    reddit.asked.clear()
    assert len(fetched(reddit, behind)) == 1
    about = "/r/Pond/about/"
    queues = [about + "moderators", about + "spam", about + "modqueue", "/r/Pond/comments", about + "edited"]
    assert reddit.questions() == ["/api/v1/me", *queues]
    assert not [path for path in reddit.paths if "before=" in path]


def test_an_edit_shows_behind_the_checkpoint_however_old_the_comment_is(reddit: FakeReddit) -> None:
    old = reddit.page.say("kind")
    for n in range(40):
        reddit.page.say(f"note {n}")
    before, behind = one(reddit, old.id), place(reddit)
    reddit.page.edit(old, "unkind")
    batches = list(connect(reddit).fetch(behind))
    assert batches[0].comments[0].text == "unkind"
    assert batches[0].comments[0].edited is not None
    assert batches[0].comments[0].revision != before.revision
    assert batches[-1].checkpoint == behind, "an edit moves no checkpoint"


def test_an_edit_that_reddit_does_not_mark_shows_when_the_page_is_read_again(reddit: FakeReddit) -> None:
    said = reddit.page.say("kind")
    before = one(reddit, said.id)
    said.body = "unkind"  # within three minutes: `edited` stays False
    (after,) = fetched(reddit, before.created)
    assert (after.text, after.edited, after.created) == ("unkind", None, before.created)
    assert after.revision != before.revision


def test_one_that_is_approved_late_shows_below_the_checkpoint(reddit: FakeReddit) -> None:
    late = reddit.page.say("held", state="spam", by=True)
    for n in range(20):
        reddit.page.say(f"note {n}")
    start = one(reddit, late.id)
    assert start.state == CommentState.HELD
    late.state, late.by = "ok", None
    assert fetched(reddit, start.created)[0].state == CommentState.VISIBLE


def test_a_reported_comment_in_the_queue_comes_once_and_posts_there_are_no_comments(reddit: FakeReddit) -> None:
    reddit.page.say("fine", reported=True)
    shown, list_of = reddit.page.shown_post(reddit.page.posts["p1"]), reddit._listing
    reddit._listing = lambda things, query: list_of([shown, *things], query)  # type: ignore[method-assign]
    assert texts(reddit) == ["fine"]


def test_hundreds_in_one_second_all_come_once_in_the_order_of_their_numbers(
    reddit: FakeReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 60)
    said = [reddit.page.say(created=1_730_000_000.0) for _ in range(130)]
    said.append(reddit.page.say(id="zzzz", created=1_730_000_000.0))  # a smaller number, though a later word
    batches = list(connect(reddit).fetch(None))
    assert [len(batch.comments) for batch in batches] == [60, 60, 11]
    found = [comment.id for batch in batches for comment in batch.comments]
    assert found == sorted((one.id for one in said), key=lambda name: int(name, 36))
    assert batches[0].checkpoint  # a run that died behind its first batch loses nothing
    assert {comment.id for comment in fetched(reddit, batches[0].checkpoint)} == set(found)


def test_one_dated_in_the_future_hides_nothing(reddit: FakeReddit) -> None:
    reddit.page.say("tomorrow", created=4_000_000_000.0)
    behind = place(reddit)
    assert datetime.fromisoformat(str(behind.value["time"])) <= datetime.now(UTC)
    reddit.page.say("today", created=datetime.now(UTC).timestamp())
    assert texts(reddit, behind) == ["today", "tomorrow"]


@pytest.mark.parametrize("what", ["removed", "deleted"])
def test_an_anchor_that_goes_away_while_we_turn_the_page_takes_no_others_with_it(reddit: FakeReddit, what: str) -> None:
    said = [reddit.page.say(f"note {n}") for n in range(150)]

    def take_away(asked: Asked) -> None:
        if urlsplit(asked.path).path == "/r/Pond/comments/" and "after" in asked.path:
            said[50].state, said[50].by = what, "ms_heron"  # the hundredth from above

    reddit.before = take_away
    assert set(texts(reddit)) >= {f"note {n}" for n in range(150) if n != 50}


def test_those_that_come_while_we_read_do_not_double_others(reddit: FakeReddit) -> None:
    for n in range(150):
        reddit.page.say(f"note {n}")

    def say_more(asked: Asked) -> None:
        if "/r/Pond/comments" in asked.path:
            reddit.page.say("late")

    reddit.before = say_more
    assert set(texts(reddit)) >= {f"note {n}" for n in range(150)}
    (*_, last) = fetched(reddit)
    assert "late" in texts(reddit, last.created - timedelta(hours=1))


def test_a_page_without_comments_is_empty_and_has_no_checkpoint(reddit: FakeReddit) -> None:
    assert list(connect(reddit).fetch(None)) == []
    assert list(connect(reddit).fetch(Checkpoint({"time": "2025-01-01T00:00:00+00:00"}))) == []


def test_many_are_asked_for_a_hundred_at_a_time(reddit: FakeReddit) -> None:
    said = [reddit.page.say(f"note {n}") for n in range(130)]
    ids = [one.id for one in said]
    found = list(connect(reddit).get([*ids, *ids, "", "-1", "K0001", "1,2", "0", "x" * 99]))
    assert [comment.id for comment in found] == ids
    assert reddit.questions().count("/api/info") == 2
