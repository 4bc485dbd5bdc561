"""A class's channel on the fake of Discord, as people use it: they write, answer, open threads and posts, edit and delete.

Times are chosen by the test, and the ids hold them, as Discord's do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import discord as library

from tests.servers.discord.server import Discord
from tests.servers.discord.state import TEXT, Channel, Json, Message, User

FORUM: Final = 15
BEGIN: Final = datetime(2026, 10, 5, 16, tzinfo=UTC)
READS_WORDS: Final = 1 << 19
TOKEN: Final = "hush-bot-token.of-a.class"
NOT_OF_THREADS: Final = {"position", "topic", "nsfw", "permission_overwrites", "bitrate", "user_limit"}
_number = count(1)


def id_at(when: datetime) -> int:
    """A new id of a moment; those of one moment grow."""
    return library.utils.time_snowflake(when + timedelta(microseconds=10)) + next(_number)


class Thread(Channel):
    """A thread has no settings of its own where it has its channel's."""

    def told(self, bot: User) -> Json:
        told = super().told(bot)
        return {name: value for name, value in told.items() if name not in NOT_OF_THREADS}


class Room:
    """A server with one channel for a class, its people, and our bot, which may read and delete."""

    def __init__(self, discord: Discord, kind: int = TEXT, name: str = "room-12") -> None:
        self.discord, self.bot = discord, discord.world.bot
        discord.world.flags = READS_WORDS
        self.guild = discord.add_guild("Lincoln Middle School")
        self.guild.members[self.bot.id] = self.bot
        self.add_role("Hallmonitor", self.bot, manage_messages=True, manage_threads=True)["tags"] = {
            "bot_id": str(self.bot.id)
        }
        self.kim, self.lee = discord.add_person(self.guild, "kim"), discord.add_person(self.guild, "lee")
        self.channel = discord.add_channel(self.guild, name, kind, id=id_at(BEGIN - timedelta(days=90)))

    @property
    def address(self) -> str:
        """As a teacher copies it from the browser."""
        return f"https://discord.com/channels/{self.guild.id}/{self.channel.id}"

    def add_role(self, name: str, *people: User, **rights: bool) -> Json:
        """A role of the server, and who has it."""
        role: Json = {
            "id": str(id_at(BEGIN)),
            "name": name,
            "permissions": str(library.Permissions(**rights).value),
            "managed": False,
        }
        self.guild.roles.append(role)
        for person in people:
            self.guild.worn.setdefault(person.id, []).append(role["id"])
        return role

    def say(
        self,
        text: str,
        when: datetime,
        who: User | None = None,
        *,
        place: Channel | None = None,
        id: int = 0,
        **more: Any,
    ) -> Message:
        """Write a message. `more`: other fields of it, as Discord tells them."""
        place = place or self.channel
        message = Message(place.id, who or self.kim, {"content": text}, id or id_at(when), more=more)
        message.written = when.isoformat()
        return place.say(message)

    def answer(self, to: Message, text: str, when: datetime, who: User | None = None, **more: Any) -> Message:
        """Reply to a message, in its place."""
        reference = {"type": 0, "message_id": str(to.id), "channel_id": str(to.channel), "guild_id": str(self.guild.id)}
        place = self.discord.world.channels[to.channel]
        return self.say(text, when, who or self.lee, place=place, type=19, message_reference=reference, **more)

    def open_thread(
        self, title: str, when: datetime, *, on: Message | None = None, who: User | None = None, kind: int = 11
    ) -> Channel:
        """Open a thread, on a message or (12) a private one. A thread on a message has its id, however old it is."""
        thread = Thread(title, self.guild.id, kind, on.id if on else id_at(when))
        metadata = {
            "archived": False,
            "archive_timestamp": when.isoformat(),
            "locked": False,
            "create_timestamp": when.isoformat(),
        }
        thread.more |= {
            "parent_id": str(self.channel.id), "owner_id": str((who or self.lee).id), "thread_metadata": metadata, "message_count": 0,
        }  # fmt: skip
        self.discord.world.channels[thread.id] = self.guild.channels[thread.id] = thread
        if on:
            self.say("", when, who or self.lee, place=thread, type=21)
        return thread

    def post(self, title: str, text: str, when: datetime, who: User | None = None, **more: Any) -> Channel:
        """Open a post in a forum: a thread, and a first message with the thread's id."""
        post = self.open_thread(title, when, who=who or self.kim)
        self.say(text, when, who, place=post, id=post.id, **more)
        return post

    def archive(self, thread: Channel, when: datetime) -> None:
        """It leaves the list of active threads."""
        thread.more["thread_metadata"] |= {"archived": True, "archive_timestamp": when.isoformat()}

    def edit(self, message: Message, text: str, when: datetime | None = None) -> None:
        """Its author writes it anew."""
        message.sent["content"] = text
        message.edited = (when or datetime.fromisoformat(message.written)).isoformat()

    def delete(self, message: Message) -> None:
        """It is gone, without a trace."""
        del self.discord.world.channels[message.channel].messages[message.id]

    def delete_thread(self, id: int) -> None:
        """It is gone with all that stands in it."""
        del self.discord.world.channels[id], self.guild.channels[id]

    def find(self, id: str) -> Message:
        """A message by the id that a connector gives it."""
        channel, message = map(int, id.split("."))
        return self.discord.world.channels[channel].messages[message]


def planted(room: Room) -> dict[str, Message]:
    """Two weeks of a text channel: a dozen messages, two threads, one of them archived, and notices of Discord's."""
    hour = timedelta(hours=1)
    week = room.say("Volcano week: what did you find out?", BEGIN, room.lee)
    rude = room.say("Nobody likes you", BEGIN + hour, room.kim)
    reply = room.answer(week, "Is 3 < 4 &amp; more? <@1>", BEGIN + 2 * hour, room.kim)
    thread = room.open_thread("Lava and rock", BEGIN + 3 * hour, on=week)
    first = room.say("It cools into 🌋 rock", BEGIN + 4 * hour, place=thread)
    room.say("", BEGIN + 5 * hour, type=7)
    between = room.say("Look what I found", BEGIN + 6 * hour, attachments=[picture("rock.gif")])
    second = room.answer(first, "Igneous, it is called", BEGIN + 7 * hour, room.lee)
    old = room.open_thread("Homework", BEGIN + 8 * hour)
    page = room.say("¿Dónde está la página 12?\nمرحبا", BEGIN + 9 * hour, place=old)
    room.archive(old, BEGIN + 33 * hour)
    last = room.say("See you on Monday", BEGIN + 50 * hour, room.lee)
    return {
        "week": week, "rude": rude, "reply": reply, "first": first, "between": between, "second": second, "page": page, "last": last,
    }  # fmt: skip


def picture(name: str, kind: str = "image/gif", **more: str) -> Json:
    """A file that hangs on a message, with a signature that is another one in each answer."""
    number = str(id_at(BEGIN))
    url = f"https://cdn.discordapp.com/attachments/12/{number}/{name}?ex={next(_number):x}&is=1&hm=2"
    return {"id": number, "filename": name, "content_type": kind, "size": 12, "url": url, "proxy_url": url, **more}
