"""The Blogger connector, against a fake written from its reference."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from connectors.base import (
    BadConfig,
    Checkpoint,
    CommentState,
    Gone,
    Media,
    NotAllowed,
    Unavailable,
)
from tests.servers.blogger import BEGIN, BLOG, FRONT, POST, FakeBlogger, Remark
from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import Question
from tests.unit.connectors.room12 import blogger, fetched, last_checkpoint, one

LIST = f"/v3/blogs/{BLOG}/comments"
TARGET = f"{POST}.18"


@pytest.fixture
def fake(platform: FakePlatform) -> FakeBlogger:
    return FakeBlogger(platform)


def many(count: int, start: datetime = BEGIN) -> list[Remark]:
    return [Remark(str(10_000 + n), f"Counting {n}", start + timedelta(seconds=n // 3)) for n in range(count)]


# reading


def test_comments_come_as_visitors_see_them(fake: FakeBlogger) -> None:
    found = fetched(blogger(fake))
    first, reply, other = found[f"{POST}.11"], found[f"{POST}.12"], found["8070105920543249956.17"]
    assert first.text == 'Is 3 < 4 && 9 > 8?\nHe said "yes"'
    assert (first.created, first.edited, first.author.id, first.author.name) == (BEGIN, None, "1234567890", "Fern")
    assert first.permalink == f"{FRONT}2026/10/{POST}.html#c11"
    assert (reply.parent, reply.author.id, reply.author.name) == (f"{POST}.11", "", "Anonymous")
    assert found[f"{POST}.13"].media == (Media("image", "http://photos.example.test/trip.jpg"),)
    assert other.permalink.endswith("56.html#c17")
    states = {
        remark.id: found[f"{remark.post}.{remark.id}"].state for remark in fake.remarks.values() if remark.id != "16"
    }
    held = {id for id, state in states.items() if state == CommentState.HELD}
    assert held == {"14", "15"}, "what waits and what is taken for spam"
    assert f"{POST}.16" not in found, "of an emptied comment there is nothing to judge"
    assert one(blogger(fake), f"{POST}.16").state == CommentState.REMOVED


@pytest.mark.parametrize("count", [1, 199, 200, 201, 1_200])
def test_pages_are_as_long_as_blogger_makes_them(fake: FakeBlogger, count: int) -> None:
    fake.remarks = {}
    fake.add(*many(count))
    assert len(fetched(blogger(fake))) == count
    assert len(fake.questions(LIST)) == -(-count // 200)


def test_thousands_come_once_oldest_first_and_are_not_all_held_in_memory(fake: FakeBlogger) -> None:
    fake.remarks = {}
    fake.add(*many(4_500), *(Remark(str(90_000 + n), "a tie", BEGIN + timedelta(seconds=600)) for n in range(300)))
    batches = list(blogger(fake).fetch(None))
    ids = [comment.id for batch in batches for comment in batch.comments]
    assert sorted(ids) == sorted(f"{POST}.{id}" for id in fake.remarks)
    times = [comment.created for batch in batches for comment in batch.comments]
    assert times == sorted(times)
    stretches = {(question.query.get("startDate"), question.query.get("endDate")) for question in fake.questions(LIST)}
    assert 1 + 3 < len(stretches) < 1 + 6, "what was too much to keep is read again, in stretches of time"
    assert len(fake.questions(LIST)) <= 24 + 24 + 2 * len(stretches)
    places = [str(batch.checkpoint.value["time"]) for batch in batches if batch.checkpoint]
    assert all(first <= second for first, second in pairwise(places))


def test_behind_a_checkpoint_only_what_is_newer_comes_again(fake: FakeBlogger) -> None:
    checkpoint = last_checkpoint(blogger(fake))
    stored = Checkpoint(json.loads(json.dumps(dict(checkpoint.value))))
    assert fetched(blogger(fake), stored).keys() == {TARGET}
    fake.add(Remark("19", "late", BEGIN + timedelta(days=2), parent="11"))
    assert fetched(blogger(fake), stored).keys() == {TARGET, f"{POST}.19"}


def test_a_late_approval_and_an_edit_show_when_the_blog_is_read_again(fake: FakeBlogger) -> None:
    before = one(blogger(fake), f"{POST}.11")
    fake.remarks["14"].status = "LIVE"
    fake.remarks["11"].content, fake.remarks["11"].updated = "Edited", BEGIN + timedelta(days=1)
    found = fetched(blogger(fake), BEGIN)
    assert found[f"{POST}.14"].state == CommentState.VISIBLE
    assert found[f"{POST}.11"].revision != before.revision
    assert found[f"{POST}.11"].edited == BEGIN + timedelta(days=1)


def test_replies_stay_where_their_parent_was_deleted(fake: FakeBlogger) -> None:
    del fake.remarks["11"]
    assert fetched(blogger(fake))[f"{POST}.12"].parent == f"{POST}.11"
    assert list(blogger(fake).get([f"{POST}.11"])) == []


def test_a_comment_on_a_post_that_is_not_shown_leads_to_the_list_of_comments(fake: FakeBlogger) -> None:
    fake.posts = {}
    assert one(blogger(fake), TARGET).permalink == f"https://www.blogger.com/blog/comments/{BLOG}"


def test_a_comment_dated_in_the_future_does_not_hide_what_comes_before(fake: FakeBlogger) -> None:
    fake.add(Remark("20", "from the future", datetime(2097, 1, 1, tzinfo=UTC)))
    checkpoint = last_checkpoint(blogger(fake))
    fake.add(Remark("21", "today", datetime.now(UTC)))
    assert f"{POST}.21" in fetched(blogger(fake), checkpoint)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (FRONT, "/v3/blogs/byurl"),
        (FRONT + "2026/10/our-trip.html?m=1", "/v3/blogs/byurl"),
        (f"https://www.blogger.com/blog/comments/{BLOG}", LIST),
    ],
)
def test_a_blog_is_found_by_its_front_page_or_its_dashboard(fake: FakeBlogger, url: str, asked: str) -> None:
    fetched(blogger(fake))  # signs in
    fake.asked.clear()
    assert fetched(blogger(fake, url))
    assert fake.asked[0].path == asked


@pytest.mark.parametrize(
    "url", ["", "room12.blogspot.com", "https://www.blogger.com/", "https://www.blogger.com/profile/12"]
)
def test_another_address_is_refused(fake: FakeBlogger, url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        blogger(fake, url)
    assert caught.value.field == "url"


def test_a_blog_of_its_own_address_is_none_of_bloggers_own_pages(fake: FakeBlogger) -> None:
    blogger(fake, "https://www.teacherblogger.com/")


def test_a_blog_that_is_gone_and_one_that_is_not_ours_are_two_things(fake: FakeBlogger) -> None:
    fake.administers = False
    with pytest.raises(NotAllowed, match="no administrator"):
        fetched(blogger(fake))
    fake.is_gone = True
    for url in (FRONT, f"https://www.blogger.com/blog/posts/{BLOG}"):
        with pytest.raises(Gone):
            fetched(blogger(fake, url))


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("id", 5, "id"),
        ("post", None, "post.id"),
        ("status", None, "status"),
        ("status", "SHADOWED", "status"),
        ("content", None, "content"),
        ("content", 5, "content"),
        ("published", "soon", "published"),
        ("updated", None, "updated"),
        ("author", "Fern", "author.id"),
        ("inReplyTo", {"id": 5}, "inReplyTo.id"),
    ],
)
def test_a_changed_answer_names_its_field_and_skips_no_comment(
    fake: FakeBlogger, field: str, value: object, named: str
) -> None:
    def change(question: Question) -> Reply | None:
        if question.path != LIST:
            return None
        body = json.loads(fake.reply(question).body)
        body["items"][3][field] = value
        return reply_json(body)

    fetched(blogger(fake))
    fake.instead = change
    with pytest.raises(Unavailable, match=f"`{named}`"):
        fetched(blogger(fake))


@pytest.mark.parametrize(
    "body", [{"kind": "blogger#postList"}, {}, {"kind": "blogger#commentList", "nextPageToken": "YQ=="}]
)
def test_a_list_of_something_else_or_without_an_end_is_given_up(fake: FakeBlogger, body: dict[str, object]) -> None:
    fetched(blogger(fake))
    fake.instead = lambda question: reply_json(body) if question.path == LIST else None
    with pytest.raises(Unavailable):
        fetched(blogger(fake))


@pytest.mark.parametrize("posts", [True, False])
def test_an_empty_list_is_believed_only_of_a_blog_without_comments(fake: FakeBlogger, posts: bool) -> None:
    def without_items(question: Question) -> Reply | None:
        if question.path != LIST and (posts or not question.path.endswith("/posts")):
            return None
        return reply_json(
            {name: value for name, value in json.loads(fake.reply(question).body).items() if name != "items"}
        )

    fetched(blogger(fake))
    fake.instead = without_items
    with pytest.raises(Unavailable, match="`items`"):
        fetched(blogger(fake))
    fake.instead = lambda question: None
    for remarks in ([], [Remark("16", "", BEGIN, status="EMPTIED")]):
        fake.remarks = {}
        fake.add(*remarks)
        assert fetched(blogger(fake)) == {}
