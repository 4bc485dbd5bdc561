"""What is made of the entries of a feed that not every site writes alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.base import Comment, Media
from tests.servers.fake import Reply
from tests.servers.feed import START, FakeFeed, planted
from tests.unit.connectors.test_feed import behind, connect, fetched

DAY = "<pubDate>Mon, 05 Oct 2026 15:00:00 +0000</pubDate>"
MEDIA = "http://search.yahoo.com/mrss/"
PICTURE = "<media:content><media:description type='plain'>a skunk</media:description></media:content>"


@pytest.fixture(params=["rss", "atom"])
def feed(request: pytest.FixtureRequest) -> Iterator[FakeFeed]:
    with FakeFeed(atom=request.param == "atom") as fake:
        yield fake


def entry_of(inside: str) -> Comment:
    """What is made of one entry with an id and a time of its own."""
    with FakeFeed() as feed:
        document = feed.document().replace(b"<rss ", b'<rss xmlns:media="%s" ' % MEDIA.encode())
        item = f"<item><guid isPermaLink='false'>g1</guid>{DAY}{inside}</item></channel>".encode()
        feed.platform.always(Reply(200, document.replace(b"</channel>", item), {"Content-Type": "application/rss+xml"}))
        (comment,) = fetched(connect(feed))
    return replace(comment, permalink=comment.permalink.replace(feed.platform.url, ""))


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<description>you smell</description><content:encoded><![CDATA[]]></content:encoded>", "you smell"),
        ("<content:encoded/><description>you smell</description>", "you smell"),
        ("<title>you smell</title><description> </description>", "you smell"),
        ("<title>By: Newt</title><description>&lt;img src='a.png'&gt;</description>", ""),
        ("<description>the start [...]</description><content:encoded>the start and the end</content:encoded>", "the start and the end"),
        # as Mastodon's feeds of a #tag have it: pictures are described
        (
            f"<description>&lt;p&gt;you smell&lt;/p&gt;</description>{PICTURE}",
            "you smell\na skunk",
        ),
    ],
)  # fmt: skip
def test_no_words_go_unread_beside_an_empty_part_or_a_described_picture(inside: str, words: str) -> None:
    assert entry_of(inside).text == words


def test_a_link_in_plain_text_is_a_link() -> None:
    with FakeFeed(atom=True) as feed:
        feed.post("look at https://bad.test/x", START)
        document = feed.document().replace(b'type="html"', b'type="text"')
        feed.platform.always(Reply(200, document, {"Content-Type": "application/atom+xml"}))
        (comment,) = fetched(connect(feed))
    assert comment.media == (Media("link", "https://bad.test/x"),)


@pytest.mark.parametrize(
    ("link", "permalink"),
    [
        ("<link>/trip#c1</link>", "/trip#c1"),
        ("", ""),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>http://[broken</link>", ""),
    ],
)
def test_a_relative_link_leads_to_the_site_of_the_feed(link: str, permalink: str) -> None:
    assert entry_of(f"{link}<description>x</description>").permalink == permalink


def test_half_an_emoji_makes_no_other_comment_unreadable(feed: FakeFeed) -> None:
    """feedparser would read all of the feed as Latin-2: each word with an accent as another one."""
    words = ["¿Dónde está la página? señor", "\u0645\u0631\u062d\u0628\u0627 🌱 “so”", "cut HERE"]
    planted(feed, words)
    place = behind(connect(feed))
    document = feed.document().replace(b"HERE", "🌱".encode()[:2])
    feed.platform.always(Reply(200, document, {"Content-Type": "application/xml"}))
    assert [comment.text for comment in fetched(connect(feed))] == [*words[:2], "cut \ufffd"]
    assert [comment.text for comment in fetched(connect(feed), place)] == ["cut \ufffd"], "the others have not changed"


def test_a_feed_that_is_not_the_utf_8_that_it_says_is_read_as_it_was_written(feed: FakeFeed) -> None:
    words = ["¿Dónde está la página?", "señor, qué día"]
    planted(feed, words)
    document = feed.document().decode().encode("cp1252")
    feed.platform.always(Reply(200, document, {"Content-Type": "application/xml"}))
    assert [comment.text for comment in fetched(connect(feed))] == words
