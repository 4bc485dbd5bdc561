"""Connect to Discord and stay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot import channel
from bot.channel import TOKEN
from bot.discord_ui.client import ReviewBot
from bot.discord_ui.sending import NO_ANSWER
from bot.domain.errors import Advice
from bot.house import House
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.setup.visiting import Visitor

API: Final = "HALLMONITOR_DISCORD_API"
"""The address of another server that speaks Discord's protocol, version 10 (`.../api/v10`). Empty: Discord itself."""

AGAIN_AFTER: Final = 1.0
"""Seconds until the first new try where Discord is not reached at the start; each further wait is twice as long, up to"""
MOST_AGAIN_AFTER: Final = 60.0

_LIFE_EVERY: Final = timedelta(seconds=30)
"""How often the process says that its connection holds."""


class DiscordTrouble(Advice):
    """The channel cannot work like this; the message says what to do."""


def run(house: House) -> None:
    """Hold the connection until the house stops.

    Raises:
        DiscordTrouble: there is no token or no channel, or Discord does not take the token.
    """
    asked(lambda: asyncio.run(_stay(house, token_of(house))))


def token_of(house: House) -> str:
    """The bot's token.

    Raises:
        DiscordTrouble: there is none, or no school has a channel.
    """
    token = house.environment.variables.get(TOKEN, "")
    if not token:
        raise DiscordTrouble(f"{TOKEN} is not set: `hallmonitor discord setup` says where the bot's token comes from")
    if not channel.channels(house):
        raise DiscordTrouble("no school has a review channel: `hallmonitor discord setup` shows the line to write")
    return token


def asked(work: Callable[[], None]) -> None:
    """Do something with Discord; what goes wrong there becomes advice.

    Raises:
        DiscordTrouble: Discord does not know the token, or does not answer as it should.
    """
    try:
        work()
    except discord.LoginFailure:
        advice = "reset it at https://discord.com/developers/applications (Bot, Reset Token), and set"
        raise DiscordTrouble(f"Discord does not know this token: {advice} {TOKEN} anew") from None
    except NO_ANSWER as error:
        raise DiscordTrouble(f"Discord does not answer as it should ({type(error).__name__}): try again") from None


async def sign_in(bot: ReviewBot | Visitor, token: str) -> None:
    """Log in at Discord, or at the server that the environment names: the library knows both addresses for the whole process."""
    api = bot.house.environment.variables.get(API, "")
    if api:
        Route.BASE = api.rstrip("/")
    await bot.login(token)
    if api:
        _, gateway, _ = await bot.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)


async def stay_connected(bot: discord.Client) -> None:
    """Hold the connection, also over gaps, until the bot is closed.

    Raises:
        discord.GatewayNotFound: the very first connection broke.
    """
    try:
        await bot.connect()
    except AttributeError as error:  # discord.py 2.7 stumbles where the first connection breaks before it is greeted
        raise discord.GatewayNotFound from error


async def _stay(house: House, token: str) -> None:
    """Connect, and where Discord cannot be reached at first, try again: a service that starts during an outage is on duty after it."""
    wait = AGAIN_AFTER
    while not house.stopping.is_set():
        try:
            await _one_stay(house, token)
        except (discord.LoginFailure, discord.PrivilegedIntentsRequired):
            raise
        except NO_ANSWER as error:
            log().error("discord_unreachable", error=error)
            await asyncio.to_thread(house.stopping.wait, wait)
            wait = min(wait * 2, MOST_AGAIN_AFTER)


async def _one_stay(house: House, token: str) -> None:
    async def connected() -> None:
        await sign_in(bot, token)
        await stay_connected(bot)

    noted: datetime | None = None
    async with ReviewBot(house) as bot:
        staying = asyncio.create_task(connected())
        while not house.stopping.is_set() and not staying.done():
            await asyncio.wait([staying], timeout=0.5)
            if noted is None or house.clock() - noted >= _LIFE_EVERY:
                noted = await _note_life(house, bot)
        await bot.close()
        if house.stopping.is_set():
            staying.cancel()  # it may be waiting to try again
            await asyncio.gather(staying, return_exceptions=True)
        else:
            await staying


async def _note_life(house: House, bot: ReviewBot) -> datetime | None:
    """Say that the connection holds, for `doctor`, and when that was; None: it does not. A full disk is no reason to hang up."""
    if not bot.is_ready() or not bot.ws.open:
        return None
    now = house.clock()
    with suppress(OSError):
        await asyncio.to_thread(channel.note_alive, house, now)
    return now
