"""Take away the card of a flag that became restricted: what it said before stays in no shared channel."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord

from bot import channel
from bot.channel import Withdrawn
from bot.discord_ui.sending import NO_ANSWER
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

_MAY_NOT: Final = 50013
"""Discord's code for a message of another account: of a bot that was made anew, say."""


async def take_away(bot: ReviewBot) -> int:
    """Delete the cards that no channel may show any more; how many."""
    done = 0
    for card in await asyncio.to_thread(channel.withdrawn_cards, bot.house, bot.left_alone()):
        place = None if card.channel in bot.left_alone() else bot.place_of(card.channel, page=card.page)
        if place is None or not await _deleted(bot, place, card):
            continue
        await asyncio.to_thread(channel.note_withdrawn, bot.house, card)
        done += 1
    return done


async def _deleted(bot: ReviewBot, place: discord.TextChannel, card: Withdrawn) -> bool:
    try:
        with suppress(discord.NotFound):
            await place.get_partial_message(int(card.message)).delete()
    except discord.Forbidden as refused:
        log().error("card_not_taken_away", page=card.page, error=refused)
        if refused.code != _MAY_NOT:
            bot.leave_alone(card.channel, page=card.page)
        return refused.code == _MAY_NOT  # nobody but a person can: asking again changes nothing
    except NO_ANSWER as error:
        log().error("card_not_taken_away", page=card.page, error=error)
        return False
    return True
