"""Which addresses the client speaks to, and where it lets itself be sent."""

from __future__ import annotations

import httpx
import pytest

from connectors.base import BadConfig, Unavailable
from connectors.http import RestClient
from connectors.http_addresses import checked_url
from tests.servers.fake import Asked, FakePlatform, Reply, reply_json
from tests.unit.connectors.test_http import LOGIN, client


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("http://elsewhere.example.test/comments?a=1", "redirects to elsewhere.example.test"),
        ("//elsewhere.example.test/comments?a=1", "redirects to elsewhere.example.test"),
        ("http://169.254.169.254/latest", "redirects to 169.254.169.254"),
        ("http://[::1]/comments?a=1", "redirects to ::1"),
        ("http://localhost/comments?a=1", "redirects to localhost"),
        ("/wp-login.php", "redirects elsewhere"),
        ("/comments/", "redirects elsewhere"),
        ("/comments/?a=2", "redirects elsewhere"),
        ("http://127.0.0.1:1/comments?a=1", "redirects elsewhere"),
        ("https://127.0.0.1:443/other?a=1", "redirects elsewhere"),
        ("ftp://127.0.0.1/comments?a=1", "redirects elsewhere"),
        ("file:///etc/passwd", "redirects to no web address"),
        ("http://[broken", "redirects to"),
        ("/comments?a=1", "in a circle"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_another_place_is_not_followed(
    platform: FakePlatform, location: str, named: str, status: int
) -> None:
    platform.always(Reply(status, b"", {"Location": location}))
    with pytest.raises(BadConfig, match=named) as caught:
        client(platform).read(platform.url + "/comments", {"a": 1})
    assert caught.value.field == "url"
    assert {asked.path for asked in platform.asked} == {"/comments?a=1"}
    with pytest.raises(BadConfig):
        client(platform).write("POST", platform.url + "/comments", {"a": 1})
    assert platform.asked[-1].method == "POST"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:port/", "http://[::1", "http://[::1]]/", "http://xn--/", "http://xn--a-ecp.ru/", "http://\xad/", "http://\u2603/",
        "http://\uff11/", "mailto:wren@example.test", "javascript:1", "\xff\xfe", "h\x7ft", "//[", "http://" + "a" * 70_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 302])
def test_no_redirect_can_break_the_client(location: str, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=[(b"Location", location.encode())], content=b"{}")

    asking = RestClient("https://blog.example.test", transport=httpx.MockTransport(answer))
    if status == 200:
        assert asking.read("https://blog.example.test/x").row() == {}
        return
    with pytest.raises((BadConfig, Unavailable)):
        asking.read("https://blog.example.test/x")
    with pytest.raises((BadConfig, Unavailable)):
        asking.write("POST", "https://blog.example.test/x")


def test_no_password_is_sent_to_another_host(platform: FakePlatform) -> None:
    with FakePlatform() as thief:
        platform.always(Reply(302, b"", {"Location": thief.url + "/comments"}))
        with pytest.raises(BadConfig):
            client(platform).read(platform.url + "/comments")
        with pytest.raises(BadConfig, match="alone"):
            client(platform).read(thief.url + "/comments")
        with pytest.raises(BadConfig, match="alone"):
            client(platform).write("POST", thief.url + "/comments")
        assert thief.asked == []


def test_a_slash_at_the_end_is_followed(platform: FakePlatform) -> None:
    def slash(asked: Asked) -> Reply:
        there = asked.path == "/wp-json/?a=1"
        return reply_json({"ok": 1}) if there else Reply(301, b"", {"Location": "/wp-json/?a=1"})

    platform.script = slash
    assert client(platform).read(platform.url + "/wp-json", {"a": 1}).row() == {"ok": 1}
    assert [asked.headers.get("Authorization", "")[:5] for asked in platform.asked] == ["Basic", "Basic"]


def test_https_instead_of_http_is_followed_and_never_back() -> None:
    asked = []

    def upgrade(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        other = "https" if request.url.scheme == "http" else "http"
        if len(asked) == 2:
            return httpx.Response(200, json={})
        return httpx.Response(308, headers={"Location": f"{other}://feed.example.test/x"})

    RestClient("http://feed.example.test", transport=httpx.MockTransport(upgrade)).read("http://feed.example.test/x")
    assert asked == ["http://feed.example.test/x", "https://feed.example.test/x"]
    asked.clear()
    safe = RestClient("https://feed.example.test", transport=httpx.MockTransport(upgrade))
    with pytest.raises(BadConfig):
        safe.read("https://feed.example.test/x")


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "blog.example.test", "//blog.example.test", "ftp://blog.example.test", "file:///etc/passwd", "https://",
        "https://[broken", "https://xn--/", "https://xn--a-ecp.ru/", "https://blog..example.test/", "https://.blog.test",
        "https://" + "a" * 64 + ".test/",
        "https://\xad/", "https://\ud83d/", "https://blog.example.test:99999", "https://wren:pw@blog.example.test", "https://10.0.0.8/",
        "https://192.168.1.4", "https://169.254.169.254/", "https://[fe80::1]/", "https://[fd00::1]/", "https://0.0.0.0/",
        "javascript:alert(1)", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "https://bl\x00og.test",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_spoken_to_is_refused(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        checked_url(url)
    assert caught.value.field == "url"
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example.test/x",
        "http://localhost:8",
        "http://127.0.0.1",
        "https://8.8.8.8",
        "https://4d.example.test",
        "https://[::1]/",
    ],
)
def test_an_address_that_may_be_spoken_to_is_taken(url: str) -> None:
    assert checked_url(url).host


def test_a_private_host_needs_the_districts_word() -> None:
    assert checked_url("https://10.0.0.8/", allow_private=True).host == "10.0.0.8"


def test_a_password_that_cannot_be_sent_is_told_and_not_quoted() -> None:
    """An environment in another encoding than UTF-8 brings signs that are none."""
    with pytest.raises(BadConfig) as caught:
        RestClient("https://blog.example.test", login=("wren", "pw\udcff"))
    assert caught.value.field == "secret"
    assert "pw" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "allow_private", "taken"),
    [
        ("http://blog.example.test", False, False),
        ("http://127.0.0.1.example.test", False, False),
        ("http://localhost.example.test", False, False),
        ("http://8.8.8.8", False, False),
        ("http://blog.example.test", True, True),
        ("http://localhost:8000", False, True),
        ("http://127.0.0.2:8000", False, True),
        ("http://[::1]:8000", False, True),
        ("https://blog.example.test", False, True),
    ],
)
def test_a_password_never_crosses_the_network_in_the_clear(url: str, allow_private: bool, taken: bool) -> None:
    RestClient(url, allow_private=allow_private)
    if taken:
        RestClient(url, login=LOGIN, allow_private=allow_private)
        return
    with pytest.raises(BadConfig, match="in the clear"):
        RestClient(url, login=LOGIN, allow_private=allow_private)
