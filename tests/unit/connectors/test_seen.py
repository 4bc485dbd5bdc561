"""Which platform a page is on, by what its server shows a stranger: real requests, to servers that answer as each platform does."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx
import pytest

from connectors.base import BadConfig, Gone, Unavailable
from connectors.http import Patience, Redirected
from connectors.registry import setups
from connectors.seen import is_same_site, look
from connectors.setup import Match
from tests.servers.fake import Asked, FakePlatform, Reply

SETUPS = setups({})
QUICK = Patience(connect=2, read=2, whole=4, pauses=())
INSTANCE = json.dumps({"uri": "social.example", "title": "Social", "version": "4.3.2"})
RSS = '<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel><title>x</title></channel></rss>'


def page(body: str, type: str = "text/html; charset=utf-8", **headers: str) -> Reply:
    return Reply(200, body.encode(), {"Content-Type": type, **headers})


def html(head: str, body: str = "") -> Reply:
    return page(f"<!doctype html><html><head><title>Room 12</title>{head}</head><body>{body}</body></html>")


def moved(to: str) -> Reply:
    return Reply(301, b"", {"Location": to})


def serve(platform: FakePlatform, answers: Mapping[str, Reply]) -> None:
    """These paths, and 404 for whatever else; `{url}` in an answer is the server itself."""

    def filled(reply: Reply) -> Reply:
        headers = {name: value.replace("{url}", platform.url) for name, value in reply.headers.items()}
        return Reply(reply.status, reply.body.replace(b"{url}", platform.url.encode()), headers)

    platform.script = lambda asked: filled(answers.get(asked.path, Reply(404)))


def known(platform: FakePlatform, path: str) -> dict[str, Match]:
    seen, ask = look(platform.url + path, patience=QUICK)
    found = {kind: setup.by_answer(seen, ask) for kind, setup in SETUPS.items()}
    return {kind: match for kind, match in found.items() if match}


SOCIAL = page(INSTANCE, "application/json")
WIKI = '<meta name="generator" content="MediaWiki 1.43">'
WP = {"Link": '<{url}/wp-json/>; rel="https://api.w.org/"'}
CASES = [
    # what was pasted, what the server shows, whose it is, what is written
    ("/", {"/": page("<p>x", Link=WP["Link"])}, "wordpress", "/"),
    ("/2026/10/beans/", {"/2026/10/beans/": page("<p>x", Link=f"</x>; rel=shortlink, {WP['Link']}")}, "wordpress", "/"),
    ("/class/?p=4", {"/class/?p=4": html('<link rel="https://api.w.org/" href="{url}/class/wp-json/">')}, "wordpress", "/class/"),
    ("/?p=4", {"/?p=4": html('<link rel="https://api.w.org/" href="{url}/index.php?rest_route=/" />')}, "wordpress", "/"),
    ("/beans/", {"/beans/": html('<meta name="generator" content="WordPress 6.8">')}, "wordpress", "/"),
    ("/c/wp-admin/", {"/c/wp-admin/": moved("{url}/c/wp-login.php?a=b"), "/c/wp-login.php?a=b": html("")}, "wordpress", "/c/"),
    ("/", {"/": Reply(403), "/wp-json/": page('{"namespaces": ["wp/v2"]}', "application/json")}, "wordpress", "/"),
    ("/comments/feed/", {"/comments/feed/": page(RSS, "application/rss+xml", Link=WP["Link"])}, "wordpress", "/"),
    (
        "/wiki/Talk:Volcanoes",
        {"/wiki/Talk:Volcanoes": html(WIKI + '<script>RLCONF={"wgNamespaceNumber":1}</script>')},
        "mediawiki", "/wiki/Talk:Volcanoes",
    ),
    (
        "/index.php?title=Talk:Lava&action=edit",
        {"/index.php?title=Talk:Lava&action=edit": html('<link rel="EditURI" href="{url}/api.php?action=rsd">')},
        "mediawiki", "/index.php?title=Talk%3ALava",
    ),
    ("/", {"/": moved("/wiki/Talk:A"), "/wiki/Talk:A": html(WIKI)}, "mediawiki", "/wiki/Talk:A"),
    ("/@room12", {"/@room12": html(""), "/api/v1/instance": SOCIAL}, "mastodon", "/@room12"),
    ("/@room12/1134", {"/@room12/1134": html(""), "/api/v1/instance": SOCIAL}, "mastodon", "/@room12"),
    (
        "/teacher",
        {"/teacher": html('<meta name="generator" content="snac/2.75"/>'), "/api/v1/instance": SOCIAL},
        "mastodon", "/teacher",
    ),
    ("/feed.xml", {"/feed.xml": page(RSS, "application/rss+xml")}, "feed", "/feed.xml"),
    ("/mark.xml", {"/mark.xml": page(f"\ufeff{RSS}", "application/rss+xml")}, "feed", "/mark.xml"),
    ("/atom?x=1", {"/atom?x=1": page('<feed xmlns="http://www.w3.org/2005/Atom"/>', "text/xml")}, "feed", "/atom?x=1"),
    (
        "/news",
        {"/news": html('<link rel="alternate" type="application/rss+xml" title="News" href="/posts.rss">'
                       '<link rel="alternate" type="application/rss+xml" title="Comments" href="/c.rss">')},
        "feed", "/c.rss",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "answers", "kind", "url"), CASES)
def test_a_server_says_which_platform_it_is(
    platform: FakePlatform, path: str, answers: Mapping[str, Reply], kind: str, url: str
) -> None:
    serve(platform, answers)
    found = known(platform, path)
    sure = {each: match for each, match in found.items() if match.sure} or found
    assert {each: match.url for each, match in sure.items()} == {kind: platform.url + url}
    assert len(platform.asked) <= 4, "a polite look"


def test_a_blog_on_blogger_under_an_address_of_its_own(platform: FakePlatform) -> None:
    serve(platform, {"/2026/10/x.html": html("<meta content='blogger' name='generator'/>")})
    (match,) = known(platform, "/2026/10/x.html").values()
    assert match.url == platform.url.replace("http:", "https:") + "/"


@pytest.mark.parametrize(
    "answers",
    [
        {"/@room12": html("")},  # an @ alone is no Mastodon
        {"/@room12": html(""), "/api/v1/instance": page("<p>not found")},
        {"/@room12": html(""), "/api/v1/instance": page("[1]", "application/json")},
        {"/@room12": html("<link rel=alternate type=application/rss+xml title=News href=/n.rss>")},  # posts, and no comments
        {"/@room12": html('<link rel="https://api.w.org/x" href="http://[broken">')},
        {"/@room12": page("\0\xff<<<>" * 50)},
        {"/@room12": page("", "")},
        {"/@room12": html("<![foo[bar]]>")},  # at which Python's parser stumbles
        {"/@room12": page("<!---->" * 700, "application/xml")},
        {"/@room12": page("<p>", Link="<>;" * 10_000)},
        {"/@room12": Reply(401)},
    ],
)  # fmt: skip
def test_what_says_nothing_is_nobodys(platform: FakePlatform, answers: Mapping[str, Reply]) -> None:
    serve(platform, answers)
    assert known(platform, "/@room12") == {}


@pytest.mark.parametrize(
    ("path", "answers", "words"),
    [
        ("/@kim@other.example", {"/@kim@other.example": html(""), "/api/v1/instance": SOCIAL}, "other.example"),
        ("/", {"/": html('<meta name="generator" content="Akkoma">'), "/api/v1/instance": SOCIAL}, "no account"),
        (
            "/wiki/Special:Version",
            {"/wiki/Special:Version": html(WIKI + '<script>{"wgNamespaceNumber":-1}</script>')},
            "lists or forms",
        ),
    ],
)  # fmt: skip
def test_a_page_of_theirs_that_is_no_class_page_says_so(
    platform: FakePlatform, path: str, answers: Mapping[str, Reply], words: str
) -> None:
    serve(platform, answers)
    with pytest.raises(BadConfig, match=words):
        known(platform, path)


def test_a_wiki_page_that_is_no_talk_page_is_remarked(platform: FakePlatform) -> None:
    serve(platform, {"/wiki/Lava": html(WIKI + '<script>{"wgNamespaceNumber":0}</script>')})
    assert "no talk page" in known(platform, "/wiki/Lava")["mediawiki"].note


def test_another_host_is_told_and_not_asked(platform: FakePlatform) -> None:
    with FakePlatform() as other:
        target = other.url.replace("127.0.0.1", "localhost") + "/page"
        serve(platform, {"/": moved(target)})
        with pytest.raises(Redirected) as caught:
            look(platform.url + "/", patience=QUICK)
        assert (str(caught.value.target), other.asked) == (target, [])


def test_another_port_is_another_server(platform: FakePlatform) -> None:
    with FakePlatform() as other:
        serve(platform, {"/": moved(other.url + "/page")})
        with pytest.raises(Redirected):
            look(platform.url + "/", patience=QUICK)
        assert other.asked == []


@pytest.mark.parametrize(
    ("asked", "target", "same"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("http://a.example/", "https://a.example/", True),
        ("http://a.example/", "https://a.example:8443/", False),
        ("http://a.example:8080/", "https://a.example/", False),
        ("https://a.example/", "http://a.example/", False),  # back to the clear
        ("https://a.example/", "https://www.a.example/", False),
        ("https://a.example/", "https://a.example:444/", False),
        ("http://a.example/", "https://b.example/", False),
    ],
)
def test_which_redirects_stay_on_the_site(asked: str, target: str, same: bool) -> None:
    assert is_same_site(httpx.URL(asked), httpx.URL(target)) is same


def test_a_link_to_another_host_is_not_asked(platform: FakePlatform) -> None:
    with FakePlatform() as other:
        serve(
            platform,
            {
                "/x/": html(
                    f'<link rel="https://api.w.org/" href="{other.url.replace("127.0.0.1", "localhost")}/wp-json/">'
                )
            },
        )
        assert known(platform, "/x/")["wordpress"].url == platform.url + "/"
        assert other.asked == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), Gone),
        (Reply(410), Gone),
        (Reply(500), Unavailable),
        (Reply(429, b"", {"Retry-After": "5"}), Unavailable),
        (Reply(200, b"x" * 1000, cut=True), Unavailable),
        (moved("/"), BadConfig),
    ],
)
def test_what_cannot_be_looked_at_is_told(platform: FakePlatform, reply: Reply, error: type[Exception]) -> None:
    platform.always(reply)
    with pytest.raises(error):
        look(platform.url + "/", patience=QUICK)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.5/", "http://[fd00::1]/", "http://169.254.169.254/latest", "file:///etc/passwd", "x"]
)
def test_a_private_address_is_refused_before_it_is_asked(url: str) -> None:
    with pytest.raises(BadConfig):
        look(url, patience=QUICK)


def test_a_stranger_asks(platform: FakePlatform) -> None:
    """No cookie that the first answer set, no credential, and the name by which every platform knows us."""
    serve(
        platform,
        {"/@a": page("<p>x", **{"Set-Cookie": "id=1"}), "/api/v1/instance": SOCIAL},
    )
    assert set(known(platform, "/@a")) == {"mastodon"}
    for asked in platform.asked:
        assert _is_a_strangers(asked)


def _is_a_strangers(asked: Asked) -> bool:
    names = {name.lower() for name in asked.headers}
    return (
        asked.method == "GET"
        and not names & {"cookie", "authorization"}
        and asked.headers["User-Agent"].startswith("Hallmonitor/")
    )
