"""A small polite HTTP client: for platforms that answer in JSON, and below it for whatever else they answer in.

It speaks to one host only, follows no redirect to another place, repeats reads and never writes, reads no more than
an answer may hold, and turns whatever goes wrong into the errors of `connectors.base`. It writes no log.
"""

from __future__ import annotations

import json
import logging
import re
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.http_addresses import checked_url as checked_url  # also for those who ask by other means
from connectors.http_addresses import is_loopback as is_loopback
from connectors.http_agent import AGENT

MAX_ANSWER = 20 * 1024 * 1024
"""Bytes, unpacked: 100 comments of the longest kind take 7 MB."""

MAX_WAIT_S = 86_400.0
"""No platform may ask for more than a day of silence: a page is read daily at least."""

for _library in ("httpx", "httpcore"):  # they write every address at INFO, and an address says who was looked at
    logging.getLogger(_library).setLevel(logging.WARNING)

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 3
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
UNPACKED = frozenset({b"content-encoding", b"transfer-encoding"})
"""Headers that are no longer true of a body that was read whole."""

Row = Mapping[str, object]
"""One JSON object."""

Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds. `pauses` are the waits between the tries of a read."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 90.0
    pauses: tuple[float, ...] = (0.2, 0.8)


class Hiccup(Unavailable):
    """A network error or a 5xx: a read may be tried again at once."""


class Refused(Unavailable):
    """A 4xx that means something else on each platform: its connector may know what."""


class NotJson(Unavailable):
    """The answer is no JSON: a web page, or half of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON and its headers."""

    data: object
    headers: Mapping[str, str]

    def row(self) -> Row:
        """Give the answer as one object. Raises `Unavailable` when it is something else."""
        if not isinstance(self.data, dict):
            raise Unavailable("the platform answered with something other than one object; try again later")
        return self.data

    def rows(self) -> list[Row]:
        """Give the answer as a list of objects. Raises `Unavailable` when it is something else."""
        if not isinstance(self.data, list) or not all(isinstance(row, dict) for row in self.data):
            raise Unavailable("the platform answered with something other than a list; try again later")
        return self.data


class RestClient:
    """Speaks to the host of `url`, with a name and password where `login` is given.

    Raises:
        BadConfig: `url` is no address that may be spoken to (see `checked_url`), or a password would cross
            the network in the clear.

    """

    def __init__(
        self,
        url: str,
        *,
        login: tuple[str, str] | None = None,
        allow_private: bool = False,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        agent: str = AGENT,
    ) -> None:
        self._home = checked_url(url, allow_private=allow_private)
        if login and self._home.scheme != "https" and not (allow_private or is_loopback(self._home.host)):
            raise BadConfig("url", "must begin with https://, or the password would cross the network in the clear")
        self._auth = httpx.BasicAuth(*login) if login else None
        self._patience = patience or Patience()
        timeout = httpx.Timeout(self._patience.read, connect=self._patience.connect)
        self._client = httpx.Client(timeout=timeout, transport=transport, headers={"User-Agent": agent})
        weakref.finalize(self, self._client.close)

    def read(self, url: str, params: Params | None = None, *, anonymous: bool = False) -> Answer:
        """GET; network errors and 5xx are tried again a few times. Raises the errors of `connectors.base`."""
        return answer_of(self.look(url, params, anonymous=anonymous))

    def look(
        self,
        url: str,
        params: Params | None = None,
        *,
        anonymous: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """As `read`, whatever the answer is written in: a feed, say. Where `headers` make a condition, 304 is an answer too."""
        for pause in self._patience.pauses:
            try:
                return self._get(url, params, headers, anonymous=anonymous)
            except Hiccup as error:
                if error.retry_after is not None:
                    raise
            time.sleep(pause)
        return self._get(url, params, headers, anonymous=anonymous)

    def write(self, method: str, url: str, params: Params | None = None, body: Row | None = None) -> Answer:
        """POST or DELETE, once. After `Unavailable` nobody knows whether it was done: read it back."""
        return answer_of(self._once(self._client.build_request(method, self._own(url), params=params, json=body)))

    def hand_in(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        """As `write`, with a body and headers that somebody else has written: a platform's own library."""
        return self._once(self._client.build_request(method, self._own(url), headers=dict(headers), content=content))

    def _once(self, request: httpx.Request) -> httpx.Response:
        response = self._send(request, anonymous=False)
        if response.status_code in REDIRECTS:
            _next_hop(request.url, response)  # raises in nearly every case
            raise BadConfig("url", "redirects writes; write the address that the browser shows")
        return _good(response)

    def _get(
        self, url: str, params: Params | None, headers: Mapping[str, str] | None, *, anonymous: bool
    ) -> httpx.Response:
        request = self._client.build_request("GET", self._own(url), params=params, headers=headers)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(request, anonymous=anonymous)
            if response.status_code not in REDIRECTS:
                unchanged = response.status_code == 304 and CONDITIONS & {name.lower() for name in headers or ()}
                return response if unchanged else _good(response)
            request = self._client.build_request("GET", _next_hop(request.url, response), headers=headers)
        raise BadConfig("url", "redirects in a circle; write the address that the browser shows")

    def _own(self, url: str) -> httpx.URL:
        target = httpx.URL(url)
        if (target.scheme, target.host, target.port) != (self._home.scheme, self._home.host, self._home.port):
            raise BadConfig("url", f"requests go to {self._home.host} alone")  # the password must not travel
        return target

    def _send(self, request: httpx.Request, *, anonymous: bool) -> httpx.Response:
        """One request and its whole answer, within the limits of size and time."""
        host = request.url.host
        deadline = time.monotonic() + self._patience.whole
        body = bytearray()
        try:
            response = self._client.send(request, auth=None if anonymous else self._auth, stream=True)
            try:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        raise Unavailable(f"{host} sends an answer of more than {MAX_ANSWER} bytes; try again later")
                    if time.monotonic() > deadline:  # a byte now and then keeps the read timeout away
                        raise Unavailable(f"{host} takes too long to answer; try again later")
            finally:
                response.close()
            self._client.cookies.clear()  # an anonymous question stays anonymous
        except httpx.TimeoutException:
            raise Unavailable(f"{host} does not answer in time; try again later") from None
        except httpx.HTTPError as error:
            raise _network_error(host, error) from None
        except (httpx.InvalidURL, ValueError):  # a Location that httpx itself stumbles over
            raise Unavailable(f"{host} answers with a broken redirect; tell whoever runs the site") from None
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in UNPACKED]
        return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=request)


