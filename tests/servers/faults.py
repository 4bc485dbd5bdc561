"""A proxy between a connector and its platform that answers in the platform's place, or spoils what it says.

It speaks real HTTP on both sides. The platform's own address is replaced by the proxy's in all that passes, so that a connector
which follows the platform's links stays here. `asked` is the list of all that was asked.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from connectors.http_budget import forget
from tests.servers.fake import Asked, Listener, Reply
from tests.servers.outside import unheard

Fault = Callable[[Callable[[], Reply]], Reply | None]
"""What becomes of one request: it may ask the platform, and gives the answer, or None to hang up without a word."""

Plan = Callable[[int, Asked], Fault | None]
"""The fault of each request, by its number since the plan was made; None lets it pass."""

NOT_PASSED_BACK = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server", "set-cookie"}
NOT_FORWARDED = {"host", "connection", "accept-encoding", "content-length"}
PATIENCE_S = 60


def instead(reply: Reply) -> Fault:
    """Answer so; the platform is not asked."""
    return lambda ask: reply


def hung_up(ask: Callable[[], Reply]) -> Reply | None:
    """The request never arrives."""
    return None


def lost(ask: Callable[[], Reply]) -> Reply | None:
    """The platform does as it is told, and nobody hears of it."""
    ask()
    return None


def cut(ask: Callable[[], Reply]) -> Reply:
    """The connection breaks in the middle of the answer."""
    return replace(ask(), cut=True)


def truncated(ask: Callable[[], Reply]) -> Reply:
    """Half an answer that looks whole: its length is right."""
    reply = ask()
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def dripping(seconds: float) -> Fault:
    """The answer comes in small pieces."""
    return lambda ask: replace(ask(), drip=seconds)


class FaultProxy(Listener):
    """Stands before `upstream` (an http address) on a port of 127.0.0.1. `certificate`: speak https with this PEM file."""

    def __init__(self, upstream: str, certificate: Path | None = None) -> None:
        super().__init__(certificate)
        self.upstream = urlsplit(upstream).netloc
        self._plan: Plan = lambda number, asked: None
        self._since = 0
        self._alone = threading.Lock()

    def plan(self, plan: Plan) -> None:
        """Break by this plan from now on. Whatever waits the platform has asked for until now have passed."""
        forget()
        with self._alone:
            self._plan, self._since = plan, len(self.asked)

    def break_from(self, number: int, fault: Fault, times: int | None = None) -> None:
        """Let pass `number` requests, break `times` of them (None: all that follow), and let pass the rest."""
        last = None if times is None else number + times
        self.plan(lambda n, asked: fault if n >= number and (last is None or n < last) else None)

    def repair(self) -> None:
        """Let everything pass from now on."""
        self.plan(lambda number, asked: None)

    @property
    def latest(self) -> list[Asked]:
        """What was asked since the last plan or repair."""
        return self.asked[self._since :]

    def answer(self, asked: Asked) -> Reply | None:
        """What one request is answered with; None: hang up."""
        with self._alone:
            number = len(self.asked) - self._since
            self.asked.append(asked)
            fault = self._plan(number, asked)
        return fault(lambda: self._ask(asked)) if fault else self._ask(asked)

    def _ask(self, asked: Asked) -> Reply:
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in NOT_FORWARDED}
        headers = {name: value.replace(self.netloc, self.upstream) for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.upstream, timeout=PATIENCE_S)
        try:
            with unheard():
                connection.request(asked.method, asked.path, asked.body or None, headers)
                response = connection.getresponse()
                body = response.read()
        finally:
            connection.close()
        back = {name: self._ours(value) for name, value in response.getheaders() if name.lower() not in NOT_PASSED_BACK}
        cookies = tuple(response.headers.get_all("Set-Cookie", []))
        return Reply(response.status, self._ours(body.decode("latin-1")).encode("latin-1"), back, cookies=cookies)

    def _ours(self, text: str) -> str:
        return text.replace(self.upstream, self.netloc)
