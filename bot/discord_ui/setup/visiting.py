"""Sign in, look, and go. A visitor answers no card and no command: that is for the process on duty, which may be connected meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import discord

from bot.discord_ui.rights import intents
from bot.discord_ui.running import DiscordTrouble, sign_in, stay_connected
from bot.discord_ui.trial import TrialPress
from bot.house import House

PATIENCE: Final = 30.0
"""Seconds in which Discord has to let us in."""


class Visitor(discord.Client):
    """A client that looks, and answers nothing but the test card."""

    def __init__(self, house: House) -> None:
        super().__init__(intents=intents(), allowed_mentions=discord.AllowedMentions.none())
        self.house = house

    async def setup_hook(self) -> None:
        """Know the button of the test card."""
        self.add_dynamic_items(TrialPress)


async def visit(house: House, token: str, work: Callable[[Visitor], Awaitable[None]]) -> None:
    """Sign in, do the work, and go, whatever comes of it.

    Raises:
        DiscordTrouble: Discord does not let us in.
        discord.LoginFailure: Discord does not know the token.
    """
    async with Visitor(house) as client:
        await sign_in(client, token)
        staying = asyncio.create_task(stay_connected(client))
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait([ready, staying], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if staying.done():
                await staying
            if not ready.done():
                raise DiscordTrouble(f"Discord did not let the bot in within {PATIENCE:.0f} seconds: try again")
            await work(client)
        finally:
            ready.cancel()
            await client.close()
            staying.cancel()  # it may be waiting to connect again
            await asyncio.gather(staying, return_exceptions=True)
