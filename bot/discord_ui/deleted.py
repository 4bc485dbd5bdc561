"""Find the cards that somebody deleted. We ask, and do not listen: for the events we would be told of all that is written in a server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import discord

from bot import channel
from bot.discord_ui.sending import NO_ANSWER
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

_FAR_BACK: Final = 500  # messages of a channel


async def look_back(bot: ReviewBot) -> None:
    """Where a flag waits for a decision and somebody deleted the message of its card, the card is due again."""
    for id, messages in (await asyncio.to_thread(channel.waiting_messages, bot.house)).items():
        place = bot.get_channel(int(id))
        if isinstance(place, discord.TextChannel) and place.permissions_for(place.guild.me).read_message_history:
            try:
                gone = await _gone(place, messages)
            except NO_ANSWER as error:
                log().error("look_back_failed", error=error)
                continue
            if gone:  # nobody's writing waits for a look that has found nothing
                await asyncio.to_thread(channel.note_deleted, bot.house, gone)


async def _gone(place: discord.TextChannel, messages: list[int]) -> list[int]:
    """Which of these messages of a channel are no more, as far back as we look."""
    there, first = set[int](), min(messages)
    async for message in place.history(limit=_FAR_BACK):
        there.add(message.id)
        if message.id <= first:
            break
    seen_since = first if len(there) < _FAR_BACK else min(there)
    return [id for id in messages if id >= seen_since and id not in there]
