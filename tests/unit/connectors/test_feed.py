"""Against a site that shows its newest comments, and against the feed of a real WordPress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.base import (
    ActionKind,
    BadConfig,
    Checkpoint,
    Comment,
    ConnectorError,
    Media,
    NotAllowed,
    PageAddress,
    Revision,
    Unavailable,
)
from connectors.feed import CommentFeed
from connectors.http import Patience
from tests.servers.fake import Reply, reply_html
from tests.servers.feed import START, FakeFeed, planted
from tests.servers.wordpress import WordPressServer

HOUR = timedelta(hours=1)
QUICK = Patience(pauses=(0.01,))


@pytest.fixture(params=["rss", "atom"])
def feed(request: pytest.FixtureRequest) -> Iterator[FakeFeed]:
    with FakeFeed(atom=request.param == "atom") as fake:
        yield fake


def connect(feed: FakeFeed) -> CommentFeed:
    return CommentFeed(PageAddress("p", feed.url), patience=QUICK)


def fetched(page: CommentFeed, since: Checkpoint | datetime | None = None) -> list[Comment]:
    return [comment for batch in page.fetch(since) for comment in batch.comments]


def behind(page: CommentFeed) -> Checkpoint:
    (*_, last) = page.fetch(None)
    assert last.checkpoint
    return last.checkpoint


def test_comments_come_as_a_person_sees_them(feed: FakeFeed) -> None:
    words = "Is 3 < 4 && 9 > 8? &lt;b&gt; &amp;amp; 🌱 \u0645\u062a\u0649 <3"
    id = feed.post(words, START, who="Fern & Moss")
    (comment,) = fetched(connect(feed))
    assert (comment.id, comment.text, comment.author.name, comment.author.id) == (id, words, "Fern & Moss", "")
    assert (comment.created, comment.permalink, comment.edited) == (START, id, None)


def test_html_is_read_as_it_was_written_and_no_address_is_asked_for(feed: FakeFeed) -> None:
    feed.more = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="enclosure" type="audio/ogg" href="https://a.test/s.ogg"/>'
    written = (
        'id<b></b>iot<br/>see <a href="/doc.pdf">this</a><img src="http://a.test/x.png" onerror="x()"><style>p</style>'
    )
    feed.post("", START, written=written)
    (comment,) = fetched(connect(feed))
    assert comment.text.startswith("idiot\nsee this")
    kinds = {(media.kind, media.url) for media in comment.media}
    assert {("file", "/doc.pdf"), ("image", "http://a.test/x.png")} <= kinds
    assert set(feed.platform.paths) == {"/comments/feed/"}


def test_an_enclosure_is_media() -> None:
    with FakeFeed() as feed:
        feed.more = '<enclosure url="https://a.test/s.ogg" type="audio/ogg" length="5"/>'
        feed.post("listen", START)
        (comment,) = fetched(connect(feed))
    assert comment.media == (Media("audio", "https://a.test/s.ogg"),)


def test_who_answers_whom_is_known_where_the_feed_tells() -> None:
    with FakeFeed(atom=True) as feed:
        first = feed.post("a", START)
        feed.post("b", START + HOUR, parent=first)
        assert [comment.parent for comment in fetched(connect(feed))] == [None, first]


def test_a_feed_that_has_not_changed_is_not_sent_again(feed: FakeFeed) -> None:
    planted(feed)
    place = behind(connect(feed))
    feed.sent.clear()
    assert list(connect(feed).fetch(place)) == []
    assert feed.sent == [304]
    feed.post("new", START + 99 * HOUR)
    assert [comment.text for comment in fetched(connect(feed), place)] == ["new"]
    assert feed.sent == [304, 200]


def test_without_marks_the_same_is_found_by_what_was_there(feed: FakeFeed) -> None:
    feed.marked = False
    planted(feed)
    place = behind(connect(feed))
    assert list(connect(feed).fetch(place)) == []
    feed.post("below all others", START - HOUR)
    assert [comment.text for comment in fetched(connect(feed), place)] == ["below all others"], "approved late"


def test_a_mark_that_cannot_be_sent_back_is_no_mark(feed: FakeFeed) -> None:
    planted(feed)
    feed.platform.always(Reply(200, feed.document(), {"Content-Type": "application/xml", "ETag": '"caf\xe9"'}))
    place = behind(connect(feed))
    assert place.value["etag"] == ""
    assert list(connect(feed).fetch(place)) == []


def test_two_comments_of_one_id_are_told_and_none_goes_unread(feed: FakeFeed) -> None:
    ids = planted(feed)
    first, other = feed.comments[0], feed.comments[1]
    feed.comments.append(first)  # the same once more
    assert [comment.id for comment in fetched(connect(feed))] == ids
    feed.comments.append(replace(other, id=first.id))
    with pytest.raises(Unavailable, match="`guid`"):
        fetched(connect(feed))


def test_other_words_come_again(feed: FakeFeed) -> None:
    ids = planted(feed)
    place = behind(connect(feed))
    feed.edit(ids[3], "edited")
    (comment,) = fetched(connect(feed), place)
    assert (comment.id, comment.text) == (ids[3], "edited")


@pytest.mark.parametrize(("more", "missed"), [(9, False), (10, True), (40, True)])
def test_a_gap_is_told_once_and_behind_what_could_be_read(feed: FakeFeed, more: int, missed: bool) -> None:
    planted(feed)
    place = behind(connect(feed))
    for n in range(more):
        feed.post(f"flood {n}", START + timedelta(days=2, minutes=n))
    came: list[Comment] = []
    try:
        for batch in connect(feed).fetch(place):
            came += batch.comments
            assert batch.checkpoint
            place = batch.checkpoint
        told = ""
    except Unavailable as error:
        told = str(error)
    assert [comment.text for comment in came] == [f"flood {n}" for n in range(max(0, more - 10), more)]
    assert ("some were never seen" in told) is missed
    assert list(connect(feed).fetch(place)) == [], "told once"


def test_an_empty_feed_has_nothing_and_what_comes_then_is_no_gap(feed: FakeFeed) -> None:
    assert list(connect(feed).fetch(None)) == []
    assert connect(feed).check().title
    feed.post("the first", START)
    assert len(fetched(connect(feed), Checkpoint({"etag": "", "modified": "", "shown": {}}))) == 1


def test_a_run_that_dies_behind_its_first_batch_reads_on(feed: FakeFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.feed.MAX_BATCH", 3)
    ids = planted(feed)
    first = next(connect(feed).fetch(None))
    assert [comment.id for comment in first.comments] == ids[:3]
    assert [comment.id for comment in fetched(connect(feed), first.checkpoint)] == ids[3:]


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda document: document[: len(document) // 2],
    "without its end": lambda document: document[:-8],
    "nothing": lambda document: b"",
    "a web page": lambda document: b"<!doctype html><title>x</title><p>x",
    "guid": lambda document: document.replace(b"guid", b"gvid").replace(b"id>", b"ix>").replace(b"link", b"lnk"),
    "pubDate": lambda document: (
        document.replace(b"pubDate", b"day").replace(b"published", b"d").replace(b"updated", b"e")
    ),
    "description": lambda document: (
        document.replace(b"content", b"c").replace(b"description", b"d").replace(b"title", b"t")
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_no_whole_feed_is_refused(feed: FakeFeed, name: str) -> None:
    planted(feed)
    feed.platform.always(Reply(200, BREAKS[name](feed.document()), {"Content-Type": "application/xml"}))
    with pytest.raises(Unavailable) as caught:
        fetched(connect(feed))
    assert "Bean" not in str(caught.value)
    assert name not in {"guid", "pubDate", "description"} or f"`{name}`" in str(caught.value)


def test_a_sign_that_no_xml_may_hold_blinds_nobody(feed: FakeFeed) -> None:
    planted(feed, ["before", "with \x0b inside", "after & <b>bold"])
    assert [comment.text for comment in fetched(connect(feed))] == ["before", "with \x0b inside", "after & <b>bold"]


def test_an_entity_that_grows_is_not_grown(feed: FakeFeed) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9)
    )
    document = feed.document().replace(b"?>\n", b"?>\n" + bomb + b"]>", 1).replace(b"Comments on", b"&j;", 1)
    feed.platform.always(Reply(200, document, {"Content-Type": "application/xml"}))
    try:
        title = connect(feed).check().title
    except ConnectorError:
        return
    assert len(title) < 10_000


def test_it_can_only_be_read(feed: FakeFeed) -> None:
    (id, *_) = planted(feed)
    assert connect(feed).capabilities.actions == frozenset()
    for action in ActionKind:
        with pytest.raises(NotAllowed):
            connect(feed).act(id, action, seen=Revision("0" * 64))


def test_what_it_tells_of_the_page(feed: FakeFeed) -> None:
    planted(feed)
    settings = connect(feed).check()
    assert settings.title.startswith("Comments on our")
    assert (settings.public, settings.comments_open, settings.may_moderate) == (True, None, False)
    assert "shows 8 comments" in settings.findings[0].message
    keyed = CommentFeed(PageAddress("p", feed.url + "?key=1"))
    assert keyed.check().public is None


def test_who_asks_says_so_and_asks_one_host(feed: FakeFeed) -> None:
    planted(feed)
    fetched(connect(feed))
    assert feed.platform.asked[0].headers["User-Agent"] == "Hallmonitor/0.1 (+https://hallmonitor.example/contact)"
    feed.platform.always(Reply(302, b"", {"Location": "https://elsewhere.example.test/feed"}))
    with pytest.raises(BadConfig, match="elsewhere"):
        fetched(connect(feed))
    feed.platform.always(reply_html())
    with pytest.raises(Unavailable, match="no feed"):
        fetched(connect(feed))


@pytest.mark.server
def test_the_feed_of_a_real_wordpress(wordpress: WordPressServer) -> None:
    page = CommentFeed(PageAddress("p", f"{wordpress.url}/?feed=comments-rss2"))
    (*_, last) = page.fetch(None)
    found = {comment.text: comment for comment in last.comments}
    assert len(found) == 10, "WordPress shows ten, and only what is approved"
    signs = found["Is 3 < 4 && 9 > 8? He said “yes” & left"]
    assert (signs.author.name, signs.permalink.partition("#")[2]) == (
        "Fern & Moss",
        f"comment-{wordpress.comments['signs']}",
    )
    assert list(page.fetch(last.checkpoint)) == []
