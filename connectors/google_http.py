"""The road on which Google's own client library speaks: one that keeps the rules of `connectors.http`.

`build(http=...)` takes "httplib2.Http or something that acts like it". httplib2 itself repeats a write whose answer is lost,
knows no limit of size or of whole time, and follows redirects (read in 0.32): so here is something that acts like it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httplib2
import httpx
from google.auth.exceptions import GoogleAuthError, RefreshError

from connectors.base import AuthFailed, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.deadline import signing_in
from connectors.http import Patience, RestClient
from connectors.http_again import asked_again
from connectors.http_budget import Pace
from connectors.http_limits import retry_after

for _library in ("googleapiclient", "google.auth", "google.oauth2", "google_auth_httplib2"):
    # at WARNING the first writes answers of 403, at DEBUG all of them write addresses and tokens
    logging.getLogger(_library).setLevel(logging.CRITICAL)

PACIFIC = ZoneInfo("America/Los_Angeles")

QUOTA = frozenset({"quotaexceeded", "dailylimitexceeded", "dailylimitexceededunreg"})
RATE = frozenset({"ratelimitexceeded", "userratelimitexceeded", "rate_limit_exceeded", "resource_exhausted"})
SCOPE = frozenset({"insufficientpermissions", "access_token_scope_insufficient"})
SWITCHED_OFF = frozenset({"accessnotconfigured", "service_disabled"})
REVOKED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "deleted_client", "access_denied"})

Headers = Mapping[str, str]


class NotModified(Exception):
    """The answer is the one whose ETag was sent along. Never leaves a connector."""


class Forbidden(NotAllowed):
    """A 403, with Google's own words for it, in small letters."""

    def __init__(self, message: str, reasons: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.reasons = reasons


class Acting(Protocol):
    """What acts like `httplib2.Http`."""

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Headers | None = None,
        **_: object,
    ) -> tuple[httplib2.Response, bytes]:
        """Ask once, and hand on every status."""
        ...


class _Host(RestClient):
    """One host, whose every status is an answer for the caller to read; no redirect is followed."""

    def exchange(self, method: str, url: str, headers: Headers, body: bytes | str | None) -> httpx.Response:
        request = self._request(method, url, headers=headers, content=body)
        return self._send(request, anonymous=True)  # Google's library has put its own authorisation in