def _next_hop(asked: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where a redirect leads, if it is the same place: a slash at the end, or https instead of http.

    The question must stay the same: one that lost its parameters would be answered with the public's view.
    """
    target = asked.join(response.headers.get("location", ""))  # what cannot be read did not pass `_send`
    if target.host != asked.host:
        hint = "if that is the page's address, write it in the class page's file"
        raise BadConfig("url", f"{asked.host} redirects to {target.host or 'no web address'}; {hint}")
    same = (target.scheme, target.port) == (asked.scheme, asked.port)
    safer = (target.scheme, target.port, asked.scheme, asked.port) == ("https", None, "http", None)
    if not (same or safer) or target.path.rstrip("/") != asked.path.rstrip("/") or target.query != asked.query:
        raise BadConfig("url", f"{asked.host} redirects elsewhere; write the address that the browser shows")
    return target


def _good(response: httpx.Response) -> httpx.Response:
    error = _status_error(response)
    if error:
        raise error
    return response


def answer_of(response: httpx.Response) -> Answer:
    """Read a good answer as JSON. Raises `NotJson`."""
    host = response.request.url.host
    content = response.content
    if "text/html" in response.headers.get("content-type", "") or content.lstrip()[:1] == b"<":
        raise NotJson(f"{host} answers with a web page instead of data; look at it in a browser")
    try:
        return Answer(json.loads(content), response.headers)
    except (ValueError, RecursionError):  # the error would quote the answer: not chained
        raise NotJson(f"{host} answers with broken data (half an answer?); try again later") from None


def _status_error(response: httpx.Response) -> ConnectorError | None:
    status = response.status_code
    if 200 <= status < 300:
        return None
    what = f"{response.request.url.host} answered {status}{_reason(response)}"
    known: dict[int, ConnectorError] = {
        401: AuthFailed(f"{what}: it does not accept the credential; make a new one"),
        403: NotAllowed(f"{what}: the account lacks the right to do this"),
        404: Gone(f"{what}: it is not there any more"),
        410: Gone(f"{what}: it is not there any more"),
        501: NotAllowed(f"{what}: this site cannot do that"),
    }
    if status in known:
        return known[status]
    now = datetime.now(UTC)
    wait = retry_after(response.headers.get("retry-after", ""), now)
    if wait is None and status == 429:
        wait = until_reset(response.headers.get("x-ratelimit-reset", ""), now)
    kind = Hiccup if status >= 500 else Refused if status in (400, 422) else Unavailable
    return kind(f"{what}; try again later", wait)


def _reason(response: httpx.Response) -> str:
    """Quote the platform's name of an error, if it is one plain word: nothing of a comment can stand in it."""
    try:
        data = json.loads(response.content)
    except (ValueError, RecursionError):
        return ""
    code = data.get("code") if isinstance(data, dict) else None
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,60}", code) else ""


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3: seconds or a date); None when it says nothing."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,10}", value):
        return min(float(value), MAX_WAIT_S)
    try:
        wait = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
    return min(max(wait, 0.0), MAX_WAIT_S)


def until_reset(value: str, now: datetime) -> float | None:
    """Seconds to wait by an `X-RateLimit-Reset` that is a time, as Mastodon writes it; None for a number: each platform counts its own."""
    try:
        wait = (datetime.fromisoformat(value.strip()) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # TypeError: a time without a zone
        return None
    return min(max(wait, 0.0), MAX_WAIT_S)


def _network_error(host: str, error: httpx.HTTPError) -> ConnectorError:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Unavailable(f"{host} shows a certificate that is not valid; tell whoever runs the site")
    return Hiccup(f"{host} cannot be reached ({type(error).__name__}); try again later")
