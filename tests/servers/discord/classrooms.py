"""More of the fake's HTTP side: what is asked of a class's channel, its threads and its server, as Discord's reference has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, Final

import discord
from aiohttp import web

from tests.servers.discord.limits import Refused
from tests.servers.discord.state import Channel, Guild, Json, World

Handler = Callable[[web.Request], Awaitable[Any]]

PRIVATE: Final = 12
THREADS: Final = (10, 11, PRIVATE)


class Classrooms:
    """The handlers. Where the reference is silent, the harder answer was chosen."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, route and handler."""
        return [
            ("GET", "/guilds/{guild}", self._one_guild),
            ("GET", "/guilds/{guild}/roles", self._roles),
            ("GET", "/guilds/{guild}/channels", self._channels),
            ("GET", "/guilds/{guild}/threads/active", self._active),
            ("GET", "/guilds/{guild}/auto-moderation/rules", self._rules),
            ("GET", "/users/{user}", self._user),
            ("GET", "/channels/{channel}/threads/archived/{kind}", self._archived),
            ("GET", "/channels/{channel}/users/@me/threads/archived/private", self._joined),
        ]

    def _guild(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(int(request.match_info["guild"]))
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        return guild

    async def _one_guild(self, request: web.Request) -> Json:
        return self._guild(request).told(self._world.bot)

    async def _roles(self, request: web.Request) -> list[Json]:
        told: list[Json] = self._guild(request).told(self._world.bot)["roles"]
        return told

    async def _channels(self, request: web.Request) -> list[Json]:
        channels = self._guild(request).channels.values()
        return [channel.told(self._world.bot) for channel in channels if channel.kind not in THREADS]

    async def _rules(self, request: web.Request) -> list[Json]:
        guild = self._guild(request)
        if not discord.Permissions(self._world.rights(guild)).manage_guild:
            raise Refused(403, 50013, "Missing Permissions")
        return guild.rules

    async def _user(self, request: web.Request) -> Json:
        id = int(request.match_info["user"])
        everybody = [self._world.users, *(guild.members for guild in self._world.guilds.values())]
        user = next((people[id] for people in everybody if id in people), None)
        if user is None:
            raise Refused(404, 10013, "Unknown User")
        return user.told()

    async def _active(self, request: web.Request) -> Json:
        threads = [t for t in self._threads(self._guild(request)) if not _archived(t)]
        threads.sort(key=lambda thread: thread.id, reverse=True)
        return {"threads": [thread.told(self._world.bot) for thread in threads], "members": []}

    async def _archived(self, request: web.Request) -> Json:
        is_private = request.match_info["kind"] == "private"
        threads = self._archive(request, private=is_private)
        if is_private and not self._manages_threads(self._parent(request)):
            raise Refused(403, 50013, "Missing Permissions")
        threads.sort(key=_when, reverse=True)
        before = request.query.get("before")
        if before:
            threads = [thread for thread in threads if _when(thread) < datetime.fromisoformat(before)]
        return self._part(threads, request)

    async def _joined(self, request: web.Request) -> Json:
        threads = [thread for thread in self._archive(request, private=True) if "member" in thread.more]
        threads.sort(key=lambda thread: thread.id, reverse=True)
        before = request.query.get("before")
        return self._part([thread for thread in threads if not before or thread.id < int(before)], request)

    def _archive(self, request: web.Request, *, private: bool) -> list[Channel]:
        channel = self._parent(request)
        if not self._world.may(channel, read_message_history=True):
            raise Refused(403, 50013, "Missing Permissions")
        found = self._world.channels.values()
        return [t for t in found if _below(t, channel) and _archived(t) and (t.kind == PRIVATE) == private]

    def _parent(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not self._world.may(channel, view_channel=True):
            raise Refused(403, 50001, "Missing Access")
        return channel

    def _part(self, threads: list[Channel], request: web.Request) -> Json:
        limit = int(request.query.get("limit", "50"))
        part = [thread.told(self._world.bot) for thread in threads[:limit]]
        return {"threads": part, "members": [], "has_more": len(threads) > limit}

    def _threads(self, guild: Guild) -> Iterator[Channel]:
        """Those that the bot can see: private ones with Manage Threads, or where it was invited."""
        for thread in guild.channels.values():
            if thread.kind in THREADS and self._world.may(thread, view_channel=True):
                is_open = thread.kind != PRIVATE or "member" in thread.more
                if is_open or self._manages_threads(thread):
                    yield thread

    def _manages_threads(self, channel: Channel) -> bool:
        return self._world.may(channel, manage_threads=True)


def _below(thread: Channel, channel: Channel) -> bool:
    return thread.kind in THREADS and thread.more["parent_id"] == str(channel.id)


def _archived(thread: Channel) -> bool:
    return bool(thread.more["thread_metadata"]["archived"])


def _when(thread: Channel) -> datetime:
    return datetime.fromisoformat(thread.more["thread_metadata"]["archive_timestamp"])
