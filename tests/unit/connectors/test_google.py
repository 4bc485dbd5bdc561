"""Google's own client on our road: what goes wrong becomes one of our errors, says what to do, and quotes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import google_http
from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, PageAddress, Unavailable
from connectors.deadline import Deadline, until
from connectors.google import Google, moment, number, rows, text
from connectors.google_http import error_of
from tests.servers.fake import FakePlatform, Reply, reply_deep, reply_html, reply_json
from tests.servers.google import QUOTA_GONE, SECRET, FakeGoogle, Question, refusal, refusal_in_details
from tests.unit.connectors.room12 import QUICK


class Plain(FakeGoogle):
    """An interface that answers the same to everything."""

    answer = reply_json({"items": []})

    def reply(self, question: Question) -> Reply:
        return self.answer


@pytest.fixture
def fake(platform: FakePlatform) -> Plain:
    return Plain(platform)


def google(fake: FakeGoogle, **options: object) -> Google:
    address = PageAddress("room12", "https://www.youtube.com/@room12", SECRET, {**fake.options, **options})
    return Google(address, "youtube", "v3", patience=QUICK)


def read(google: Google) -> object:
    return google.ask(google.api.comments().list(part="snippet", id="x"))


def write(google: Google) -> None:
    google.order(google.api.comments().setModerationStatus(id="x", moderationStatus="rejected"))


FAULTS: list[tuple[Reply, type[ConnectorError], int]] = [
    # the answer, the error, how often a read asks
    (refusal(400, "processingFailure"), Unavailable, 1),
    (refusal(401, "authError"), AuthFailed, 3),  # the library signs in anew twice
    (refusal(403, "forbidden"), NotAllowed, 1),
    (refusal(403, "insufficientPermissions"), NotAllowed, 1),
    (refusal_in_details(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), NotAllowed, 1),
    (refusal_in_details(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), NotAllowed, 1),
    (reply_json({"error": 5}, 403), NotAllowed, 1),
    (reply_json([{"error": {"errors": 5}}], 403), NotAllowed, 1),
    (reply_deep(403), NotAllowed, 1),
    (reply_html(403), NotAllowed, 1),
    (refusal(404, "videoNotFound"), Gone, 1),
    (refusal(410, "deleted"), Gone, 1),
    (QUOTA_GONE, Unavailable, 1),
    (refusal(403, "rateLimitExceeded"), Unavailable, 1),
    (refusal_in_details(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"), Unavailable, 1),
    (refusal(500, "backendError"), Unavailable, 2),
    (refusal(503, "backendError", Retry_After="30"), Unavailable, 1),
    (reply_html(), Unavailable, 1),
    (Reply(200, b'{"items": [{"id'), Unavailable, 1),
    (Reply(200, b""), Unavailable, 1),
    (Reply(200, b"\xff\xfe"), Unavailable, 1),
    (reply_deep(), Unavailable, 1),
    (Reply(200, b"9" * 10_000), Unavailable, 1),
    (reply_json([]), Unavailable, 1),
    (Reply(200, b'{"items": []}', cut=True), Unavailable, 2),
    (Reply(302, b"", {"Location": "https://elsewhere.example.test/"}), Unavailable, 1),
    (Reply(304, b""), Unavailable, 1),  # nobody has asked whether something changed
]


@pytest.mark.parametrize(("answer", "error", "asked"), FAULTS)
def test_a_read_that_fails_says_what_to_do(
    fake: Plain, caplog: pytest.LogCaptureFixture, answer: Reply, error: type[ConnectorError], asked: int
) -> None:
    fake.answer = answer
    with caplog.at_level(logging.DEBUG), pytest.raises(error) as caught:
        read(google(fake))
    assert len(fake.asked) == asked
    assert "hush" not in str(caught.value)
    assert caplog.records == [], "Google's library logs the words of an answer"


@pytest.mark.parametrize(
    "answer", [refusal(500, "backendError"), refusal(429, "rateLimitExceeded"), Reply(204, b"", cut=True), QUOTA_GONE]
)
def test_a_write_is_asked_once(fake: Plain, answer: Reply) -> None:
    fake.answer = answer if answer.status != 204 else Reply(200, b"{}  ", cut=True)
    with pytest.raises(Unavailable):
        write(google(fake))
    assert [question.method for question in fake.asked] == ["POST"]


def test_what_is_nested_too_deeply_is_told_as_that(fake: Plain) -> None:
    fake.answer = reply_deep()
    with pytest.raises(Unavailable, match="nested too deeply"):
        read(google(fake))


def test_a_read_gets_over_a_short_trouble(fake: Plain) -> None:
    left = [refusal(500, "backendError")]
    fake.instead = lambda question: left.pop() if left else None
    assert read(google(fake)) == {"items": []}


@pytest.mark.parametrize("word", [{}, [], 5, None])
def test_a_sign_in_that_refuses_in_no_words_is_not_taken_for_revoked(
    fake: Plain, platform: FakePlatform, word: object
) -> None:
    platform.always(reply_json({"error": word}, 400))
    with pytest.raises(Unavailable):
        read(google(fake))


def test_an_access_token_that_expires_early_is_renewed_unseen(fake: Plain) -> None:
    asking = google(fake)
    read(asking)
    fake.expire()
    assert read(asking) == {"items": []}
    assert fake.signed_in == 2


def test_who_we_are_is_said_and_nobody_is_asked_to_make_a_client(fake: Plain) -> None:
    asking = google(fake)
    assert fake.asked == []
    read(asking)
    assert fake.asked[0].headers["user-agent"] == "Hallmonitor/0.1 (+https://hallmonitor.example/contact) (gzip)"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply_json({"error": "invalid_grant", "error_description": "hush"}, 400), AuthFailed),
        (reply_json({"error": "invalid_client"}, 401), AuthFailed),
        (reply_json({"error": "hush"}, 400), Unavailable),
        (reply_json({}, 404), Unavailable),
        (reply_json({}, 503, Retry_After="7"), Unavailable),
        (reply_html(), Unavailable),
        (reply_json({"expires_in": 5}), Unavailable),
        (reply_json({"access_token": "hush", "expires_in": "soon"}), Unavailable),
        (reply_json([]), Unavailable),
        (Reply(302, b"", {"Location": "https://elsewhere.example.test/"}), Unavailable),
    ],
)
def test_a_sign_in_that_fails_is_no_page_that_is_gone(
    platform: FakePlatform, caplog: pytest.LogCaptureFixture, answer: Reply, error: type[ConnectorError]
) -> None:
    fake = Plain(platform)
    platform.always(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(error) as caught:
        write(google(fake))
    assert platform.paths == ["/token"], "nothing is ordered by who is not signed in"
    assert "hush" not in str(caught.value)
    assert caplog.records == []


def test_a_sign_in_changes_nothing_and_an_order_does(platform: FakePlatform) -> None:
    fake = Plain(platform)
    deadline, asking = Deadline.in_seconds(60), google(fake)
    with until(deadline):
        read(asking)
        assert ("/token" in platform.paths, deadline.wrote) == (True, False)
        write(asking)
    assert deadline.wrote


def test_a_revoked_sign_in_says_who_has_to_do_what(fake: Plain) -> None:
    fake.revoked = True
    with pytest.raises(AuthFailed, match=r"invalid_grant.*owner sign in again"):
        read(google(fake))


def test_a_wrong_client_is_not_told_to_sign_in_again(fake: Plain, platform: FakePlatform) -> None:
    platform.always(reply_json({"error": "invalid_client", "error_description": "hush"}, 401))
    with pytest.raises(AuthFailed, match="client id") as caught:
        read(google(fake))
    assert "sign in" not in str(caught.value)


def test_nothing_is_asked_of_another_host(fake: Plain) -> None:
    asking = google(fake)
    request = asking.api.comments().list(part="snippet", id="x")
    request.uri = "http://localhost:9/youtube/v3/comments"
    with pytest.raises(BadConfig):
        asking.ask(request)
    assert fake.asked == []


@pytest.mark.parametrize(
    "options",
    [{"api": 5}, {"api": "ftp://x"}, {"sign_in": "http://10.1.2.3/"}, {"sign_in": "http://elsewhere.example.test/"}],
)
def test_an_address_of_the_private_network_is_for_the_district_to_open(fake: Plain, options: dict[str, object]) -> None:
    with pytest.raises(BadConfig):
        google(fake, **options)
    if "http" in str(options):
        google(fake, **options, allow_private=True)


def error_of_reply(reply: Reply) -> ConnectorError:
    return error_of(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 26, 7, 0, tzinfo=UTC), 1.0),  # 23:00 in Los Angeles
        (datetime(2026, 11, 26, 8, 0, tzinfo=UTC), 24.0),  # midnight
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), 24.0),  # 01:00, and the clocks go back: of a day of 25 hours
        (datetime(2026, 7, 1, 7, 30, tzinfo=UTC), 23.5),
    ],
)
def test_a_quota_that_is_used_up_comes_back_at_midnight_pacific(now: datetime, hours: float) -> None:
    assert google_http.until_midnight(now) == hours * 3600
    error = error_of_reply(QUOTA_GONE)
    assert isinstance(error, Unavailable)
    assert error.retry_after is not None
    assert 0 < error.retry_after <= 25 * 3600


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (refusal(429, "rateLimitExceeded", Retry_After="30"), 30.0),
        (refusal(403, "userRateLimitExceeded", Retry_After="30"), 30.0),
        (refusal(503, "backendError", Retry_After="Fri, 01 Jan 2099 00:00:00 GMT"), 86_400.0),
        (refusal(429, "rateLimitExceeded"), None),
    ],
)
def test_the_wait_that_google_asks_for_is_handed_on(reply: Reply, seconds: float | None) -> None:
    error = error_of_reply(reply)
    assert isinstance(error, Unavailable)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (refusal(403, "insufficientPermissions"), "scope"),
        (refusal_in_details(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), "Google Cloud project"),
        (refusal(403, "forbidden"), "lacks the right"),
    ],
)
def test_a_refusal_says_which_of_the_three_things_is_missing(reply: Reply, what: str) -> None:
    assert what in str(error_of_reply(reply))


@pytest.mark.parametrize(
    ("reader", "row"),
    [
        (text, {}),
        (text, {"a": None}),
        (text, {"a": {}}),
        (text, {"a": {"b": 5}}),
        (text, {"a": "hush"}),
        (number, {"a": {"b": "5"}}),
        (number, {"a": {"b": True}}),
        (moment, {"a": {"b": "soon"}}),
        (moment, {"a": {"b": "2026-10-05T16:00:00"}}),
        (moment, {"a": {"b": 1790000000}}),
        (rows, {"a": {}}),
        (rows, {"a": {"b": ["hush"]}}),
    ],
)
def test_what_is_not_as_google_describes_it_is_named_and_not_quoted(
    reader: Callable[[Any, str], object], row: dict[str, object]
) -> None:
    with pytest.raises(Unavailable, match=r"`a\.b`") as caught:
        reader(row, "a.b")
    assert "hush" not in str(caught.value)
