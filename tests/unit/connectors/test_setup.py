"""What each connector says of itself to whoever adds a page: whose an address is, and what is needed. No real address is asked."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import httpx
import pytest

from connectors.base import BadConfig
from connectors.registry import OURS, load, setups
from connectors.seen import Link, Seen
from connectors.setup import Match, Setup

SETUPS = setups({})
KNOWN = [
    ("https://www.reddit.com/r/room12", "reddit", "https://www.reddit.com/r/room12/"),
    ("https://old.reddit.com/r/room12/new/?count=25", "reddit", "https://www.reddit.com/r/room12/"),
    ("https://reddit.com/r/room12/comments/1abcd/field_trip/", "reddit", "https://www.reddit.com/r/room12/"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://youtu.be/dQw4w9WgXcQ?si=x", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/@room12/videos", "youtube", "https://www.youtube.com/@room12"),
    ("https://www.youtube.com/channel/UCabcdefghijklmnop", "youtube", "https://www.youtube.com/channel/UCabcdefghijklmnop"),
    ("https://studio.youtube.com/channel/UCabcdefghijklmnop/comments", "youtube", "https://www.youtube.com/channel/UCabcdefghijklmnop"),
    ("https://room12.blogspot.com/2026/10/volcanoes.html", "blogger", "https://room12.blogspot.com/"),
    ("http://room12.blogspot.co.uk/", "blogger", "https://room12.blogspot.co.uk/"),
    ("https://www.blogger.com/blog/posts/123456789", "blogger", "https://www.blogger.com/blog/posts/123456789"),
    ("https://lausd.instructure.com/courses/123/discussion_topics/7?x=1", "canvas", "https://lausd.instructure.com/courses/123"),
    ("https://lausd.instructure.com/courses/12~34", "canvas", "https://lausd.instructure.com/courses/12~34"),
    (
        "https://discord.com/channels/1122334455667788990/2233445566778899001",
        "discord_channel", "https://discord.com/channels/1122334455667788990/2233445566778899001",
    ),
    (
        "https://ptb.discord.com/channels/1122334455667788990/2233445566778899001/3344556677889900112",
        "discord_channel", "https://discord.com/channels/1122334455667788990/2233445566778899001",
    ),
    ("https://classroom.google.com/c/NjE4", "by_hand", "https://classroom.google.com/c/NjE4"),
    ("https://www.facebook.com/groups/room12", "by_hand", "https://www.facebook.com/groups/room12"),
    ("https://teach.classdojo.com/#/classes/1", "by_hand", "https://teach.classdojo.com/#/classes/1"),
]  # fmt: skip
NOBODYS = [
    "https://room12.school.example/",
    "https://notreddit.com/r/room12",
    "https://reddit.com.evil.example/r/room12",
    "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://myblogspot.com/",
    "https://social.school.example/@room12",
    "https://wiki.school.example/wiki/Talk:Volcanoes",
    "https://notfacebook.com/groups/1",
    "https://discord.com.evil.example/channels/1122334455667788990/2233445566778899001",
    "https://notinstructure.com/classes/1",
]
THEIRS_AND_NO_PAGE = [
    ("https://www.reddit.com/user/room12", "names no subreddit"),
    ("https://www.reddit.com/r/all", "names no subreddit"),
    ("https://redd.it/1abcd", "short link"),
    ("https://www.youtube.com/", "neither a channel nor a video"),
    ("https://www.youtube.com/feed/subscriptions", "neither a channel nor a video"),
    ("https://www.blogger.com/about", "front page"),
    ("https://lausd.instructure.com/login", "no course"),
    ("https://discord.gg/abcdef", "an invitation"),
    ("https://discord.com/invite/abcdef", "an invitation"),
    ("https://discord.com/channels/@me/2233445566778899001", "no channel of a server"),
    ("https://wiki.school.example/w/api.php", "interface of a wiki"),
    ("https://wiki.school.example/rest.php/v1/page/Volcanoes", "interface of a wiki"),
]


def by_address(url: str) -> Mapping[str, Match]:
    found = {kind: setup.by_address(httpx.URL(url)) for kind, setup in SETUPS.items()}
    return {kind: match for kind, match in found.items() if match}


@pytest.mark.parametrize(("pasted", "kind", "url"), KNOWN)
def test_an_address_that_says_whose_it_is_belongs_to_one_connector(pasted: str, kind: str, url: str) -> None:
    found = by_address(pasted)
    assert {each: match.url for each, match in found.items()} == {kind: url}
    assert found[kind].sure


@pytest.mark.parametrize("pasted", NOBODYS)
def test_an_address_that_does_not_say_whose_it_is_is_nobodys(pasted: str) -> None:
    assert by_address(pasted) == {}


@pytest.mark.parametrize(("pasted", "words"), THEIRS_AND_NO_PAGE)
def test_an_address_of_theirs_that_is_no_page_says_what_to_write(pasted: str, words: str) -> None:
    with pytest.raises(BadConfig, match=words) as caught:
        by_address(pasted)
    assert caught.value.field == "url"


@pytest.mark.parametrize(("pasted", "kind", "url"), [each for each in KNOWN if each[1] != "by_hand"])
def test_the_address_that_is_written_is_known_again(pasted: str, kind: str, url: str) -> None:
    assert by_address(url)[kind].url == url


@pytest.mark.parametrize(
    ("pasted", "named", "url"),
    [
        ("https://b.example/room12/?p=4", "http://b.example/room12/wp-json/", "https://b.example/room12/"),
        ("http://b.example/room12/?p=4", "https://b.example/room12/wp-json/", "https://b.example/room12/"),
        ("https://b.example/room12/?p=4", "http://b.example/room12/?rest_route=/", "https://b.example/room12/"),
        ("http://b.example:8080/", "http://b.example:8080/wp-json/", "http://b.example:8080/"),
    ],
)
def test_a_blog_that_calls_itself_by_http_stays_where_its_password_is_safe(pasted: str, named: str, url: str) -> None:
    page = Seen(httpx.URL(pasted), links=(Link("https://api.w.org/", httpx.URL(named)),))
    match = SETUPS["wordpress"].by_answer(page, lambda _: None)
    assert match
    assert match.url == url


def test_a_districts_own_canvas_is_likely_and_no_more() -> None:
    found = by_address("https://canvas.school.example/courses/7/assignments")["canvas"]
    assert (found.url, found.sure) == ("https://canvas.school.example/courses/7", False)


def test_a_video_says_that_it_is_one_only() -> None:
    assert "Only this video" in by_address("https://youtu.be/dQw4w9WgXcQ")["youtube"].note
    assert by_address("https://www.youtube.com/@room12")["youtube"].note == ""


def test_every_connector_but_the_sample_says_what_it_takes() -> None:
    assert set(SETUPS) == set(OURS) - {"sample"}


@pytest.mark.parametrize(("kind", "setup"), SETUPS.items())
def test_each_part_of_a_secret_has_one_sentence_and_its_form_is_the_documented_one(kind: str, setup: Setup) -> None:
    about = " ".join((sys.modules[load(OURS[kind]).__module__].__doc__ or "").split())
    assert ("There is no secret" in about) == (not setup.secret)
    assert setup.form in about  # what the table of connectors tells
    assert setup.platform[0].islower()
    for part in setup.secret:
        assert part.how.endswith(".")
        assert ". " not in part.how, "one sentence each"


def test_a_district_says_it_as_ours_do_and_one_that_cannot_be_loaded_is_left_out() -> None:
    district = {
        "blog": "connectors.wordpress:WordPress",
        "lost": "district.nowhere:Lost",
        "silent": "connectors.sample:Sample",
    }
    assert set(setups(district)) == {*SETUPS, "blog"}
