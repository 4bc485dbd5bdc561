"""What is seen in Discord itself, with the real discord.py on simcord: rights, who can read, who can decide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord

from bot import channel, pages
from bot.discord_ui.setup.looking import look
from bot.discord_ui.setup.visiting import Visitor
from bot.domain.findings import Finding
from tests.houses import ADMIN, NOW, PEOPLE, SECOND, TEACHER, Town
from tests.unit.bot.discord_ui.test_press import introduce

HIDDEN = discord.PermissionOverwrite(view_channel=False)
SHOWN = discord.PermissionOverwrite(view_channel=True)


@dataclass
class Server:
    """A server of the school with the bot in it, and what a test has made there."""

    town: Town
    guild: Any
    me: Any

    def room(self, name: str = "review", **more: Any) -> Any:
        """A text channel that only the bot sees, and whoever is named."""
        overwrites = {self.guild.default_role: HIDDEN, self.me: SHOWN} | more.pop("also", {})
        return self.guild.create_text_channel(name, overwrites=overwrites, **more)


def seen(town: Town, make: Callable[[Server, Any], None], *, invited: bool = True) -> list[Finding]:
    """What is found after a test has made its channels."""
    found: list[Finding] = []

    async def lived() -> None:
        async with simcord.run(Visitor(town.house)) as env:
            if invited:
                guild = env.create_guild("Roosevelt")
                await env.settle()
                make(Server(town, guild, env.bot.user), env)
                await env.settle()
            says = channel.written(town.house, NOW)
            found.extend([f async for f in look(env.bot, channel.places(town.house, NOW), says)])

    asyncio.run(lived())
    return found


def about(found: list[Finding], subject: str) -> Finding:
    (one,) = (f for f in found if f.subject == subject)
    return one


def name(town: Town, room: int) -> None:
    """People.yaml names the channel, and nobody's account."""
    text = PEOPLE.replace("telephone: (213) 555-0100", f"telephone: (213) 555-0100, discord_channel: {room}")
    (town.config / "people.yaml").write_text(text)
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def test_a_bot_that_is_nowhere_is_invited_with_the_least_rights(town: Town) -> None:
    servers = about(seen(town, lambda server, env: None, invited=False), "servers")
    assert not servers.well
    assert "scope=bot+applications.commands" in servers.mend
    assert "permissions=84992\n" in servers.mend  # view, send, embed, history: 1024 + 2048 + 16384 + 65536
    assert "as somebody who may manage the school's server" in servers.mend


def test_where_no_channel_is_named_all_are_listed_and_the_line_to_write_is_printed(town: Town) -> None:
    ids: dict[str, int] = {}

    def make(server: Server, env: Any) -> None:
        ids["open"] = server.guild.create_text_channel("general").id
        ids["closed"] = server.room("review").id

    missing = about(seen(town, make), "channel of s")
    lines = missing.mend.splitlines()
    assert lines[1].split() == [str(ids["closed"]), "#review", "in", "Roosevelt", "(private)"]
    assert lines[2].startswith(f"  {ids['open']}  #general in Roosevelt (everybody can read it")
    assert f"site s in {town.config}/people.yaml, line 2:" in lines[3]
    assert lines[4] == f"    discord_channel: {ids['closed']}"


def test_without_a_private_channel_nothing_is_proposed(town: Town) -> None:
    missing = about(seen(town, lambda server, env: server.guild.create_text_channel("general")), "channel of s")
    assert "Make a private text channel" in missing.mend
    assert "    discord_channel: ID\n" in missing.mend


def test_each_missing_right_has_its_name_in_discord(town: Town) -> None:
    less = discord.PermissionOverwrite(view_channel=True, send_messages=False, read_message_history=False)
    found = seen(town, lambda server, env: name(town, server.room(also={server.me: less}).id))
    wrong = about(found, "channel of s")
    assert wrong.fact == "#review in Roosevelt: the bot lacks Send Messages, Embed Links, Read Message History"
    assert "allow Send Messages, Embed Links, Read Message History" in wrong.mend


def test_a_channel_that_everybody_reads_is_no_review_channel(town: Town) -> None:
    found = seen(town, lambda server, env: name(town, server.guild.create_text_channel("general").id))
    rights, private = (f for f in found if f.subject == "channel of s")
    assert rights.well
    assert private.serious
    assert "switch on Private Channel" in private.mend


@pytest.mark.parametrize(
    ("make", "fact"),
    [
        (lambda server: 12345, "the bot does not see the channel 12345"),
        (lambda server: server.guild.create_voice_channel("talk").id, "is no text channel"),
    ],
    ids=["unseen", "voice"],
)
def test_a_channel_that_cannot_be_one_is_named(town: Town, make: Callable[[Server], int], fact: str) -> None:
    wrong = about(seen(town, lambda server, env: name(town, make(server))), "channel of s")
    assert fact in wrong.fact
    assert wrong.mend


def test_of_each_administrator_it_says_whether_they_can_decide_there(town: Town) -> None:
    def make(server: Server, env: Any) -> None:
        dana, maja = (server.guild.add_member(env.create_user(each)) for each in ("dana", "maja"))
        introduce(town, server.room(also={dana: SHOWN}).id, dana.id, maja.id)

    found = seen(town, make)
    assert (about(found, ADMIN).well, about(found, ADMIN).fact) == (True, "sees #review as dana")
    assert about(found, SECOND).fact == "cannot see #review"
    unknown = about(found, TEACHER)
    assert 'people.yaml, line 7):\n    accounts: {discord: ["ID"]}' in unknown.mend
    assert not unknown.serious  # two others can decide


def test_an_administrator_who_is_not_in_the_server_is_named(town: Town) -> None:
    found = seen(town, lambda server, env: introduce(town, server.room().id, 111, 222))
    assert about(found, ADMIN).fact == "is not in Roosevelt with the account 111"


def test_an_account_of_two_people_is_nobodys(town: Town) -> None:
    found = seen(town, lambda server, env: introduce(town, server.room().id, 111, 111))
    twice = about(found, "channel")
    assert f"the account 111 stands at {SECOND} and {ADMIN}" == twice.fact
    assert twice.serious


def test_no_intent_with_privileges_is_asked_for(town: Town) -> None:
    assert about(seen(town, lambda server, env: name(town, server.room().id)), "intents").well
    asked = Visitor(town.house).intents
    assert [asked.message_content, asked.members, asked.presences] == [False] * 3
