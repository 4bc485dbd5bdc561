"""What comes back from a platform, below `connectors.http`: whole answers within limits, JSON, and our errors for everything else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from connectors.base import AuthFailed, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.http_limits import retry_after, until_reset

MAX_ANSWER = 20 * 1024 * 1024
"""Bytes, unpacked: 100 comments of the longest kind take 7 MB."""

TOO_DEEP = "answers with data that is nested too deeply to be read; try again later"
"""What a RecursionError means: in Python 3.11 some hundred levels are too many."""

Row = Mapping[str, object]
"""One JSON object."""


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


def whole_of(chunks: Iterable[bytes], host: str, deadline: float) -> bytes:
    """Put an answer together. Raises `Unavailable` for one that is too long, or not there by `deadline` (of `time.monotonic`)."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_ANSWER:
            raise Unavailable(f"{host} sends an answer of more than {MAX_ANSWER} bytes; try again later")
        if time.monotonic() > deadline:  # a byte now and then keeps the read timeout away
            raise Unavailable(f"{host} takes too long to answer; try again later")
    return bytes(body)


def answer_of(response: httpx.Response) -> Answer:
    """Read a good answer as JSON. Raises `NotJson`."""
    host = response.request.url.host
    content = response.content
    if "text/html" in response.headers.get("content-type", "") or content.lstrip()[:1] == b"<":
        raise NotJson(f"{host} answers with a web page instead of data; look at it in a browser")
    try:
        return Answer(json.loads(content), response.headers)
    except RecursionError:
        raise NotJson(f"{host} {TOO_DEEP}") from None
    except ValueError:  # the error would quote the answer: not chained
        raise NotJson(f"{host} answers with broken data (half an answer?); try again later") from None


def status_error(response: httpx.Response) -> ConnectorError | None:
    """The error that a status means to us; None for a good one."""
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
    why = ": it is in trouble itself" if status >= 500 else ": it was asked too much" if status == 429 else ""
    return kind(f"{what}{why}; try again later", wait)


def _reason(response: httpx.Response) -> str:
    """Quote the platform's name of an error, if it is one plain word: nothing of a comment can stand in it."""
    try:
        data = json.loads(response.content)
    except (ValueError, RecursionError):
        return ""
    code = data.get("code") if isinstance(data, dict) else None
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,60}", code) else ""


def network_error(host: str, error: httpx.HTTPError) -> ConnectorError:
    """The error that a broken connection means to us."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Unavailable(f"{host} shows a certificate that is not valid; tell whoever runs the site")
    return Hiccup(f"{host} cannot be reached ({type(error).__name__}); try again later")
