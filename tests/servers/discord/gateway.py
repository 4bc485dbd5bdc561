"""The gateway of the fake: hello, identify, ready, heartbeats, events, resume; and how it is cut.

A session keeps every event, so that RESUME replays what was missed, in order and once. After a cut that cannot be resumed the
events of that session are lost, as in Discord.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from tests.servers.discord.state import Json, World, new_id

_BEATS = 41250  # milliseconds, as Discord says


@dataclass
class Session:
    """One identified client. `events[n]` has the sequence n + 1."""

    id: str
    events: list[str] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    line: web.Request | None = None

    def add(self, kind: str, data: Json) -> None:
        """An event for this client, now or after it has resumed."""
        self.events.append(json.dumps({"op": 0, "t": kind, "s": len(self.events) + 1, "d": data}))
        self.more.set()


class Gateway:
    """The WebSocket side. Everything here runs in the server's loop."""

    def __init__(self, world: World, token: str) -> None:
        self._world, self._token = world, token
        self._sessions: dict[str, Session] = {}
        self._lines: list[web.Request] = []
        self.state: Literal["open", "slow", "closed"] = "open"
        """Whether it takes connections at once, lets them wait until it is open again, or refuses them."""
        self.identified = self.resumed = self.refused = 0
        """How often clients began a session, resumed one, and were told that they cannot."""

    @property
    def connected(self) -> bool:
        """Whether a client is there that has identified itself."""
        return any(session.line for session in self._sessions.values())

    def tell(self, kind: str, data: Json) -> None:
        """Dispatch an event to every session."""
        for session in self._sessions.values():
            session.add(kind, data)

    def cut(self, *, resumable: bool) -> None:
        """Cut every connection, as a broken line does."""
        for session in self._sessions.values():
            session.line = None
        if not resumable:
            self._sessions.clear()
        for line in list(self._lines):
            if line.transport is not None:
                line.transport.abort()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection."""
        if self.state == "closed":
            raise web.HTTPServiceUnavailable
        while self.state == "slow":
            await asyncio.sleep(0.02)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._lines.append(request)
        telling: asyncio.Task[None] | None = None
        try:
            with suppress(ConnectionError):
                await socket.send_json({"op": 10, "d": {"heartbeat_interval": _BEATS}})
                async for frame in socket:
                    if frame.type is WSMsgType.TEXT:
                        telling = await self._heard(request, socket, json.loads(frame.data)) or telling
        finally:
            self._lines.remove(request)
            for session in self._sessions.values():
                session.line = None if session.line is request else session.line
            if telling is not None:
                telling.cancel()
        return socket

    async def _heard(
        self, request: web.Request, socket: web.WebSocketResponse, said: Json
    ) -> asyncio.Task[None] | None:
        """Answer one payload; the task that tells the events from now on, where a session begins or goes on."""
        op, data = said["op"], said.get("d") or {}
        if op == 1:
            await socket.send_json({"op": 11})
        elif op in (2, 6) and data["token"] != self._token:
            await socket.close(code=4004, message=b"Authentication failed.")
        elif op == 2:
            return self._begin(request, socket, self._greeted(str(request.url.with_query(None))), 0)
        elif op == 6:
            session = self._sessions.get(data["session_id"])
            if session is not None:
                self.resumed += 1
                session.add("RESUMED", {})
                return self._begin(request, socket, session, int(data["seq"] or 0))
            self.refused += 1
            await socket.send_json({"op": 9, "d": False})
        return None

    def _greeted(self, url: str) -> Session:
        self.identified += 1
        session = Session(f"{new_id():x}")
        self._sessions[session.id] = session
        bot, guilds = self._world.bot, list(self._world.guilds.values())
        address = url.replace("http", "ws", 1)
        session.add("READY", {
            "v": 10, "user": bot.told(), "session_id": session.id, "resume_gateway_url": address, "private_channels": [],
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "application": {"id": str(bot.id), "flags": 0},
        })  # fmt: skip
        for guild in guilds:
            if not guild.away:
                session.add("GUILD_CREATE", guild.told(bot))
        return session

    def _begin(
        self, request: web.Request, socket: web.WebSocketResponse, session: Session, done: int
    ) -> asyncio.Task[None]:
        session.line = request
        return asyncio.create_task(self._tell(socket, session, done))

    async def _tell(self, socket: web.WebSocketResponse, session: Session, done: int) -> None:
        with suppress(ConnectionError):  # cut, as the test wants
            while not socket.closed:
                session.more.clear()
                for event in session.events[done:]:
                    await socket.send_str(event)
                    done += 1
                if done == len(session.events):
                    await session.more.wait()
