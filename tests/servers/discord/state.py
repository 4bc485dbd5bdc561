"""What the fake of Discord knows: servers ("guilds"), channels, people, messages, presses; and how each is told on the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import discord

Json = dict[str, Any]

EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15
TEXT, DM, VOICE = 0, 1, 2
_EPOCH: Final = 1420070400000
_alone, _last = threading.Lock(), [0]


def new_id() -> int:
    """A snowflake: ids grow with time, and hold it."""
    with _alone:
        _last[0] = max(_last[0] + 1, int(time.time() * 1000) - _EPOCH << 22)
        return _last[0]


def stamp() -> str:
    """The time now, as Discord writes it."""
    return datetime.now(UTC).isoformat()


def parts_of(components: Any) -> Iterator[Json]:
    """All components of a message or a form, those inside others too."""
    for component in components or ():
        yield component
        yield from parts_of(component.get("components"))
        yield from parts_of([component[name] for name in ("component", "accessory") if component.get(name)])


@dataclass
class User:
    """An account. `open` is whether it takes direct messages."""

    name: str
    id: int = field(default_factory=new_id)
    bot: bool = False
    open: bool = True

    def told(self) -> Json:
        """As Discord tells of an account."""
        return {
            "id": str(self.id), "username": self.name, "global_name": self.name, "discriminator": "0", "avatar": None,
            "bot": self.bot, "system": False, "public_flags": 0, "flags": 0,
        }  # fmt: skip

    def member(self, permissions: int | None = None) -> Json:
        """As Discord tells of an account in a server."""
        return {
            "user": self.told(), "roles": [], "nick": None, "avatar": None, "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None, "deaf": False, "mute": False, "pending": False, "flags": 0,
            "communication_disabled_until": None, **({} if permissions is None else {"permissions": str(permissions)}),
        }  # fmt: skip


@dataclass
class Message:
    """A message as it was sent and edited. `only_for`: the one who sees it, where it is ephemeral. `more`: further fields of it."""

    channel: int
    author: User
    sent: Json
    id: int = field(default_factory=new_id)
    only_for: int | None = None
    edits: int = 0
    earlier: list[str] = field(default_factory=list)
    """What was to be read before each edit."""
    at: float = field(default_factory=time.monotonic)
    written: str = field(default_factory=stamp)
    edited: str | None = None
    more: Json = field(default_factory=dict)
    rang: list[int] = field(init=False)
    """Whom it called when it was sent: an edit rings nobody's telephone."""

    def __post_init__(self) -> None:
        self.rang = self.calls

    @property
    def text(self) -> str:
        """All that a reader sees, labels of buttons aside."""
        shown = [str(part["content"]) for part in parts_of(self.sent.get("components")) if part.get("content")]
        return "\n".join([str(self.sent.get("content") or ""), *shown]).strip()

    @property
    def buttons(self) -> list[str]:
        """The labels of what can be pressed, in order."""
        parts = parts_of(self.sent.get("components"))
        return [str(part.get("label", "")) for part in parts if part["type"] == 2 and not part.get("disabled")]

    @property
    def calls(self) -> list[int]:
        """The accounts that this message calls: those that it mentions and that `allowed_mentions` lets through."""
        allowed = self.sent.get("allowed_mentions") or {}
        named = [int(id) for id in allowed.get("users", ())]
        return [id for id in named if f"<@{id}>" in self.text]

    def control(self, *, label: str = "", custom_id: str = "") -> Json:
        """The button or select with this label (of a select: its placeholder) or custom id.

        Raises:
            LookupError: there is none; it says what there is.
        """
        there = [
            part for part in parts_of(self.sent.get("components")) if part.get("custom_id") and not part.get("disabled")
        ]
        for part in there:
            if (custom_id and part["custom_id"] == custom_id) or (
                label and label in (part.get("label"), part.get("placeholder"))
            ):
                return part
        raise LookupError(f"no {label or custom_id!r} on this message: {[part.get('label') for part in there]}")

    def told(self) -> Json:
        """As Discord tells of a message."""
        told: Json = {
            "id": str(self.id), "channel_id": str(self.channel), "author": self.author.told(), "type": 0, "tts": False,
            "content": self.sent.get("content") or "", "components": self.sent.get("components") or [],
            "embeds": self.sent.get("embeds") or [], "flags": self.sent.get("flags") or 0, "timestamp": self.written,
            "edited_timestamp": self.edited, "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [],
            "pinned": False, **self.more,
        }  # fmt: skip
        return told | ({"nonce": self.sent["nonce"]} if "nonce" in self.sent else {})


