"""What is said where the channel cannot work, and where the bot stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import simcord

from bot.channel import TOKEN
from bot.discord_ui import running
from bot.discord_ui.client import ReviewBot
from bot.discord_ui.running import DiscordTrouble
from bot.house import House
from tests.houses import PEOPLE, Town
from tests.unit.bot.discord_ui.test_press import introduce


def with_token(town: Town, token: str) -> House:
    variables = {**town.environment.variables, TOKEN: token}
    return replace(town.house, environment=replace(town.house.environment, variables=variables))


def test_without_a_token_or_a_channel_it_says_what_to_do(town: Town) -> None:
    with pytest.raises(DiscordTrouble, match=TOKEN):
        running.token_of(town.house)
    with pytest.raises(DiscordTrouble, match="discord setup"):
        running.token_of(with_token(town, "abc"))
    introduce(town, 77, 1, 2)
    assert running.token_of(with_token(town, "abc")) == "abc"
    assert "abc" not in repr(with_token(town, "abc").environment)


def test_it_leaves_every_server_that_is_not_a_schools(town: Town) -> None:
    async def lived() -> None:
        bot = ReviewBot(town.house, keeps_up=False)
        async with simcord.run(bot) as env:
            ours, other = env.create_guild(), env.create_guild()
            introduce(town, ours.create_text_channel("review").id, 1, 2)
            await bot.offer_commands()
            await env.settle()
            left: Any = {guild.id for guild in bot.guilds}
            assert ours.id in left
            assert other.id not in left

    asyncio.run(lived())


def test_a_channel_id_that_is_none_is_refused(town: Town) -> None:
    (town.config / "people.yaml").write_text(PEOPLE.replace("telephone: (213) 555-0100", "discord_channel: -4"))
    with pytest.raises(Exception, match="discord_channel"):
        introduce(town, -4, 1, 2)
