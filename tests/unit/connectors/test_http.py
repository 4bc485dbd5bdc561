from __future__ import annotations

import gzip
import logging
import time
from datetime import UTC, datetime

import httpx
import pytest

from connectors import http_answers
from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.http import Patience, RestClient
from connectors.http_limits import MAX_WAIT_S, retry_after, until_reset
from tests.servers.fake import FakePlatform, Reply, reply_deep, reply_html, reply_json
from tests.servers.fixtures import free_port

QUICK = Patience(connect=1, read=0.3, whole=0.6, pauses=(0.01, 0.01))
LOGIN = ("wren", "four words of password")


def client(platform: FakePlatform, *, login: tuple[str, str] | None = LOGIN) -> RestClient:
    return RestClient(platform.url, login=login, patience=QUICK)


FAULTS: list[tuple[Reply, type[ConnectorError], int]] = [
    # the answer, the error, how often a read asks
    (reply_html(), Unavailable, 1),
    (reply_html(404), Gone, 1),
    (reply_html(403), NotAllowed, 1),
    (Reply(200, b"<html>without a content type"), Unavailable, 1),
    (reply_json({"code": "rest_not_logged_in"}, 401), AuthFailed, 1),
    (reply_json({}, 403), NotAllowed, 1),
    (reply_json({}, 404), Gone, 1),
    (reply_json({}, 410), Gone, 1),
    (reply_json({}, 501), NotAllowed, 1),
    (reply_json({}, 400), Unavailable, 1),
    (reply_json({}, 418), Unavailable, 1),
    (reply_json({}, 304), Unavailable, 1),
    (reply_json({}, 429), Unavailable, 1),
    (reply_json({}, 429, Retry_After="30"), Unavailable, 1),
    (reply_json({}, 503, Retry_After="30"), Unavailable, 1),
    (reply_json({}, 500), Unavailable, 3),
    (reply_json({}, 502), Unavailable, 3),
    (reply_json({}, 503), Unavailable, 3),
    (Reply(200, b'[{"id": 1}, {"id'), Unavailable, 1),
    (Reply(200, b""), Unavailable, 1),
    (Reply(200, b"\xff\xfe\xff"), Unavailable, 1),
    (Reply(200, b"[" * 100_000), Unavailable, 1),
    (Reply(200, b"9" * 10_000), Unavailable, 1),
    (Reply(200, b'{"id": 1}', cut=True), Unavailable, 3),
    (Reply(200, b"no gzip at all", {"Content-Encoding": "gzip"}), Unavailable, 3),
    (Reply(200, b"{}", pause=1), Unavailable, 1),
    (Reply(200, b"[" + b" " * 40 + b"]", drip=0.05), Unavailable, 1),
]


@pytest.mark.parametrize(("reply", "error", "asked"), FAULTS)
def test_a_read_that_fails_says_what_to_do(
    platform: FakePlatform, reply: Reply, error: type[ConnectorError], asked: int
) -> None:
    platform.always(reply)
    with pytest.raises(error) as caught:
        client(platform).read(platform.url + "/comments")
    assert len(platform.asked) == asked
    assert "127.0.0.1" in str(caught.value)
    assert LOGIN[1] not in str(caught.value)


@pytest.mark.parametrize(("reply", "error", "_asked"), FAULTS)
def test_a_write_is_never_repeated(
    platform: FakePlatform, reply: Reply, error: type[ConnectorError], _asked: int
) -> None:
    platform.always(reply)
    with pytest.raises(error):
        client(platform).write("POST", platform.url + "/comments/1", body={"status": "hold"})
    assert len(platform.asked) == 1


def test_a_read_gets_over_a_short_trouble(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 500), Reply(200, b"{}  ", cut=True), reply_json([{"id": 1}], X_WP_Total="1"))
    answer = client(platform).read(platform.url + "/comments")
    assert answer.rows() == [{"id": 1}]
    assert answer.headers["x-wp-total"] == "1"


def test_what_is_nested_too_deeply_is_told_as_that(platform: FakePlatform) -> None:
    platform.always(reply_deep())
    with pytest.raises(Unavailable, match="nested too deeply"):
        client(platform).read(platform.url + "/comments")


def test_what_cannot_be_sent_is_no_accident(platform: FakePlatform) -> None:
    platform.always(reply_json([]))
    with pytest.raises(Unavailable, match="cannot be sent"):
        client(platform).look(platform.url, headers={"If-None-Match": '"caf\xe9"'})
    with pytest.raises(Unavailable, match="cannot be sent"):
        client(platform).hand_in("POST", platform.url, {"Cookie": "a=\u20ac"}, b"")
    assert platform.asked == []


def test_a_server_that_is_down_is_unavailable() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    down = RestClient(url, patience=QUICK)
    with pytest.raises(Unavailable, match="cannot be reached"):
        down.read(url)
    with pytest.raises(Unavailable, match="cannot be reached"):
        down.write("POST", url)


def test_a_certificate_that_is_not_valid_is_named() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired")

    strict = RestClient("https://blog.example.test", transport=httpx.MockTransport(refuse))
    with pytest.raises(Unavailable, match="certificate"):
        strict.read("https://blog.example.test/")


