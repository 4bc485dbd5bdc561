"""Reports to Mastodon's moderators, and what breaks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import (
    ActionKind,
    AuthFailed,
    BadConfig,
    Changed,
    CommentState,
    Gone,
    NotAllowed,
    PageAddress,
    Revision,
    Unavailable,
)
from connectors.mastodon import Mastodon
from tests.servers.fake import Asked, Reply, reply_html, reply_json
from tests.servers.mastodon import TOKEN, FakeMastodon, planted
from tests.unit.connectors.volcano import connect, fetched, one


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    with FakeMastodon() as fake, warnings.catch_warnings():
        warnings.simplefilter("error")  # a deprecated call of the library or of the server would warn
        yield fake


def test_a_report_names_the_comment_and_changes_nothing_of_it(server: FakeMastodon) -> None:
    ids = planted(server)
    judged = one(connect(server), ids["nerd"])
    receipt = connect(server).act(judged.id, ActionKind.REPORT, seen=judged.revision)
    (report,) = server.reports
    assert (report["status_ids[]"], report["account_id"], "forward" in report) == ([judged.id], ["2448"], False)
    assert (receipt.state, receipt.revision, receipt.already) == (CommentState.VISIBLE, judged.revision, False)
    assert receipt.detail.endswith("as number 1")
    assert one(connect(server), ids["nerd"]) == judged


def test_only_what_was_judged_is_reported(server: FakeMastodon) -> None:
    ids = planted(server)
    with pytest.raises(Changed):
        connect(server).act(ids["nerd"], ActionKind.REPORT, seen=Revision("0" * 64))
    server.delete(ids["nerd"])
    with pytest.raises(Gone):
        connect(server).act(ids["nerd"], ActionKind.REPORT, seen=Revision("0" * 64))
    assert server.reports == []


@pytest.mark.parametrize("action", [ActionKind.HIDE, ActionKind.REMOVE, ActionKind.SPAM, ActionKind.RESTORE])
def test_what_others_posted_nobody_can_take_away(server: FakeMastodon, action: ActionKind) -> None:
    ids = planted(server)
    with pytest.raises(NotAllowed, match="open the post to report it"):
        connect(server).act(ids["nerd"], action, seen=one(connect(server), ids["nerd"]).revision)


def test_a_report_whose_answer_is_lost_is_not_sent_again_by_itself(server: FakeMastodon) -> None:
    ids = planted(server)
    judged = one(connect(server), ids["nerd"])
    usual = server.platform.script

    def lose(asked: Asked) -> Reply:
        answer = usual(asked)
        return Reply(500) if asked.method == "POST" else answer

    server.platform.script = lose
    with pytest.raises(Unavailable):
        connect(server).act(judged.id, ActionKind.REPORT, seen=judged.revision)
    assert len(server.reports) == 1


def test_without_the_right_to_report_nothing_is_reported(server: FakeMastodon) -> None:
    ids = planted(server)
    server.scopes = ["read"]
    with pytest.raises(NotAllowed):
        connect(server).act(ids["nerd"], ActionKind.REPORT, seen=one(connect(server), ids["nerd"]).revision)


# what breaks

GONE = object()


def change(row: dict[str, object], field: str, value: object) -> None:
    row[field] = value
    if value is GONE:
        del row[field]


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/api/v1/statuses/*/context", "id", 7),
        ("/api/v1/statuses/*/context", "content", 7),
        ("/api/v1/statuses/*/context", "content", None),
        ("/api/v1/statuses/*/context", "created_at", "yesterday"),
        ("/api/v1/statuses/*/context", "created_at", "2026-10-05T15:00:00"),
        ("/api/v1/statuses/*/context", "edited_at", 5),
        ("/api/v1/statuses/*/context", "account", "fern"),
        ("/api/v1/statuses/*/context", "in_reply_to_id", 7),
        ("/api/v1/statuses/*/context", "media_attachments", {}),
        ("/api/v1/statuses/*/context", "replies_count", "1"),
        ("/api/v1/statuses/*/context", "spoiler_text", None),
        ("/api/v1/notifications", "created_at", None),
        ("/api/v1/notifications", "id", 7),
        ("/api/v1/notifications", "type", 7),
        ("/api/v1/notifications", "status", "words"),
        ("/api/v1/notifications", "status", GONE),
        ("/api/v1/statuses/*/context", "in_reply_to_id", GONE),
    ],
)
def test_a_changed_answer_names_its_field_and_quotes_nothing(
    server: FakeMastodon, path: str, field: str, value: object
) -> None:
    planted(server)

    def spoil(asked: str, answer: Any) -> Any:
        if path.endswith("context") and asked.endswith("context"):
            change(answer["descendants"][0], field, value)
        elif asked == path:
            change(answer[0], field, value)
        return answer

    server.spoil = spoil
    with pytest.raises(Unavailable, match=f"`{field}`") as caught:
        fetched(connect(server))
    assert "nerd" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (reply_json({"error": "The access token was revoked"}, 401), AuthFailed),
        (reply_json({"error": "Validation failed"}, 422), AuthFailed),
        (reply_json({"error": "outside the authorized scopes"}, 403), NotAllowed),
        (reply_json({}, 404), Gone),
        (reply_json({}, 503), Unavailable),
        (reply_html(), Unavailable),
        (reply_json([]), Unavailable),
        (Reply(200, b'{"id": "1", "user'), Unavailable),
        (Reply(302, b"", {"Location": "https://elsewhere.example.test/"}), BadConfig),
    ],
)
def test_trouble_is_one_of_the_six_errors_and_shows_no_token(
    server: FakeMastodon, reply: Reply, error: type[Exception]
) -> None:
    server.platform.always(reply)
    for ask in (lambda page: page.check(), fetched, lambda page: list(page.get(["1"]))):
        with pytest.raises(error) as caught:
            ask(connect(server))
        assert TOKEN not in repr(caught.value)


def test_the_limit_of_requests_says_how_long_to_wait(server: FakeMastodon) -> None:
    planted(server)
    server.left = 2
    server.reset_at = f"{datetime.now(UTC) + timedelta(seconds=200):%Y-%m-%dT%H:%M:%S.%fZ}"
    with pytest.raises(Unavailable) as caught:
        fetched(connect(server))
    assert caught.value.retry_after is not None
    assert 150 < caught.value.retry_after <= 200


def test_who_asks_says_so(server: FakeMastodon) -> None:
    planted(server)
    fetched(connect(server))
    fetched(connect(server, contact="mailto:it@district.example"))
    agents = {asked.headers["User-Agent"] for asked in server.platform.asked}
    assert agents == {
        "Hallmonitor/0.1 (+https://hallmonitor.example/contact)",
        "Hallmonitor/0.1 (+mailto:it@district.example)",
    }


@pytest.mark.parametrize(
    ("field", "path", "token", "options"),
    [
        ("url", "/", TOKEN, {}),
        ("url", "/@room12/1234", TOKEN, {}),
        ("url", "/@room12?x=1", TOKEN, {}),
        ("secret", "/@room12", "", {}),
        ("secret", "/@room12", "pyproject.toml/", {}),
        ("options.contact", "/@room12", TOKEN, {"contact": "no address"}),
        ("options.reports", "/@room12", TOKEN, {"reports": "no"}),
    ],
)
def test_what_is_written_wrong_is_named(field: str, path: str, token: str, options: dict[str, object]) -> None:
    with pytest.raises(BadConfig) as caught:
        Mastodon(PageAddress("p", f"https://social.example.test{path}", secret=token, options=options))
    assert caught.value.field == field


def test_a_token_crosses_no_network_in_the_clear() -> None:
    with pytest.raises(BadConfig, match="https"):
        Mastodon(PageAddress("p", "http://social.example.test/@room12", secret=TOKEN))
