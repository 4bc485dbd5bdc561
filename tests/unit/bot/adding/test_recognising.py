"""From what people paste to a platform: the story, with real connectors and real servers."""

from __future__ import annotations

import pytest

from bot import adding
from bot.domain.errors import Advice
from tests.houses import Town
from tests.servers.fake import FakePlatform, Reply
from tests.servers.fixtures import free_port
from tests.unit.bot.adding.places import Blog, real, serve_feed

REDDIT = "https://www.reddit.com/r/room12/"


@pytest.mark.parametrize(
    "pasted",
    [
        REDDIT,
        f"  {REDDIT}\n",
        f'"{REDDIT}"',
        f"<{REDDIT}>",
        f" “{REDDIT}” ",
        f"\ufeff{REDDIT}",
        "\u200bhttps://reddit.com/r/room12\xa0\u200b",
        "www.reddit.com/r/room12",
        "http://old.reddit.com/r/room12/top#x",
    ],
)
def test_an_address_as_people_copy_it(school: Town, pasted: str) -> None:
    (found,) = adding.recognise(real(school), pasted)
    assert (found.kind, found.url) == ("reddit", REDDIT)


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "must begin with https://"),
        ("ftp://blog.example.org/", "the address must begin with https://"),
        ("https://me:secret-word@blog.example.org/", "the address must not hold a name or password"),
        ("http://10.0.0.5/blog/", "10.0.0.5 is a private address. If it is the district's own server"),
        ("https://www.reddit.com/", "the address names no subreddit"),
        ("http://2130706433/", "holds a number"),
    ],
)
def test_an_address_that_no_page_can_have(school: Town, pasted: str, words: str) -> None:
    with pytest.raises(adding.BadAddress) as bad:
        adding.recognise(real(school), pasted)
    assert words in str(bad.value)
    assert "secret-word" not in str(bad.value)


def test_a_server_that_is_not_there(school: Town) -> None:
    with pytest.raises(adding.BadAddress, match=r"127\.0\.0\.1 cannot be reached"):
        adding.recognise(real(school), f"http://127.0.0.1:{free_port()}/")


def test_a_page_that_is_not_there(school: Town, platform: FakePlatform) -> None:
    with pytest.raises(adding.BadAddress, match="there is no page at this address, says 127"):
        adding.recognise(real(school), platform.url)


def test_a_districts_own_server_is_asked_where_its_configuration_allows_it(
    school: Town, platform: FakePlatform
) -> None:
    """0.0.0.0 is this machine, and no address that a stranger may have us ask."""
    blog = Blog(platform)
    url = blog.url.replace("127.0.0.1", "0.0.0.0")
    with pytest.raises(adding.BadAddress, match=r"private address.*plugins\.yaml"):
        adding.recognise(real(school), url)
    assert platform.asked == []
    (school.config / "plugins.yaml").write_text("options: {wordpress: {allow_private: true}}\n")
    blog.platform.url = url.rstrip("/")
    (found,) = adding.recognise(real(school), url)
    assert (found.kind, found.url) == ("wordpress", url)


def test_where_it_leads_elsewhere_nobody_else_is_asked(school: Town, platform: FakePlatform) -> None:
    with FakePlatform() as other:
        target = other.url.replace("127.0.0.1", "localhost") + "/"
        platform.always(Reply(301, b"", {"Location": target}))
        with pytest.raises(adding.LeadsElsewhere) as elsewhere:
            adding.recognise(real(school), platform.url)
        assert (elsewhere.value.target, other.asked) == (target, [])


def test_a_page_that_says_nothing_can_be_chosen(school: Town, platform: FakePlatform) -> None:
    platform.always(Reply(200, b"<p>hello", {"Content-Type": "text/html"}))
    with pytest.raises(adding.NotRecognised):
        adding.recognise(real(school), platform.url)
    chosen = adding.as_chosen(real(school), "feed", platform.url)
    assert (chosen.kind, chosen.url) == ("feed", platform.url)
    with pytest.raises(Advice, match=r"no connector feeed; there are: .*feed"):
        adding.as_chosen(real(school), "feeed", platform.url)


def test_what_is_chosen_is_written_as_its_connector_writes_it(school: Town, platform: FakePlatform) -> None:
    Blog(platform)
    assert adding.as_chosen(real(school), "wordpress", f"{platform.url}/?p=4").url == f"{platform.url}/"
    assert adding.as_chosen(real(school), "youtube", "https://youtu.be/dQw4w9WgXcQ").url.endswith("watch?v=dQw4w9WgXcQ")


def test_a_feed_is_a_feed_where_nothing_better_is_known(school: Town, platform: FakePlatform) -> None:
    url = serve_feed(platform)
    (found,) = adding.recognise(real(school), url)
    assert (found.kind, found.url) == ("feed", url)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(302, b"", {"Location": "https://sign-in.school.example/saml"}),
        Reply(302, b"", {"Location": "/login"}),
        Reply(200, b"<p>Canvas", {"Content-Type": "text/html"}),
    ],
)
def test_a_districts_own_canvas_is_known_by_its_courses(school: Town, platform: FakePlatform, reply: Reply) -> None:
    platform.script = lambda asked: reply if asked.path.startswith("/courses") else Reply(200, b"<p>sign in")
    (found,) = adding.recognise(real(school), f"{platform.url}/courses/7/discussion_topics")
    assert (found.kind, found.url) == ("canvas", f"{platform.url}/courses/7")


def test_what_a_server_says_outweighs_a_likely_address(school: Town, platform: FakePlatform) -> None:
    link = f'<{platform.url}/wp-json/>; rel="https://api.w.org/"'
    platform.always(Reply(200, b"<p>A course", {"Content-Type": "text/html", "Link": link}))
    (found,) = adding.recognise(real(school), f"{platform.url}/courses/7/")
    assert found.kind == "wordpress"


def test_a_connector_of_the_district_says_itself_what_is_its_own(school: Town) -> None:
    (school.config / "plugins.yaml").write_text("connectors: {gradebook: tests.unit.bot.adding.gradebook:Gradebook}\n")
    (found,) = adding.recognise(real(school), "https://grades.school.example/class/7")
    assert (found.kind, found.setup.platform) == ("gradebook", "a class in the gradebook")


def test_one_that_says_nothing_can_be_chosen_and_its_credential_may_be_empty(school: Town) -> None:
    (school.config / "plugins.yaml").write_text("connectors: {old: 'connectors.sample:Sample'}\n")
    known = adding.platforms(real(school))
    assert [part.optional for part in known["old"].secret] == [True]
    assert "sample" not in known
