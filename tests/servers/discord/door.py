"""The door of the fake's HTTP side: each request is written down, disturbed as a test orders, limited, and answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.servers.discord.limits import Limits, Refused, Trouble, too_many
from tests.servers.discord.rest import PREFIX

Handler = Callable[[web.Request], Awaitable[Any]]
_HTML = "<html><head><title>502 Bad Gateway</title></head></html>"


@dataclass
class Asked:
    """A request as it arrived. `status` is that of its answer (0: the connection was cut; -1: there is none yet).

    `at` and `seconds` are of `time.monotonic`.
    """

    method: str
    route: str
    path: str
    at: float
    status: int = -1
    seconds: float = 0.0


class Door:
    """What stands before the handlers, as a middleware of aiohttp."""

    def __init__(self, token: str, speed: float) -> None:
        self._token, self._limits = token, Limits(speed)
        self.log: list[Asked] = []
        self.troubles: list[tuple[str, Trouble]] = []

    @web.middleware
    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request. What is no route of the protocol (the gateway) goes on as it is."""
        resource = request.match_info.route.resource
        if resource is None or not request.path.startswith(PREFIX):
            return await handler(request)  # type: ignore[no-any-return]  # those handlers make the whole answer
        route = f"{request.method} {resource.canonical.removeprefix(PREFIX)}"
        asked = Asked(request.method, route, request.path, time.monotonic())
        self.log.append(asked)
        status, body, headers = await self._answered(request, handler, route)
        asked.status, asked.seconds = status, time.monotonic() - asked.at
        if status == 0 and request.transport is not None:
            request.transport.abort()
        if status >= 500:
            return web.Response(status=status, text=_HTML, content_type="text/html")
        told = None if body is None else json.dumps(body).encode()
        if told is None:
            headers.pop("Content-Type", None)  # there is no content: discord.py would look for JSON in it
        return web.Response(status=204 if told is None else status or 200, body=told, headers=headers)

    async def _answered(self, request: web.Request, handler: Handler, route: str) -> tuple[int, Any, dict[str, str]]:
        """Status (0: the connection is to be cut), body and headers."""
        trouble = self._trouble(route)
        await asyncio.sleep(trouble.pause)
        headers, limited = self._limits.take(route, request.match_info.get("channel", ""))
        headers["Content-Type"] = "application/json"  # exactly: with a charset discord.py takes it for text
        if limited or trouble.status == 429:
            body, more = too_many(limited or trouble)
            return 429, body, headers | more
        if trouble.cut or (trouble.status >= 500 and not trouble.done):
            return trouble.status, None, headers
        if self._needs_token(route) and request.headers.get("Authorization") != f"Bot {self._token}":
            return 401, {"code": 0, "message": "401: Unauthorized"}, headers
        try:
            body = await handler(request)
        except Refused as refused:
            return refused.status, refused.body, headers
        return (0 if trouble.lost else trouble.status or 200), body, headers

    def _needs_token(self, route: str) -> bool:
        """Answers to presses carry a token in their path."""
        return not route.startswith("POST /interactions") and " /webhooks" not in route

    def _trouble(self, route: str) -> Trouble:
        found = next((each for each in self.troubles if each[0] in route), None)
        if found is None:
            return Trouble()
        self.troubles.remove(found)
        return found[1]
