"""What the fakes of Google's interfaces share: signing in, tokens that expire, its form of an error, quota, pages.

Written from Google's documentation (OAuth 2.0 for web server apps; the Data API's and Blogger's references and error pages). They
prove nothing about the real ones. Everything is asked over real sockets, by Google's own client library.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from connectors.base import AuthFailed, ConnectorError, Unavailable
from tests.servers.fake import Asked, FakePlatform, Reply, reply_json

PARTS = ("room12.apps.example.test", "hush-client", "1//hush-refresh")
SECRET = ":".join(PARTS)


@dataclass(frozen=True)
class Question:
    """One question to an interface. Parameters that are repeated stand with commas between, as Google takes them too."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


def refusal(code: int, reason: str, **headers: str) -> Reply:
    """An error in Google's form. The message holds what must never be quoted."""
    told = {"message": "hush: words of somebody", "domain": "global", "reason": reason}
    return reply_json({"error": {"code": code, "message": told["message"], "errors": [told]}}, code, **headers)


def refusal_in_details(code: int, status: str, reason: str) -> Reply:
    """An error in the newer form (google.rpc.Status with ErrorInfo)."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}]
    return reply_json({"error": {"code": code, "message": "hush", "status": status, "details": details}}, code)


QUOTA_GONE = refusal(403, "quotaExceeded")
TROUBLES: Mapping[str, tuple[Reply, type[ConnectorError]]] = {
    "quota": (QUOTA_GONE, Unavailable),
    "revoked": (reply_json({"error": "invalid_grant", "error_description": "hush"}, 400), AuthFailed),
    # the first question of all is the sign-in: no page is gone where Google's sign-in is not found
    "404": (reply_json({}, 404), Unavailable),
    "gone": (refusal(404, "notFound"), Unavailable),
}
"""What the contract's cases answer to every question, the sign-in included."""


def options_of(url: str) -> dict[str, object]:
    """What lets a connector speak to a server at another address than Google's."""
    return {"api": url, "sign_in": f"{url}/token"}


class FakeGoogle:
    """Answers for one interface on a `FakePlatform`; `instead(question)` lets a test answer in its place."""

    def __init__(self, platform: FakePlatform) -> None:
        platform.script = self._answer
        self.url = platform.url
        self.options = options_of(platform.url)
        self.asked: list[Question] = []
        self.instead: Callable[[Question], Reply | None] = lambda question: None
        self.revoked = False
        self.signed_in = 0
        self._token = ""

    def expire(self) -> None:
        """Let the access token that is out there expire early."""
        self._token = ""

    def reply(self, question: Question) -> Reply:
        """Answer as the interface does to who is signed in."""
        raise NotImplementedError

    def questions(self, path: str) -> list[Question]:
        """What was asked of one path."""
        return [question for question in self.asked if question.path == path]

    def _answer(self, asked: Asked) -> Reply:
        address = urlsplit(asked.path)
        if address.path == "/token":
            return self._sign_in({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        query = {name: ",".join(values) for name, values in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in asked.headers.items()}
        question = Question(asked.method, address.path, query, headers)
        self.asked.append(question)
        instead = self.instead(question)
        if instead is not None:
            return instead
        if not self._token or headers.get("authorization") != f"Bearer {self._token}":
            return refusal(401, "authError")
        return self.reply(question)

    def _sign_in(self, form: Mapping[str, str]) -> Reply:
        given = tuple(form.get(name, "") for name in ("client_id", "client_secret", "refresh_token"))
        if self.revoked or given != PARTS or form.get("grant_type") != "refresh_token":
            return reply_json(
                {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400
            )
        self.signed_in += 1
        self._token = f"hush-access-{self.signed_in}"
        return reply_json({"access_token": self._token, "expires_in": 3599, "token_type": "Bearer"})


def part_of(items: Sequence[object], token: str, size: int) -> tuple[Sequence[object], str]:
    """One page of a list, with the token of the next. Like any list by offset it moves while comments come and go."""
    start = int(base64.urlsafe_b64decode(token).decode().partition(":")[2]) if token else 0
    following = base64.urlsafe_b64encode(f"from:{start + size}".encode()).decode()
    return items[start : start + size], following if start + size < len(items) else ""


def etagged(body: Mapping[str, object], question: Question) -> Reply:
    """The answer with its ETag, or 304 where it is the one that the client has."""
    unsigned = re.sub(r"\?expire=[^\"]*", "", json.dumps(body, sort_keys=True))
    etag = f'"{hashlib.sha256(unsigned.encode()).hexdigest()[:16]}"'
    if question.headers.get("if-none-match") == etag:
        return Reply(304, b"", {"ETag": etag})
    return reply_json({**body, "etag": etag}, ETag=etag)