class Road:
    """Acts like `httplib2.Http`, to the two hosts of one service: its interface and its sign-in.

    Reads are tried again over a hiccup of the network, writes never.
    """

    def __init__(
        self, api: str, sign_in: str, *, allow_private: bool, agent: str, pace: Pace, patience: Patience | None
    ) -> None:
        self._patience = patience or Patience()
        self._api = _Host(api, allow_private=allow_private, patience=self._patience, pace=pace)
        one = urlsplit(sign_in)[:2] == urlsplit(api)[:2]
        self._tokens = (
            self._api if one else _Host(sign_in, allow_private=allow_private, patience=self._patience, pace=pace)
        )
        self._sign_in = sign_in
        self._agent = agent

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Headers | None = None,
        **_: object,
    ) -> tuple[httplib2.Response, bytes]:
        """Ask once, or a few times for a read. Raises `Unavailable` and `BadConfig` alone; a bad status is an answer."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent.pop("content-length", None)
        sent["user-agent"] = f"{self._agent} {sent.get('user-agent', '')}".rstrip()
        if uri == self._sign_in:  # a POST, which changes nothing
            with signing_in():
                response = self._again(self._tokens, method, uri, sent, body)
            if response.status_code not in (200, 400):  # over some of these Google's library would sleep and ask again
                raise _sign_in_trouble(response)
        elif method == "GET":
            response = self._again(self._api, method, uri, sent, body)
        else:
            response = self._api.exchange(method, uri, sent, body)
        told = httplib2.Response({**response.headers, "status": str(response.status_code)})
        return told, response.content

    def _again(self, host: _Host, method: str, uri: str, headers: Headers, body: bytes | str | None) -> httpx.Response:
        return asked_again(
            lambda: host.exchange(method, uri, headers, body), self._patience.pauses, unless=_is_an_answer
        )


def _is_an_answer(response: httpx.Response) -> bool:
    return response.status_code < 500 or "retry-after" in response.headers


class Checked:
    """Turns whatever went wrong into our errors before the library reads it: it would log the words of an answer."""

    def __init__(self, authorized: Acting) -> None:
        self._authorized = authorized

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Headers | None = None,
        **_: object,
    ) -> tuple[httplib2.Response, bytes]:
        """Ask. Raises the errors of `connectors.base`, and `NotModified`."""
        try:
            response, content = self._authorized.request(uri, method, body, headers)
        except RefreshError as error:
            raise _sign_in_error(error) from None
        except (GoogleAuthError, ValueError, TypeError, LookupError, AttributeError):
            raise Unavailable("Google's sign-in answers with something unexpected; try again later") from None
        if response.status == 304 and "if-none-match" in {name.lower() for name in headers or {}}:
            raise NotModified
        if not 200 <= response.status < 300:
            raise error_of(response.status, response, content)
        return response, content


def error_of(status: int, headers: Headers, content: bytes) -> ConnectorError:
    """What a bad status means. Google's reasons are read, and quoted where they are one plain word."""
    words = list(_words(content))
    reasons = frozenset(word.lower() for word in words)
    what = f"Google answered {status}" + (f" ({words[0]})" if words else "")
    wait = retry_after(headers.get("retry-after", ""), datetime.now(UTC))
    if status in (403, 429) and reasons & QUOTA:
        until = wait if wait is not None else until_midnight(datetime.now(UTC))
        return Unavailable(
            f"{what}: the project's quota of today is used up; it begins anew at midnight Pacific", until
        )
    if status == 429 or (status == 403 and reasons & RATE):
        return Unavailable(f"{what}: too many questions; try again later", wait)
    if status == 401:
        return AuthFailed(f"{what}: it does not accept the sign-in; let the page's owner sign in again")
    if status == 403:
        return Forbidden(f"{what}: {_missing(reasons)}", reasons)
    if status in (404, 410):
        return Gone(f"{what}: it is not there any more")
    if 300 <= status < 400:
        return Unavailable(f"{what}: it redirects elsewhere, which is not followed; try again later")
    why = ": it is in trouble itself" if status >= 500 else ""
    return Unavailable(f"{what}{why}; try again later", wait)


def _missing(reasons: frozenset[str]) -> str:
    if reasons & SCOPE:
        return "the sign-in lacks the scope that connectors/README.md names; sign in again and allow it"
    if reasons & SWITCHED_OFF:
        return "the interface is switched off in the Google Cloud project; switch it on under APIs & Services, Library"
    return "the account lacks the right to do this"


def _words(content: bytes) -> Iterator[str]:
    """Google's reasons, in its older form (`errors`) and its newer one (`details`, `status`)."""
    try:
        error = json.loads(content)["error"]
        told = [*error.get("errors", ()), *error.get("details", ())]
        found = [each.get("reason") for each in told] + [error.get("status")]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return
    yield from (word for word in found if isinstance(word, str) and re.fullmatch(r"[A-Za-z_]{1,60}", word))


def until_midnight(now: datetime) -> float:
    """Seconds until the quotas of Google begin anew: midnight in California."""
    local = now.astimezone(PACIFIC)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), PACIFIC)
    return (tomorrow - now).total_seconds()  # both are moments: a change of the clocks counts


def _sign_in_trouble(response: httpx.Response) -> ConnectorError:
    if response.status_code == 401:  # `invalid_client`: signing in again would not help
        return AuthFailed(
            "Google does not know the client id, or the client secret is not its own; copy both once more from the Google Cloud"
            " console (APIs & Services, Credentials)"
        )
    error = error_of(response.status_code, response.headers, response.content)
    if isinstance(error, Gone):  # no page is gone by that
        return Unavailable(f"Google's sign-in answered {response.status_code}; try again later")
    return error


def _sign_in_error(error: RefreshError) -> ConnectorError:
    told = error.args[1] if len(error.args) > 1 else None
    word = told.get("error") if isinstance(told, dict) else None
    if not isinstance(word, str) or word not in REVOKED:
        return Unavailable("Google's sign-in does not answer as it should; try again later")
    return AuthFailed(
        f"Google no longer accepts the sign-in ({word}): it was revoked, has expired, or belongs to another client;"
        " let the page's owner sign in again (an app that is still `in testing` signs out after 7 days)"
    )
