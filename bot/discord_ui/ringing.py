"""What is said beside the cards: alarms, direct messages, reminders, tests. Drained as the cards are: a row first, then Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord

from bot import channel
from bot.channel import Alarm, Direct
from bot.discord_ui.alarms import Told, called, mark, text_of, view_of
from bot.discord_ui.sending import BACK, NO_ANSWER, nonce_of
from bot.settings import Messages
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

LOOK_EVERY: Final = 2.0
"""Seconds between two looks: an alarm rings in seconds."""

_SLOW: Final = 30
"""Looks between two for repeated calls, deadlines and tests, which are no matter of seconds."""

Place = discord.TextChannel | discord.DMChannel


async def keep_ringing(bot: ReviewBot) -> None:
    """Ring until the client is closed, beside the cards: no alarm waits behind five thousand of them."""
    await bot.wait_until_ready()
    look = 0
    while not bot.is_closed():
        try:
            await ring(bot, all_kinds=look % _SLOW == 0)
        except Exception as error:  # noqa: BLE001  # one bad look must not end the alarms; the next one tries again
            log().error("ringing_failed", error=error)
        look += 1
        await asyncio.sleep(LOOK_EVERY)


async def ring(bot: ReviewBot, *, all_kinds: bool = True) -> int:
    """Write what is due, send what is written, and bring what is sent up to date; how many messages were sent or edited."""
    now = bot.house.clock()
    await asyncio.to_thread(channel.write_calls, bot.house, now, again=all_kinds)
    if all_kinds:
        await asyncio.to_thread(channel.write_reminders, bot.house, now)
        await asyncio.to_thread(channel.write_tests, bot.house, now)
    done = 0
    for id in await asyncio.to_thread(channel.unsent, bot.house, now):
        done += await _tried(bot, id, _send)
    for id in await asyncio.to_thread(channel.alarms_to_edit, bot.house, now):
        done += await _tried(bot, id, _edit)
    return done


async def _tried(bot: ReviewBot, id: str, work: Callable[[ReviewBot, Told], Awaitable[bool]]) -> bool:
    """Send or edit one post. One that cannot be made holds up no other: its people are written to, and it is tried again in a minute."""
    try:
        return await work(bot, await asyncio.to_thread(channel.message_of, bot.house, id, bot.house.clock()))
    except Exception as error:  # noqa: BLE001  # its message may quote a comment
        log().error("post_failed", error=error)
        await asyncio.to_thread(channel.note_refused, bot.house, id, bot.house.clock())
        return False


async def _send(bot: ReviewBot, told: Told) -> bool:
    """Send a post, unless it is there already. What was never sent and nobody waits for any more is dropped."""
    house, now = bot.house, bot.house.clock()
    try:
        places = await _places(bot, told)
        for place in places:
            found = await _sent_before(bot, place, told)
            if found is not None:  # what it said then nobody knows: an alarm is looked at again
                await asyncio.to_thread(channel.note_sent, house, told.id, str(place.id), str(found), "", now)
                return False
        if not told.wanted:
            await asyncio.to_thread(channel.drop, house, told.id, now)
            return False
        for place in places:
            with suppress(discord.Forbidden):  # this account takes no messages of ours; the person may have another
                sent = await _sent(place, told, bot.house.messages(told.language))
                await asyncio.to_thread(channel.note_sent, house, told.id, str(place.id), str(sent), told.shown, now)
                return True
    except NO_ANSWER as error:
        await _refused(bot, told, error)
        return False
    await _refused(bot, told, None)
    return False


async def _edit(bot: ReviewBot, alarm: Told) -> bool:
    """Let an alarm say what there is. One that somebody deleted is not sent again: the next call is a message of its own."""
    if not isinstance(alarm, Alarm):
        return False
    place = bot.get_channel(int(alarm.channel or 0))
    if not isinstance(place, discord.TextChannel):
        await _refused(bot, alarm, None)
        return False
    try:
        with suppress(discord.NotFound):
            message = place.get_partial_message(int(alarm.message or 0))
            nobody = discord.AllowedMentions.none()
            messages = bot.house.messages(alarm.language)
            text, view = text_of(alarm, place.guild.id, messages), view_of(alarm, messages)
            await message.edit(content=text, view=view, allowed_mentions=nobody)
    except NO_ANSWER as error:
        await _refused(bot, alarm, error)
        return False
    await asyncio.to_thread(channel.note_edited, bot.house, alarm, bot.house.clock())
    return True


async def _places(bot: ReviewBot, told: Told) -> list[Place]:
    """Where a post may be sent; nothing: it cannot be reached."""
    if isinstance(told, Direct):
        return [await bot.create_dm(discord.Object(int(account))) for account in told.accounts if account.isdigit()]
    place = bot.get_channel(int(told.channel or 0))
    return [place] if isinstance(place, discord.TextChannel) else []


async def _sent(place: Place, told: Told, messages: Messages) -> int:
    guild = place.guild.id if isinstance(place, discord.TextChannel) else 0
    people = [discord.Object(id) for id in called(told)]
    mentions = discord.AllowedMentions(everyone=False, users=people, roles=False, replied_user=False)
    view = view_of(told, messages)
    text, nonce = text_of(told, guild, messages), nonce_of("post", told.id)
    if view is None:
        return (await place.send(text, allowed_mentions=mentions, nonce=nonce)).id
    return (await place.send(text, view=view, allowed_mentions=mentions, nonce=nonce)).id


async def _sent_before(bot: ReviewBot, place: Place, told: Told) -> int | None:
    """The message of a post whose sending had no answer: the process died, or the line did."""
    async for message in place.history(limit=BACK):
        if bot.user is not None and message.author.id == bot.user.id and message.content.endswith(mark(told.id)):
            return message.id
    return None


async def _refused(bot: ReviewBot, told: Told, error: Exception | None) -> None:
    """Where Discord says no, its people are written to at once, and it is tried again in a minute; a line that broke, at the next look.

    A person who takes no messages of ours is left alone.
    """
    log().error("post_refused", error=error, kind="direct" if isinstance(told, Direct) else "channel")
    if error is None or (isinstance(error, discord.HTTPException) and 400 <= error.status < 500):
        now, for_good = bot.house.clock(), isinstance(told, Direct)
        await asyncio.to_thread(channel.note_refused, bot.house, told.id, now, for_good=for_good)
