"""What PRAW sends its requests through: `requests.Session` with the manners of `connectors.http`.

PRAW takes a session of ours (`requestor_kwargs`, as its documentation says). Left to itself it would repeat writes,
sleep until a used up limit is given anew, stumble over a `Retry-After` that is a date, follow a redirect with the
password in its hands (prawcore 4.0.0, read), and wait for ever for an answer that comes drop by drop.
"""

from __future__ import annotations

import io
import logging
import time
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions
from urllib3.exceptions import HTTPError

from connectors.base import BadConfig, ConnectorError, Unavailable
from connectors.deadline import current
from connectors.http import Patience
from connectors.http_again import asked_again
from connectors.http_answers import Hiccup, whole_of
from connectors.http_budget import Pace, budget_of
from connectors.http_limits import is_refused, retry_after

for _library in ("praw", "prawcore", "urllib3"):
    # prawcore writes addresses at WARNING, and an address says who was looked at
    logging.getLogger(_library).setLevel(logging.ERROR)

READS = ("/api/v1/access_token", "/api/morechildren/")
"""POSTs that change nothing: they may be repeated, as a GET may."""

LIMITS = ("x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
CHUNK = 65_536


class PoliteSession(requests.Session):
    """Speaks to `origins` ("https://oauth.reddit.com") alone; raises the errors of `connectors.base` where no answer comes."""

    def __init__(self, origins: frozenset[str], patience: Patience, pace: Pace) -> None:
        super().__init__()
        self._origins = origins
        self._patience = patience
        self._budgets = {urlsplit(origin).netloc: budget_of(origin, pace) for origin in origins}
        self.auth = lambda request: request  # or a .netrc would put its password in the token's place

    def request(self, method: str, url: str | bytes, *args: Any, **named: Any) -> requests.Response:
        """Ask, and where that changes nothing ask again after a network error or a 5xx."""
        parts = urlsplit(str(url))
        if f"{parts.scheme}://{parts.netloc}" not in self._origins:
            raise BadConfig("url", "requests go to Reddit alone")  # the token must not travel
        pauses = self._patience.pauses if _may_repeat(method, url) else ()
        return asked_again(lambda: self._once(method, url, *args, **named), pauses)

    def _once(self, method: str, url: str | bytes, *args: Any, **named: Any) -> requests.Response:
        """One question, when Reddit's turn has come; raises where no answer comes, and where PRAW would break on it."""
        budget = self._budgets[urlsplit(str(url)).netloc]
        with budget.turn():
            doing = current()
            before, doing.wrote = doing.wrote, doing.wrote or not _may_repeat(method, url)
            response = self._sent(method, url, *args, **named)
            budget.heed(response.status_code, response.headers)
            if is_refused(response.status_code, response.headers):
                doing.wrote = before
        trouble = _no_answer(str(urlsplit(str(url)).hostname), response)
        if trouble:
            raise trouble
        _hide_what_is_spent(response)
        return response

    def _sent(self, method: str, url: str | bytes, *args: Any, **named: Any) -> requests.Response:
        host = urlsplit(str(url)).hostname
        waits = (self._patience.connect, self._patience.read)
        named |= {"stream": True, "allow_redirects": False, "timeout": waits}
        try:
            with super().request(method, url, *args, **named) as response:
                raw, deadline = response.raw, time.monotonic() + self._patience.whole
                body = whole_of(iter(partial(raw.read1, CHUNK, decode_content=True), b""), str(host), deadline)
        except ConnectorError:
            raise
        except (exceptions.RequestException, HTTPError, OSError) as error:
            raise _network_error(str(host), error) from None
        finally:
            self.cookies.clear()  # Reddit would follow us with them from question to question
        return _whole(response, body)


def _may_repeat(method: str, url: str | bytes) -> bool:
    return method.upper() == "GET" or urlsplit(str(url)).path in READS


def _hide_what_is_spent(response: requests.Response) -> None:
    """Where nothing is left the budget waits: prawcore would sleep for as long as it is told, whatever is going on. Or break on it."""
    try:
        remaining, *_ = (float(response.headers[name]) for name in LIMITS)
    except (KeyError, ValueError):
        remaining = 0.0
    for name in LIMITS if remaining <= 0 else ():
        response.headers.pop(name, None)


def _whole(response: requests.Response, body: bytes) -> requests.Response:
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, response.url
    whole.headers, whole.request, whole.encoding = response.headers, response.request, response.encoding
    whole.raw = io.BytesIO(body)
    return whole


def _no_answer(host: str, response: requests.Response) -> Unavailable | None:
    """429 and 5xx: there PRAW would sleep, repeat, or break."""
    status = response.status_code
    if status != HTTPStatus.TOO_MANY_REQUESTS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
    if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after(response.headers.get("x-ratelimit-reset", ""), datetime.now(UTC))
    kind = Hiccup if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Unavailable
    return kind(f"{host} answered {status}; try again later", wait)


def _network_error(host: str, error: Exception) -> Unavailable:
    if isinstance(error, exceptions.SSLError):
        return Unavailable(f"{host} shows a certificate that is not valid; tell whoever runs Hallmonitor")
    if isinstance(error, exceptions.Timeout) or "Timeout" in type(error).__name__:
        return Unavailable(f"{host} does not answer in time; try again later")
    return Hiccup(f"{host} cannot be reached ({type(error).__name__}); try again later")
