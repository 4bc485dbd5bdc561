"""Slash commands: every answer is the asker's alone, and holds what they may see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import simcord

from bot.discord_ui.client import ReviewBot
from tests.houses import ADMIN, Town, flagged, rows
from tests.unit.bot.bundles.raids import raided
from tests.unit.bot.discord_ui.test_press import introduce


def ask(town: Town, story: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
    async def lived() -> None:
        bot = ReviewBot(town.house, keeps_up=False)
        async with simcord.run(bot) as env:
            guild = env.create_guild()
            room = guild.create_text_channel("review")
            admin, second, stranger = (guild.add_member(env.create_user(name)) for name in ("dana", "maja", "nobody"))
            introduce(town, room.id, admin.id, second.id)
            await bot.offer_commands()
            await env.settle()
            await story(room, admin, stranger)

    asyncio.run(lived())


async def answer(who: Any, room: Any, command: str, **options: Any) -> str:
    result = await who.slash(room, command, **options)
    assert result.ephemeral
    return str(result.response.content)


def test_the_queue_is_told_to_whoever_may_see_it(town: Town) -> None:
    flag = flagged(town, "!disparagement of quokkas")

    async def story(room: Any, admin: Any, stranger: Any) -> None:
        said = await answer(admin, room, "queue")
        assert flag[-8:] in said
        assert "Insult or put-down" in said
        assert "quokkas" not in said
        assert "does not know this account" in await answer(stranger, room, "queue")

    ask(town, story)


def test_a_flag_is_opened_for_whoever_may_and_the_opening_is_logged(town: Town) -> None:
    flag = flagged(town, "!disparagement of quokkas")

    async def story(room: Any, admin: Any, stranger: Any) -> None:
        assert "quokkas" in await answer(admin, room, "flag", id=flag[-8:])
        assert rows(town, "SELECT reason FROM access") == [("words opened",)]
        assert "quokkas" not in await answer(stranger, room, "flag", id=flag[-8:])
        assert "no flag nothing" in await answer(admin, room, "flag", id="nothing")
        assert rows(town, "SELECT count(*) FROM access") == [(1,)]

    ask(town, story)


def test_a_restricted_flag_leaves_no_trace_for_whom_it_may_mean(town: Town) -> None:
    flag = flagged(town, "!child_abuse by the principal")

    async def story(room: Any, admin: Any, _: Any) -> None:
        assert await answer(admin, room, "queue") == "Nothing waits for you."
        assert await answer(admin, room, "flag", id=flag[-8:]) == f"no flag {flag[-8:]}; see `hallmonitor queue`"
        assert ADMIN not in await answer(admin, room, "help")

    ask(town, story)


def test_a_raid_is_one_line_of_the_queue(town: Town) -> None:
    bundle = raided(town, 12)

    async def story(room: Any, admin: Any, _: Any) -> None:
        said = await answer(admin, room, "queue")
        assert said.startswith(f"`{bundle[-8:]}` medium: **12 together**, Insult or put-down")
        assert len(said.splitlines()) == 1

    ask(town, story)
