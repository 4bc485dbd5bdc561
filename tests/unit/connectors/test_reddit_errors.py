"""What goes wrong with Reddit, told in the words of `connectors.base`; no error holds a secret or a word of a comment."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.http import Patience
from tests.servers.fake import Asked, FakePlatform, Reply, reply_deep, reply_html, reply_json
from tests.servers.reddit import APP, LIMIT, PASSWORD, REFRESH, SCRIPT, FakeReddit
from tests.unit.connectors.pond import at, connect, fetched, texts

SIGN_IN = "/api/v1/access_token"
WORDS = "zebra crossing"


def failing(reddit: FakeReddit, secret: str = SCRIPT, **more: Any) -> ConnectorError:
    """Read the page, which fails; whatever the error and those behind it say is looked through."""
    with pytest.raises(ConnectorError) as caught:
        list(connect(reddit, secret, **more).fetch(None))
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    said = f"{error!r} {error}"
    assert not [word for word in (WORDS, PASSWORD, REFRESH, APP.partition(":")[2]) if word in said]
    return error


# signing in


def test_a_refresh_token_signs_in_too(reddit: FakeReddit) -> None:
    reddit.page.say("hello")
    for app in (APP, APP.partition(":")[0] + ":"):  # an installed app has no secret
        assert [len(b.comments) for b in connect(reddit, f"{app}:{REFRESH}").fetch(None)] == [1]


@pytest.mark.parametrize(
    "secret",
    [f"{APP}:hallmonitor_bot:wrong", f"kR2oOnewtpond:wrong:hallmonitor_bot:{PASSWORD}", f"{APP}:wrong-token"],
)
def test_a_wrong_credential_is_told(reddit: FakeReddit, secret: str) -> None:
    error = failing(reddit, secret)
    assert isinstance(error, AuthFailed)
    assert "make a new one" in str(error)
    assert "wrong" not in str(error)


def test_an_expired_token_is_renewed_in_silence_and_a_revoked_one_is_told(reddit: FakeReddit) -> None:
    reddit.page.say("hello")
    page = connect(reddit)
    assert list(page.fetch(None))
    reddit.tokens.clear()
    assert list(page.fetch(None))
    assert reddit.made == 2
    reddit.tokens.clear()
    reddit.before = at(SIGN_IN, reply_json({"error": "invalid_grant"}))
    with pytest.raises(AuthFailed):
        list(page.fetch(None))


def test_a_token_that_lacks_a_scope_names_the_scopes(reddit: FakeReddit) -> None:
    challenge = {"www_authenticate": 'Bearer realm="reddit", error="insufficient_scope"'}
    reddit.before = at("/about/spam", reply_json({"message": "Forbidden", "error": 403}, 403, **challenge))
    error = failing(reddit)
    assert isinstance(error, NotAllowed)
    assert "modposts" in str(error)


def test_nothing_of_the_machine_speaks_for_the_page(
    reddit: FakeReddit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login wren password other\n")
    (tmp_path / "praw.ini").write_text(
        "[DEFAULT]\nrefresh_token=other\npassword=other\nusername=other\n[wren]\nclient_id=other\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("praw_site", "wren")
    monkeypatch.setenv("praw_password", "other")
    monkeypatch.setenv("praw_username", "other")
    connect(reddit, f"{APP}:{REFRESH}").check()
    assert b"refresh_token=" + REFRESH.encode() in reddit.asked[0].body
    assert {asked.headers["Authorization"] for asked in reddit.asked[1:]} == {"bearer token-1"}


# the page


@pytest.mark.parametrize(
    ("type", "kind", "said"),
    [("private", NotAllowed, "private"), ("banned", Gone, "banned"), ("public", NotAllowed, "no moderator")],
)
def test_a_page_that_cannot_be_moderated_says_why(
    reddit: FakeReddit, type: str, kind: type[ConnectorError], said: str
) -> None:
    reddit.page.say(WORDS)
    reddit.page.type = type
    del reddit.page.moderators["hallmonitor_bot"]
    error = failing(reddit)
    assert isinstance(error, kind)
    assert said in str(error)


def test_a_subreddit_that_does_not_exist_is_a_wrong_address(reddit: FakeReddit) -> None:
    reddit.page.name = "Lake"
    page = connect(reddit)
    reddit.page.name = "Pond"
    with pytest.raises(BadConfig, match="there is no r/Lake"):
        page.check()


def test_a_refusal_that_is_nested_too_deeply_is_a_refusal(reddit: FakeReddit) -> None:
    reddit.before = at("/about/spam", reply_deep(403))
    assert isinstance(failing(reddit), NotAllowed)


# limits


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"Retry-After": "30"}, 30, 30),
        ({"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}, 3000, 3600),
        ({"x-ratelimit-reset": "42"}, 42, 42),
        ({"Retry-After": "999999999"}, 86_400, 86_400),
    ],
)
def test_too_many_questions_says_for_how_long_to_wait(
    reddit: FakeReddit, headers: dict[str, str], low: float, high: float
) -> None:
    reddit.before = at("/about/spam", Reply(429, headers=headers))
    error = failing(reddit)
    assert isinstance(error, Unavailable)
    assert error.retry_after is not None
    assert low <= error.retry_after <= high


@pytest.mark.parametrize("reset", ["200", "99999999"])
def test_a_used_up_limit_is_told_and_not_slept_through(reddit: FakeReddit, reset: str) -> None:
    used_up = {**LIMIT, "x_ratelimit_remaining": "0.0", "x_ratelimit_reset": reset}
    reddit.before = at("/api/v1/me", reply_json({"name": "hallmonitor_bot"}, **used_up))
    error = failing(reddit)
    assert isinstance(error, Unavailable)
    assert error.retry_after is not None
    assert min(float(reset), 86_400) - 10 < error.retry_after <= min(float(reset), 86_400)
    assert reddit.questions() == ["/api/v1/me"]


@pytest.mark.parametrize("odd", [{"x_ratelimit_remaining": "5"}, {**LIMIT, "x_ratelimit_used": "many"}])
def test_limits_that_cannot_be_read_break_no_good_answer(reddit: FakeReddit, odd: dict[str, str]) -> None:
    reddit.before = at("/api/v1/me", reply_json({"name": "hallmonitor_bot"}, **odd))
    assert fetched(reddit) == []


# the line


@pytest.mark.parametrize("reply", [Reply(500), Reply(503), Reply(520), Reply(cut=True, body=b"{}" * 9)])
def test_a_read_that_fails_once_is_asked_again_and_nothing_is_logged(
    reddit: FakeReddit, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    reddit.page.say("hello")
    reddit.before = at("/comments", reply, times=1)
    with caplog.at_level(logging.INFO):
        assert texts(reddit) == ["hello"]
    assert reddit.questions().count("/r/Pond/comments") == 2
    assert caplog.records == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500), "answered 500"),
        (Reply(503, headers={"Retry-After": "9"}), "answered 503"),
        (reply_html(), "web page"),
        (reply_deep(), "nested too deeply"),
        (Reply(body=b'{"kind": "Listing", "da', headers={"Content-Type": "application/json"}), "half of an answer"),
        (Reply(cut=True, body=b"{}" * 99), "cannot be reached"),
        (Reply(418), "answered 418"),
        (Reply(301, headers={"Location": "https://elsewhere.example/"}), "redirects elsewhere"),
        (Reply(307, headers={"Location": "https://elsewhere.example/"}), "answered 307"),
        (Reply(302), "location"),
    ],
)
def test_a_platform_in_disorder_is_unavailable(reddit: FakeReddit, reply: Reply, said: str) -> None:
    reddit.before = at("/about/spam", reply)
    error = failing(reddit)
    assert isinstance(error, Unavailable)
    assert said in str(error)


def test_a_redirect_takes_the_password_nowhere(reddit: FakeReddit, platform: FakePlatform) -> None:
    for status in (301, 302, 307, 308):
        reddit.before = at(SIGN_IN, Reply(status, headers={"Location": f"{platform.url}{SIGN_IN}"}))
        assert isinstance(failing(reddit), Unavailable)
    assert platform.asked == []


@pytest.mark.parametrize("reply", [Reply(pause=2), Reply(drip=0.05, body=b"{" + b" " * 60 + b"}")])
def test_an_answer_that_does_not_come_is_not_waited_for(reddit: FakeReddit, reply: Reply) -> None:
    reddit.before = at("/api/v1/me", reply)
    error = failing(reddit, patience=Patience(connect=5, read=0.5, whole=1, pauses=()))
    assert isinstance(error, Unavailable)
    assert "answer" in str(error)


# a new form of answer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, None) for field in ("id", "body", "created_utc", "link_id", "parent_id")),
        *((field, 7) for field in ("id", "body", "link_id", "parent_id", "banned_by", "media_metadata")),
        ("created_utc", "yesterday"),
        ("created_utc", 1e300),
        ("created_utc", True),
        ("edited", "yes"),
        ("id", "ABC"),
        ("link_id", "t1_x"),
        ("media_metadata", {"a": 7}),
        *((field, ...) for field in ("body", "author", "subreddit", "created_utc", "edited", "banned_by", "link_id")),
    ],
)
def test_a_changed_field_is_named_and_no_comment_is_skipped(reddit: FakeReddit, field: str, value: object) -> None:
    said = reddit.page.say(WORDS)
    thing = reddit.page.shown(said, reddit.account)
    thing["data"] = {key: v for key, v in thing["data"].items() if key != field} | (
        {} if value is ... else {field: value}
    )
    listing = {"kind": "Listing", "data": {"after": None, "children": [thing]}}
    reddit.before = at("/r/Pond/comments", reply_json(listing))
    error = failing(reddit)
    assert isinstance(error, Unavailable)
    assert f"field {field} " in str(error)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"kind": "Listing", "data": {"after": None}}, "children"),
        ({"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"id": "p1"}}]}}, "after"),
        ({"kind": "Listing", "data": {"after": None, "children": [{"kind": "t9", "data": {"body": WORDS}}]}}, "kind"),
        ({"kind": "Listing", "data": {"after": None, "children": 7}}, "new form"),
        (
            {"kind": "Listing", "data": {"after": None, "children": [{"kind": "t1", "data": {"author": ""}}]}},
            "new form",
        ),
        ({"kind": "Listing", "data": None}, "children"),
        ([], "new form"),
        ({}, "new form"),
        ("hello", "after"),
        (7, "new form"),
    ],
)
def test_a_list_of_another_form_is_unavailable(reddit: FakeReddit, answer: object, said: str) -> None:
    reddit.before = at("/r/Pond/comments", Reply(body=json.dumps(answer).encode()))
    error = failing(reddit)
    assert isinstance(error, Unavailable)
    assert said in str(error)


def test_a_sign_in_of_another_form_is_unavailable(reddit: FakeReddit) -> None:
    reddit.before = at(SIGN_IN, reply_json({"token": "x"}))
    assert "expires_in" in str(failing(reddit))
    reddit.before = at("/api/v1/me", reply_json({"id": "x"}))
    assert isinstance(failing(reddit), Unavailable)


def test_a_post_without_a_count_is_named(reddit: FakeReddit) -> None:
    post = reddit.page.shown_post(reddit.page.posts["p1"])
    del post["data"]["num_comments"]
    reddit.before = at("/r/Pond/new", reply_json({"kind": "Listing", "data": {"after": None, "children": [post]}}))
    assert "num_comments" in str(failing(reddit))


def test_each_question_says_who_asks(reddit: FakeReddit) -> None:
    def agent(asked: Asked) -> str:
        return asked.headers["User-Agent"]

    connect(reddit).check()
    connect(reddit, contact="u/Ms_Heron").check()
    assert agent(reddit.asked[0]).startswith(
        "Hallmonitor/0.1 (+https://hallmonitor.example/contact; python:hallmonitor:0.1 by /u/hallmonitor_bot) PRAW/8"
    )
    assert "by /u/Ms_Heron)" in agent(reddit.asked[-1])