@dataclass
class Channel:
    """A channel, or a conversation with one person. `denied` is what the bot may not do here."""

    name: str
    guild: int | None
    kind: int = TEXT
    id: int = field(default_factory=new_id)
    denied: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    ever: list[Message] = field(default_factory=list)
    """All that was ever said here, also what was deleted."""
    recipient: User | None = None
    newest: int = 0
    """The id of the newest message that was ever here: Discord keeps it when that message is deleted."""
    more: Json = field(default_factory=dict)
    """Further fields of it, and others than those of below."""

    def told(self, bot: User) -> Json:
        """As Discord tells of a channel."""
        told: Json = {
            "id": str(self.id),
            "type": self.kind,
            "last_message_id": str(self.newest) if self.newest else None,
        }
        if self.recipient:
            return told | {"recipients": [self.recipient.told()]}
        denied = [{"id": str(bot.id), "type": 1, "allow": "0", "deny": str(self.denied)}] if self.denied else []
        return told | {
            "guild_id": str(self.guild), "name": self.name, "position": 0, "parent_id": None, "topic": None, "nsfw": False,
            "rate_limit_per_user": 0, "permission_overwrites": denied, "bitrate": 64000, "user_limit": 0, **self.more,
        }  # fmt: skip

    def say(self, message: Message) -> Message:
        """A new message."""
        self.messages[message.id] = message
        self.newest = max(self.newest, message.id)
        self.ever.append(message)
        return message

    def shown_to(self, user: int | None = None) -> list[Message]:
        """The messages in their order: everybody's, and with `user` also what this person alone sees."""
        return [m for m in list(self.messages.values()) if m.only_for is None or m.only_for == user]


@dataclass
class Guild:
    """A server with the bot in it. `rights` is what everybody may do. `away`: Discord cannot reach it just now ("unavailable")."""

    name: str
    owner: User
    id: int = field(default_factory=new_id)
    rights: int = discord.Permissions(
        view_channel=True, send_messages=True, read_message_history=True, embed_links=True, create_public_threads=True,
        send_messages_in_threads=True, use_application_commands=True,
    ).value  # fmt: skip
    members: dict[int, User] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    away: bool = False
    roles: list[Json] = field(default_factory=list)
    """Those beside @everyone."""
    worn: dict[int, list[str]] = field(default_factory=dict)
    """Which of them an account has."""
    more: Json = field(default_factory=dict)
    rules: list[Json] = field(default_factory=list)
    """Those of AutoMod."""

    def told(self, bot: User) -> Json:
        """As GUILD_CREATE tells of a server. Without the intent for members it names the bot alone."""
        everybody = {
            "id": str(self.id), "name": "@everyone", "permissions": str(self.rights), "position": 0, "color": 0, "hoist": False,
            "managed": False, "mentionable": False, "flags": 0,
        }  # fmt: skip
        return {
            "id": str(self.id), "name": self.name, "owner_id": str(self.owner.id), "roles": [everybody, *self.roles], "emojis": [],
            "stickers": [], "features": [], "channels": [c.told(bot) for c in self.channels.values()], "threads": [],
            "members": [bot.member()], "member_count": len(self.members) + 1, "voice_states": [], "presences": [],
            "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [], "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00", "large": False, "preferred_locale": "en-US", "icon": None,
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
            "nsfw_level": 0, "premium_tier": 0, "afk_timeout": 300, "system_channel_flags": 0,
            **self.more,
        }  # fmt: skip


@dataclass
class World:
    """All that there is."""

    bot: User = field(default_factory=lambda: User("hallmonitor", bot=True))
    flags: int = 0
    """Those of the bot's application. 1 << 19: it has the intent for the words of messages."""
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)

    def may(self, channel: Channel, **wanted: bool) -> bool:
        """Whether the bot has these rights in a channel."""
        if channel.guild is None:
            return True
        guild = self.guilds.get(channel.guild)
        mask = discord.Permissions(**wanted).value
        above = self.channels.get(
            int(channel.more.get("parent_id") or 0), channel
        )  # a thread has the rights of its channel
        return guild is not None and self.rights(guild) & ~above.denied & mask == mask

    def rights(self, guild: Guild) -> int:
        """What the bot may do in a server, by itself and by its roles."""
        rights = guild.rights
        for role in guild.roles:
            rights |= int(role["permissions"]) if role["id"] in guild.worn.get(self.bot.id, ()) else 0
        return rights


def find(path: str, commands: list[Json]) -> tuple[Json, Mapping[str, Json]]:
    """The command that "report daily" names, and the options of its last part by name.

    Raises:
        LookupError: the bot offers no such command here.
    """
    first, *deeper = path.split()
    command = next((c for c in commands if c["name"] == first), None)
    node = command
    for name in deeper:
        node = next((o for o in (node or {}).get("options", ()) if o["name"] == name and o["type"] in (1, 2)), None)
    if command is None or node is None:
        raise LookupError(f"no /{path} here: {[c['name'] for c in commands]}")
    return command, {option["name"]: option for option in node.get("options", ())}
