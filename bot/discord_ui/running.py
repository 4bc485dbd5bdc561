"""Connect to Discord and stay; and, without staying, see whether everything is as it has to be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot import channel
from bot.discord_ui.client import ReviewBot
from bot.discord_ui.sending import NO_ANSWER
from bot.domain.errors import Advice
from bot.house import House
from bot.telemetry import log

VARIABLE: Final = "HALLMONITOR_DISCORD_TOKEN"
API: Final = "HALLMONITOR_DISCORD_API"
"""The address of another server that speaks Discord's protocol, version 10 (`.../api/v10`). Empty: Discord itself."""

AGAIN_AFTER: Final = 1.0
"""Seconds until the first new try where Discord is not reached at the start; each further wait is twice as long, up to"""
MOST_AGAIN_AFTER: Final = 60.0

RIGHTS: Final = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True, embed_links=True)
"""All that the bot needs, in its channel alone."""


class DiscordTrouble(Advice):
    """The channel cannot work like this; the message says what to do."""


def run(house: House) -> None:
    """Hold the connection until the house stops.

    Raises:
        DiscordTrouble: there is no token or no channel, or Discord does not take the token.
    """
    _asked(lambda: asyncio.run(_stay(house, token_of(house))))


def check(house: House) -> list[str]:
    """Sign in, look at the channels, and go. What is wrong, each with what to do; nothing where all is well.

    Raises:
        DiscordTrouble: as `run`.
    """
    found: list[str] = []
    _asked(lambda: found.extend(asyncio.run(_look(house, token_of(house)))))
    return found


def invitation(application: int) -> str:
    """The address with which somebody who owns the server invites the bot, with the least rights."""
    return discord.utils.oauth_url(application, permissions=RIGHTS, scopes=("bot",))


def token_of(house: House) -> str:
    """The bot's token.

    Raises:
        DiscordTrouble: there is none, or no school has a channel.
    """
    token = house.environment.variables.get(VARIABLE, "")
    if not token:
        raise DiscordTrouble(
            f"set {VARIABLE}: the token of the bot, from https://discord.com/developers/applications (Bot, Reset Token)"
        )
    if not channel.channels(house):
        raise DiscordTrouble(
            "no school has a review channel: write `discord_channel: ID` to its site in people.yaml, and apply it"
        )
    return token


def _asked(work: Callable[[], None]) -> None:
    try:
        work()
    except discord.LoginFailure:
        raise DiscordTrouble(f"Discord does not know this token: reset it there, and set {VARIABLE} anew") from None
    except NO_ANSWER as error:
        raise DiscordTrouble(f"Discord does not answer as it should ({type(error).__name__}): try again") from None


async def sign_in(bot: ReviewBot, token: str) -> None:
    """Log in at Discord, or at the server that the environment names: the library knows both addresses for the whole process."""
    api = bot.house.environment.variables.get(API, "")
    if api:
        Route.BASE = api.rstrip("/")
    await bot.login(token)
    if api:
        _, gateway, _ = await bot.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)


async def stay_connected(bot: ReviewBot) -> None:
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

    async with ReviewBot(house) as bot:
        staying = asyncio.create_task(connected())
        while not house.stopping.is_set() and not staying.done():
            await asyncio.wait([staying], timeout=0.5)
        await bot.close()
        if house.stopping.is_set():
            staying.cancel()  # it may be waiting to try again
            await asyncio.gather(staying, return_exceptions=True)
        else:
            await staying


async def _look(house: House, token: str) -> list[str]:
    async with ReviewBot(house, keeps_up=False) as bot:
        await sign_in(bot, token)
        staying = asyncio.create_task(stay_connected(bot))
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait([ready, staying], timeout=30, return_when=asyncio.FIRST_COMPLETED)
        found = (
            list(problems(bot, channel.channels(house)))
            if ready.done()
            else ["Discord did not let the bot in within 30 seconds"]
        )
        await bot.close()
        await staying
        return found


def problems(bot: ReviewBot, channels: list[str]) -> Iterator[str]:
    """What is wrong with the channels as the bot sees them."""
    for id in channels:
        place = bot.get_channel(int(id))
        if place is None:
            address = invitation(bot.application_id or 0)
            yield f"channel {id} is not to be seen: invite the bot to its server ({address}), and let it see the channel"
        elif not isinstance(place, discord.TextChannel):
            yield f"channel {id} is no text channel: name one in people.yaml"
        else:
            rights = place.permissions_for(place.guild.me)
            missing = [name for name, wanted in RIGHTS if wanted and not getattr(rights, name)]
            if missing:
                yield f"channel {id}: give the bot the rights {', '.join(missing)}"