def test_an_answer_is_read_up_to_the_limit_only(platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "MAX_ANSWER", 1000)
    platform.always(Reply(200, b"[" + b" " * 998 + b"]"))
    assert client(platform).read(platform.url).rows() == []
    for body, headers in [
        (b"[" + b" " * 999 + b"]", {}),
        (gzip.compress(b"[" + b" " * 5_000_000 + b"]"), {"Content-Encoding": "gzip"}),
    ]:
        platform.always(Reply(200, body, headers))
        with pytest.raises(Unavailable, match="more than 1000 bytes"):
            client(platform).read(platform.url)


def test_a_packed_answer_is_unpacked_once(platform: FakePlatform) -> None:
    platform.always(Reply(200, gzip.compress(b'{"id": 1}'), {"Content-Encoding": "gzip"}))
    assert client(platform).read(platform.url).row() == {"id": 1}


@pytest.mark.parametrize("data", [None, 1, "row", [], [{}]])
def test_an_answer_of_another_shape_is_no_row(platform: FakePlatform, data: object) -> None:
    platform.always(reply_json(data))
    with pytest.raises(Unavailable):
        client(platform).read(platform.url).row()


@pytest.mark.parametrize("data", [None, 1, "row", {}, [1], [{}, None]])
def test_an_answer_of_another_shape_is_no_list_of_rows(platform: FakePlatform, data: object) -> None:
    platform.always(reply_json(data))
    with pytest.raises(Unavailable):
        client(platform).read(platform.url).rows()


def test_an_anonymous_question_carries_neither_password_nor_cookie(platform: FakePlatform) -> None:
    platform.always(reply_json({}, Set_Cookie="session=1; Path=/"))
    asking = client(platform)
    asking.read(platform.url)
    asking.read(platform.url, anonymous=True)
    first, second = platform.asked
    assert "Authorization" in first.headers
    assert not {"Authorization", "Cookie"} & second.headers.keys()


def test_an_error_quotes_the_platforms_word_only_when_it_is_one(platform: FakePlatform) -> None:
    for code, shown in [("rest_forbidden", True), ("Marcus lives at 5 Elm", False), (7, False), (None, False)]:
        platform.always(reply_json({"code": code, "message": "Marcus lives at 5 Elm"}, 403))
        with pytest.raises(NotAllowed) as caught:
            client(platform).read(platform.url)
        assert ("(" in str(caught.value)) is shown
        assert "Marcus" not in str(caught.value)
    platform.always(reply_json(["Marcus"], 403))
    with pytest.raises(NotAllowed) as caught:
        client(platform).read(platform.url)
    assert "Marcus" not in str(caught.value)


NOW = datetime(2025, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5000, None),
        ("Thu, 99 May 2025 12:00:30 GMT", None),
        ("2025-05-01T12:00:30Z", None),
        ("Thu, 01 May 2025 12:00:30 -0000", None),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("9999999999", 86_400.0),
        ("Thu, 01 May 2025 12:00:30 GMT", 30.0),
        ("Thu, 01 May 2025 11:00:00 GMT", 0.0),
        ("Fri, 01 May 2099 11:00:00 GMT", 86_400.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_wait_that_the_platform_asks_for_is_handed_on_at_once(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 503, Retry_After="3600"))
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        client(platform).read(platform.url)
    assert caught.value.retry_after == 3600
    assert time.monotonic() - began < 5


def test_a_platform_that_names_the_time_of_its_limit_is_waited_for(platform: FakePlatform) -> None:
    for reset, wait in [
        ("2025-05-01T12:03:20.000000Z", 200.0),
        ("2025-05-01T11:00:00Z", 0.0),
        ("375", 375.0),
        ("", None),
    ]:
        assert until_reset(reset, NOW) == wait
    platform.always(reply_json({}, 429, X_RateLimit_Reset="2099-01-01T00:00:00Z"))
    with pytest.raises(Unavailable) as caught:
        client(platform).read(platform.url)
    assert caught.value.retry_after == MAX_WAIT_S


def test_whatever_an_answer_is_written_in_can_be_looked_at(platform: FakePlatform) -> None:
    platform.always(Reply(200, b"<rss/>", {"Content-Type": "text/xml", "ETag": '"1"'}))
    seen = client(platform).look(platform.url, headers={"Accept": "text/xml"})
    assert (seen.content, seen.headers["etag"], platform.asked[0].headers["Accept"]) == (b"<rss/>", '"1"', "text/xml")
    platform.always(Reply(304, b""))
    assert client(platform).look(platform.url, headers={"If-None-Match": '"1"'}).status_code == 304
    with pytest.raises(Unavailable):
        client(platform).look(platform.url)
    with pytest.raises(BadConfig, match="alone"):
        client(platform).look("https://elsewhere.example.test/")


def test_a_body_of_somebody_else_is_handed_in_once_and_unchanged(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 500))
    with pytest.raises(Unavailable):
        client(platform).hand_in("POST", platform.url, {"Content-Type": "text/plain", "X-Mine": "1"}, b"a=b")
    (asked,) = platform.asked
    assert (asked.body, asked.headers["Content-Type"], asked.headers["X-Mine"]) == (b"a=b", "text/plain", "1")


def test_no_address_is_logged(platform: FakePlatform, caplog: pytest.LogCaptureFixture) -> None:
    platform.always(reply_json({}, 500))
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable):
        client(platform).read(platform.url + "/comments/1?author=marcus")
    assert caplog.records == []
