"""The HTTP side of the fake: the routes that discord.py asks for our bot, and what each does to the world."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from aiohttp import web

from tests.servers.discord.gateway import Gateway
from tests.servers.discord.limits import Refused, check_commands, check_message, same_nonce
from tests.servers.discord.presses import Interaction, edit
from tests.servers.discord.state import DM, Channel, Json, Message, World, new_id, stamp

Handler = Callable[[web.Request], Awaitable[Any]]

PREFIX = "/api/v10"
MESSAGE_CONTENT = 1 << 18 | 1 << 19


class Rest:
    """The handlers. What they return is the answer's JSON; None is 204."""

    def __init__(self, world: World, gateway: Gateway, presses: dict[str, Interaction]) -> None:
        self._world, self._gateway, self._presses = world, gateway, presses

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, route and handler."""
        messages, webhook = "/channels/{channel}/messages", "/webhooks/{application}/{token}"
        return [
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/@me", self._application),
            ("GET", "/gateway", self._where),
            ("GET", "/gateway/bot", self._where),
            ("PUT", "/applications/{application}/commands", self._commands),
            ("PUT", "/applications/{application}/guilds/{guild}/commands", self._commands),
            ("DELETE", "/users/@me/guilds/{guild}", self._leave),
            ("GET", "/guilds/{guild}/members/{user}", self._member),
            ("POST", "/users/@me/channels", self._talk),
            ("GET", "/channels/{channel}", self._one_channel),
            ("POST", messages, self._send),
            ("GET", messages, self._history),
            ("GET", f"{messages}/{{message}}", self._one_message),
            ("PATCH", f"{messages}/{{message}}", self._edit),
            ("DELETE", f"{messages}/{{message}}", self._delete),
            ("POST", "/interactions/{interaction}/{token}/callback", self._callback),
            ("POST", webhook, self._follow_up),
            ("GET", f"{webhook}/messages/{{answer}}", self._answer),
            ("PATCH", f"{webhook}/messages/{{answer}}", self._edit_answer),
            ("DELETE", f"{webhook}/messages/{{answer}}", self._delete_answer),
        ]

    async def _me(self, _: web.Request) -> Json:
        return self._world.bot.told() | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}

    async def _application(self, _: web.Request) -> Json:
        bot = self._world.bot
        return {
            "id": str(bot.id), "name": bot.name, "description": "", "icon": None, "bot_public": False, "flags": self._world.flags,
            "owner": bot.told(), "bot_require_code_grant": False, "verify_key": "0" * 64, "team": None, "rpc_origins": [],
        }  # fmt: skip

    async def _where(self, request: web.Request) -> Json:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": f"ws://{request.host}/gateway", "shards": 1, "session_start_limit": limit}

    async def _commands(self, request: web.Request) -> list[Json]:
        sent: list[Json] = await request.json()
        check_commands(sent)
        guild = self._world.guilds.get(int(request.match_info.get("guild", "0")))
        if guild is None:
            raise Refused(403, 50001, "Missing Access")
        told = {"application_id": str(self._world.bot.id), "guild_id": str(guild.id), "version": "1"}
        guild.commands = [{**command, **told, "id": str(new_id())} for command in sent]
        return guild.commands

    async def _leave(self, request: web.Request) -> None:
        guild = self._world.guilds.pop(int(request.match_info["guild"]), None)
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        for id in guild.channels:
            self._world.channels.pop(id, None)
        self._gateway.tell("GUILD_DELETE", {"id": str(guild.id)})

    async def _member(self, request: web.Request) -> Json:
        guild = self._world.guilds.get(int(request.match_info["guild"]))
        user = guild.members.get(int(request.match_info["user"])) if guild else None
        if guild is None or user is None:
            raise Refused(404, 10007, "Unknown Member")
        return user.member() | {"roles": guild.worn.get(user.id, [])}

    async def _talk(self, request: web.Request) -> Json:
        asked = await request.json()
        user = self._world.users.get(int(asked["recipient_id"]))
        if user is None:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        known = next((c for c in self._world.channels.values() if c.recipient is user), None)
        talk = known or Channel(user.name, None, DM, recipient=user)
        self._world.channels[talk.id] = talk
        return talk.told(self._world.bot)

    def _channel(self, request: web.Request, **wanted: bool) -> Channel:
        channel = self._world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not self._world.may(channel, view_channel=True):
            raise Refused(403, 50001, "Missing Access")
        if not self._world.may(channel, **wanted):
            raise Refused(403, 50013, "Missing Permissions")
        return channel

    def _message(self, request: web.Request) -> tuple[Channel, Message]:
        channel = self._channel(request)
        message = channel.messages.get(int(request.match_info["message"]))
        if message is None or message.only_for is not None:
            raise Refused(404, 10008, "Unknown Message")
        return channel, message

    async def _one_channel(self, request: web.Request) -> Json:
        return self._channel(request).told(self._world.bot)

    async def _send(self, request: web.Request) -> Json:
        channel, sent = self._channel(request, send_messages=True), await _form(request)
        check_message(sent)
        if channel.recipient and not channel.recipient.open:
            raise Refused(403, 50007, "Cannot send messages to this user")
        nonce = str(sent.get("nonce") or "")
        if before := same_nonce(self._world.nonces.get(nonce), sent):
            return before.told()
        message = channel.say(Message(channel.id, self._world.bot, sent))
        if nonce:
            self._world.nonces[nonce] = (message.at, message)
        return message.told()

    async def _history(self, request: web.Request) -> list[Json]:
        channel, asked = self._channel(request), request.query
        if not self._world.may(channel, read_message_history=True):
            return []
        limit, before, after = int(asked.get("limit", 50)), int(asked.get("before", 0)), int(asked.get("after", 0))
        forward = "after" in asked and not before
        if not 1 <= limit <= 100:
            raise Refused(400, 50035, "Invalid Form Body: limit: between 1 and 100")
        found = sorted(
            (m for m in channel.shown_to() if m.id > after and (not before or m.id < before)), key=lambda m: m.id
        )
        return [self._shown(m) for m in reversed(found[:limit] if forward else found[-limit:])]

    async def _one_message(self, request: web.Request) -> Json:
        channel, message = self._message(request)
        if not self._world.may(channel, read_message_history=True):
            raise Refused(403, 50013, "Missing Permissions")
        return self._shown(message)

    def _shown(self, message: Message) -> Json:
        """Without the intent for the words of messages, those of others come empty, and Discord says nothing about it."""
        told = message.told()
        if self._world.flags & MESSAGE_CONTENT or message.author is self._world.bot:
            return told
        told.pop("poll", None)
        return told | {"content": "", "embeds": [], "attachments": [], "components": []}

    async def _edit(self, request: web.Request) -> Json:
        message = self._message(request)[1]
        if message.author is not self._world.bot:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        edit(message, await _form(request))
        message.edited = stamp()
        return message.told()

    async def _delete(self, request: web.Request) -> None:
        channel, message = self._message(request)
        if not discord.MessageType(message.more.get("type", 0)).is_deletable():
            raise Refused(403, 50021, "Cannot execute action on a system message")
        if message.author is not self._world.bot and not self._world.may(channel, manage_messages=True):
            raise Refused(403, 50013, "Missing Permissions")
        del channel.messages[message.id]

    async def _callback(self, request: web.Request) -> Json:
        press = self._press(request, Refused(404, 10062, "Unknown interaction"))
        return press.answered(self._world, await _form(request))

    async def _follow_up(self, request: web.Request) -> Json:
        return self._press(request).followed_up(self._world, await _form(request)).told()

    async def _answer(self, request: web.Request) -> Json:
        return self._said(request)[1].told()

    async def _edit_answer(self, request: web.Request) -> Json:
        press, message = self._said(request)
        return press.edited(message, await _form(request)).told()

    async def _delete_answer(self, request: web.Request) -> None:
        press, message = self._said(request)
        press.answers = [answer for answer in press.answers if answer is not message]
        self._world.channels[message.channel].messages.pop(message.id, None)

    def _press(self, request: web.Request, unknown: Refused | None = None) -> Interaction:
        press = self._presses.get(request.match_info["token"])
        if press is None:
            raise unknown or Refused(404, 10015, "Unknown Webhook")
        return press

    def _said(self, request: web.Request) -> tuple[Interaction, Message]:
        """The answer that is meant: the original, which is the card itself where a press was answered by changing it."""
        press, id = self._press(request), request.match_info["answer"]
        original = press.answers[:1] or ([press.message] if press.message else [])
        found = original if id == "@original" else [m for m in press.answers if str(m.id) == id]
        if not found:
            raise Refused(404, 10008, "Unknown Message")
        return press, found[0]


async def _form(request: web.Request) -> Json:
    """What was sent, with the names of files that came along."""
    if not request.content_type.startswith("multipart/"):
        return dict(await request.json())
    form = await request.post()
    names = [each.filename for each in form.values() if isinstance(each, web.FileField)]
    return {**json.loads(str(form["payload_json"])), "files": names}
