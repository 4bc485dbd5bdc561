"""Whom this process speaks to, seen from below: the interpreter tells of every connection and every name looked up.

So it does not matter by which library a connector asks.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_own = threading.local()
_told: list[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _told is None or getattr(_own, "silent", False):
        return
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _told.append("{}:{}".format(*arguments[1]))
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        _told.append(f"{host.decode() if isinstance(host, bytes) else host}:{arguments[1]}")


sys.addaudithook(_hear)  # it stays as long as the process does, and costs nothing while nobody listens


@contextmanager
def heard() -> Iterator[list[str]]:
    """Note as `host:port` whom anybody connects to or looks up, in all threads but those that are `unheard`."""
    global _told  # noqa: PLW0603  (an audit hook has no other place)
    told: list[str] = []
    _told = told
    try:
        yield told
    finally:
        _told = None


@contextmanager
def unheard() -> Iterator[None]:
    """What this thread does meanwhile is the test's own business."""
    before = getattr(_own, "silent", False)
    _own.silent = True
    try:
        yield
    finally:
        _own.silent = before
