"""A fake at the HTTP boundary: real sockets, scripted answers, and a list of all that was asked."""

from __future__ import annotations

import json
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
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


class Listener:
    """Listens on a port of 127.0.0.1 as long as it is entered. `certificate`: speak https with this PEM file."""

    def __init__(self, certificate: Path | None = None, host: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        self._server = _Server(self, certificate, host)
        self.netloc = f"{host}:{self._server.server_address[1]}"
        self.url = f"{'https' if certificate else 'http'}://{self.netloc}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def answer(self, asked: Asked) -> Reply | None:
        """What one request is answered with; None: hang up. It is asked in a thread of its own."""
        raise NotImplementedError

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

    def __init__(self, listener: Listener, certificate: Path | None, host: str) -> None:
        self.listener = listener
        super().__init__((host, 0), _Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # whoever does not trust it breaks off: that may not stop the others
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that give up: that is what the tests want."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:  # the base class names its methods so
        length = int(self.headers.get("Content-Length", "0"))
        asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        reply = self.server.listener.answer(asked)
        if reply:
            self._send(reply)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        time.sleep(reply.pause)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        for cookie in reply.cookies:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        step = 1 + len(body) // PIECES if reply.drip else max(1, len(body))
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            time.sleep(reply.drip)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class FakePlatform(Listener):
    """Answers by `script(asked)`; the same answer for everything is `platform.always(reply)`."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__(host=host)
        self.script: Callable[[Asked], Reply] = lambda asked: Reply(404)

    def answer(self, asked: Asked) -> Reply:
        """What the script says; the question is noted."""
        self.asked.append(asked)
        return self.script(asked)

    def always(self, *replies: Reply) -> None:
        """Give these answers in turn, the last one for ever."""
        left = list(replies)
        self.script = lambda asked: left.pop(0) if len(left) > 1 else left[0]

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [asked.path for asked in self.asked]


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
