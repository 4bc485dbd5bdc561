"""A small polite HTTP client: for platforms that answer in JSON, and below it for whatever else they answer in.

It speaks to one host only, follows no redirect to another place, repeats reads and never writes, reads no more than
an answer may hold, and turns whatever goes wrong into the errors of `connectors.base`. It writes no log.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import httpx

from connectors.base import BadConfig, ConnectorError, Unavailable
from connectors.deadline import current
from connectors.http_addresses import checked_for_secret, checked_url
from connectors.http_again import asked_again
from connectors.http_agent import AGENT
from connectors.http_answers import Answer, Row, answer_of, network_error, status_error, whole_of
from connectors.http_budget import POLITE, Pace, budget_of
from connectors.http_limits import is_refused

for _library in ("httpx", "httpcore"):  # they write every address at INFO, and an address says who was looked at
    logging.getLogger(_library).setLevel(logging.WARNING)

TRUSTED = httpx.create_ssl_context()
"""Whose certificates are believed, read once for all pages: it takes 6 ms and nearly a megabyte."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 3
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
UNPACKED = frozenset({b"content-encoding", b"transfer-encoding"})
"""Headers that are no longer true of a body that was read whole."""

Params = Mapping[str, str | int]
Meaning = Callable[[httpx.Response], ConnectorError | None]
"""What a status means on a platform: the error, or None for a good answer."""


class Redirected(BadConfig):
    """The address leads to another one, `target`; nothing was asked there."""

    def __init__(self, message: str, target: httpx.URL) -> None:
        super().__init__("url", message)
        self.target = target


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds. `pauses` are the waits between the tries of a read."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 90.0
    pauses: tuple[float, ...] = (0.2, 0.8)


class RestClient:
    """Speaks to the host of `url`, with a name and password where `login` is given. `meaning`: where a status means something else.

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
        pace: Pace = POLITE,
        meaning: Meaning = status_error,
    ) -> None:
        self._home = (checked_for_secret if login else checked_url)(url, allow_private=allow_private)
        self._auth = _basic(*login) if login else None
        self._patience = patience or Patience()
        self._transport, self._agent, self._meaning = transport, agent, meaning
        self._budget = budget_of(str(self._home), pace)
        self._client = self._made()

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
        return asked_again(lambda: self._get(url, params, headers, anonymous=anonymous), self._patience.pauses)

    def write(self, method: str, url: str, params: Params | None = None, body: Row | None = None) -> Answer:
        """POST or DELETE, once. After `Unavailable` nobody knows whether it was done: read it back."""
        return answer_of(self._once(self._request(method, url, params=params, json=body)))

    def hand_in(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        """As `write`, with a body and headers that somebody else has written: a platform's own library."""
        return self._once(self._request(method, url, headers=headers, content=content))

    def _made(self, kept: int = 20) -> httpx.Client:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=kept)
        timeout = httpx.Timeout(self._patience.read, connect=self._patience.connect)
        headers = {"User-Agent": self._agent}
        client = httpx.Client(
            timeout=timeout, transport=self._transport, headers=headers, limits=limits, verify=TRUSTED
        )
        weakref.finalize(self, client.close)
        return client

    @cached_property
    def _writing(self) -> httpx.Client:
        """Writes have a connection of their own: one that was kept may be closed by now, and then nobody knows what became of the write."""
        return self._made(kept=0)

    def _once(self, request: httpx.Request) -> httpx.Response:
        response = self._send(request, anonymous=False)
        if response.status_code in REDIRECTS:
            _next_hop(request.url, response)  # raises in nearly every case
            raise BadConfig("url", "redirects writes; write the address that the browser shows")
        return self._good(response)

    def _get(
        self, url: str, params: Params | None, headers: Mapping[str, str] | None, *, anonymous: bool
    ) -> httpx.Response:
        request = self._request("GET", url, params=params, headers=headers)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(request, anonymous=anonymous)
            if response.status_code not in REDIRECTS:
                unchanged = response.status_code == 304 and CONDITIONS & {name.lower() for name in headers or ()}
                return response if unchanged else self._good(response)
            request = self._client.build_request("GET", _next_hop(request.url, response), headers=headers)
        raise BadConfig("url", "redirects in a circle; write the address that the browser shows")

    def _request(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        json: Row | None = None,
        content: bytes | str | None = None,
    ) -> httpx.Request:
        """A request to our host alone. A header may hold what the platform has sent us, and need not be one that can be sent."""
        try:
            target = self._own(url)
            return self._client.build_request(
                method, target, params=params, headers=headers, json=json, content=content
            )
        except (httpx.InvalidURL, ValueError):
            raise Unavailable(
                f"{self._home.host} gave a mark or an address that cannot be sent; try again later"
            ) from None

    def _good(self, response: httpx.Response) -> httpx.Response:
        error = self._meaning(response)
        if error:
            raise error
        return response

    def _own(self, url: str) -> httpx.URL:
        target = httpx.URL(url)
        if (target.scheme, target.host, target.port) != (self._home.scheme, self._home.host, self._home.port):
            raise BadConfig("url", f"requests go to {self._home.host} alone")  # the password must not travel
        return target

    def _send(self, request: httpx.Request, *, anonymous: bool) -> httpx.Response:
        """One request, when the host's turn has come, and its whole answer, within the limits of size and time."""
        with self._budget.turn():
            doing = current()
            before, doing.wrote = doing.wrote, doing.wrote or request.method != "GET"
            response = self._sent(request, anonymous=anonymous)
            self._budget.heed(response.status_code, response.headers)
            if is_refused(response.status_code, response.headers):
                doing.wrote = before
        return response

    def _sent(self, request: httpx.Request, *, anonymous: bool) -> httpx.Response:
        host = request.url.host
        deadline = time.monotonic() + self._patience.whole
        try:
            client = self._client if request.method == "GET" else self._writing
            response = client.send(request, auth=None if anonymous else self._auth, stream=True)
            try:
                body = whole_of(response.iter_bytes(), host, deadline)
            finally:
                response.close()
            client.cookies.clear()  # an anonymous question stays anonymous
        except httpx.TimeoutException:
            raise Unavailable(f"{host} does not answer in time; try again later") from None
        except httpx.HTTPError as error:
            raise network_error(host, error) from None
        except (httpx.InvalidURL, ValueError):  # a Location that httpx itself stumbles over
            raise Unavailable(f"{host} answers with a broken redirect; tell whoever runs the site") from None
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in UNPACKED]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)


def _basic(name: str, password: str) -> httpx.BasicAuth:
    try:
        return httpx.BasicAuth(name, password)
    except UnicodeEncodeError:  # of an environment in another encoding; the error would quote the password: not chained
        raise BadConfig("secret", "holds signs that are no letters in UTF-8; type it anew") from None


def _next_hop(asked: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where a redirect leads, if it is the same place: a slash at the end, or https instead of http.

    The question must stay the same: one that lost its parameters would be answered with the public's view.
    """
    target = asked.join(response.headers.get("location", ""))  # what cannot be read did not pass `_send`
    if target.host != asked.host:
        hint = "if that is the page's address, write it in the class page's file"
        raise Redirected(f"{asked.host} redirects to {target.host or 'no web address'}; {hint}", target)
    same = (target.scheme, target.port) == (asked.scheme, asked.port)
    safer = (target.scheme, target.port, asked.scheme, asked.port) == ("https", None, "http", None)
    if not (same or safer) or target.path.rstrip("/") != asked.path.rstrip("/") or target.query != asked.query:
        raise Redirected(f"{asked.host} redirects elsewhere; write the address that the browser shows", target)
    return target
