"""A fake at the HTTP boundary: real sockets, scripted answers, and a list of all that was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpx

PIECES = 200
"""Into about so many an answer is cut that drips: a long one would take for ever byte by byte."""


@dataclass(frozen=True)
class Reply:
    """One answer. `pause` seconds pass before it; `drip` seconds between its bytes or small pieces; `cut` closes halfway."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drip: float = 0.0
    cut: bool = False
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One question as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def reply_json(data: object, status: int = 200, /, **headers: str) -> Reply:
    """An answer in JSON; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named})


def reply_html(status: int = 200) -> Reply:
    """A web page where data was expected."""
    return Reply(status, b"<!doctype html><title>Maintenance</title>", {"Content-Type": "text/html; charset=UTF-8"})


def reply_deep(status: int = 200) -> Reply:
    """JSON that is whole, and nested more deeply than Python reads."""
    return Reply(status, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, {"Content-Type": "application/json"})


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    """Write an answer to whoever asked. Raises `OSError` when they are gone."""
    handler.send_response(reply.status)
    for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
        handler.send_header(name, value)
    for cookie in reply.cookies:
        handler.send_header("Set-Cookie", cookie)
    handler.end_headers()
    body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
    if not reply.drip:
        handler.wfile.write(body)
        return
    step = 1 + len(body) // PIECES
    for start in range(0, len(body), step):
        handler.wfile.write(body[start : start + step])
        time.sleep(reply.drip)


class FakePlatform:
    """Answers by `script(asked)`; the same answer for everything is `platform.always(reply)`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: Callable[[Asked], Reply] = lambda asked: Reply(404)
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def always(self, *replies: Reply) -> None:
        """Give these answers in turn, the last one for ever."""
        left = list(replies)
        self.script = lambda asked: left.pop(0) if len(left) > 1 else left[0]

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [asked.path for asked in self.asked]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, platform: FakePlatform) -> None:
        self.platform = platform
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:  # the base class names its methods so
        length = int(self.headers.get("Content-Length", "0"))
        asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.server.platform.asked.append(asked)
        reply = self.server.platform.script(asked)
        time.sleep(reply.pause)
        try:
            send(self, reply)
        except (BrokenPipeError, ConnectionResetError):
            return  # the client has given up, as the test wants

    do_POST = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Recording(httpx.BaseTransport):
    """A real transport that remembers each request, and lets a test step in: `before(request)` may answer instead."""

    def __init__(self, before: Callable[[httpx.Request], httpx.Response | None] | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._before = before
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        instead = self._before(request) if self._before else None
        return instead or self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()
