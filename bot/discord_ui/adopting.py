"""Find the cards that were sent, and of which nobody knows: the process died before it noted them, or the answer got lost.

Where their flag still waits, they are found when it is to be shown. Where it was decided elsewhere meanwhile, nobody would look for
them, and they would say for ever that it waits.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

import discord

from bot import channel
from bot.discord_ui.sending import FAR_BACK, NO_ANSWER, ids_of
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

_FLAG: Final = re.compile(r"\bop1:([0-9a-f-]{36})")
_BUNDLE: Final = re.compile(r"\bbn1:[a-z_]+:([0-9a-f-]{36}):")


async def adopt(bot: ReviewBot) -> bool:
    """Note the cards of ours that nobody has noted: they are due then. Whether every channel could be read."""
    whole = True
    for id in await asyncio.to_thread(channel.channels, bot.house):
        place = bot.get_channel(int(id))
        if not isinstance(place, discord.TextChannel) or not place.permissions_for(place.guild.me).read_message_history:
            continue  # it is told where it is to be written to
        flags, together = dict[str, int](), dict[str, int]()
        try:
            async for message in place.history(limit=FAR_BACK):
                if message.author.id == place.guild.me.id and message.flags.components_v2:
                    flags |= dict.fromkeys(_FLAG.findall(ids_of(message)), message.id)
                    together |= dict.fromkeys(_BUNDLE.findall(ids_of(message)), message.id)
        except NO_ANSWER as error:
            log().error("adopt_failed", error=error)
            whole = False
            continue
        await asyncio.to_thread(channel.adopt, bot.house, id, flags, together)
    return whole
