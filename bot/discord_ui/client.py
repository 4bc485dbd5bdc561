"""The process that holds the connection to Discord: it keeps every card as its flag is, and answers presses (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import discord
from discord import app_commands

from bot import channel, digest
from bot.channel import Shown
from bot.discord_ui.buttons import Press
from bot.discord_ui.cards import view_of
from bot.discord_ui.commands import Translator, add_commands
from bot.discord_ui.digests import digest_text
from bot.discord_ui.opening import Open, Thread
from bot.discord_ui.paging import Turn
from bot.domain.class_pages import Language
from bot.house import House
from bot.telemetry import log

LOOK_EVERY: Final = 2.0
"""Seconds between two looks for cards that are due: a flag appears in seconds."""

_BACK: Final = 50  # messages of a channel that are looked through for a card whose sending had no answer


class ReviewBot(discord.Client):
    """Shows each flag in its school's channel, once, and up to date."""

    def __init__(self, house: House, *, keeps_up: bool = True, **options: Any) -> None:
        """`keeps_up`: whether it looks for cards that are due, and leaves servers that are not a school's."""
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none(), **options)
        self.house, self._keeps_up = house, keeps_up
        self.tree: app_commands.CommandTree[ReviewBot] = app_commands.CommandTree(self)
        add_commands(self.tree, house.messages(Language.ENGLISH))
        self._one_at_a_time = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Know the buttons of every card there ever was, and begin to look for cards that are due."""
        self.add_dynamic_items(Press, Open, Thread, Turn)
        await self.tree.set_translator(Translator(self.house))
        if self._keeps_up:
            self._task = asyncio.create_task(self._keep_up())

    async def close(self) -> None:
        """Stop looking, and go."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await super().close()

    async def on_ready(self) -> None:
        """Be where the schools are, and nowhere else."""
        if self._keeps_up:
            await self.offer_commands()

    async def offer_commands(self) -> None:
        """Offer the commands in the schools' servers, and leave every other."""
        ours = {int(id) for id in await asyncio.to_thread(channel.channels, self.house)}
        for guild in self.guilds:
            if any(guild.get_channel(id) for id in ours):
                self.tree.copy_global_to(guild=guild)
                await self.tree.sync(guild=guild)
            else:
                await guild.leave()

    async def on_guild_join(self, _: discord.Guild) -> None:
        """The same where somebody invites us."""
        await self.on_ready()

    async def needs_reason(self, flag: str) -> bool:
        """Whether "not serious" wants a form first: a critical flag that nobody has called so yet."""
        shown = await asyncio.to_thread(channel.card_of, self.house, flag)
        return shown is not None and shown.severity == "critical" and not shown.not_serious

    async def sync_due(self) -> int:
        """Bring every card that is due up to date; how many."""
        due = await asyncio.to_thread(channel.due_cards, self.house)
        return sum([await self.sync_card(flag) for flag in due])

    async def tell_digests(self) -> int:
        """Tell the schools of their day whose hour has come; how many."""
        due = await asyncio.to_thread(digest.due_digests, self.house, self.house.clock())
        for each in due:
            place = self.get_channel(int(each.channel))
            if isinstance(place, discord.TextChannel):
                await place.send(digest_text(each, self.house.messages(each.language)))
                await asyncio.to_thread(digest.note_told, self.house, each, self.house.clock())
        return len(due)

    async def sync_card(self, flag: str) -> bool:
        """Send or edit the card of a flag until it says what the flag says. A message that somebody deleted is sent again."""
        async with self._one_at_a_time:  # a press and the clock may come for one card
            shown = await asyncio.to_thread(channel.card_of, self.house, flag)
            if shown is None:
                return False
            place = self.get_channel(int(shown.channel))
            if not isinstance(place, discord.TextChannel):
                log().error("no_channel", page=shown.page)
                return False
            try:
                message = await self._shown_in(place, shown)
            except discord.DiscordException as error:
                log().error("card_failed", page=shown.page, error=error)
                return False
            await asyncio.to_thread(channel.note_shown, self.house, shown, str(message))
            return True

    async def _shown_in(self, place: discord.TextChannel, shown: Shown) -> int:
        known = int(shown.message) if shown.message else await self._sent_before(place, shown)
        view = view_of(shown, self.house.messages(shown.language))
        if known is not None:
            with suppress(discord.NotFound):
                await place.get_partial_message(known).edit(view=view)
                return known
        return (await place.send(view=view)).id

    async def _sent_before(self, place: discord.TextChannel, shown: Shown) -> int | None:
        """The card of a flag whose sending had no answer: the process died, or the line did."""
        async for message in place.history(limit=_BACK):
            if self.user is not None and message.author.id == self.user.id and f"op1:{shown.flag}" in _ids(message):
                return message.id
        return None

    async def _keep_up(self) -> None:
        await self.wait_until_ready()
        while not self.is_closed():
            try:
                await self.sync_due()
                await self.tell_digests()
            except Exception as error:  # noqa: BLE001  # one bad look must not end the channel; the next one tries again
                log().error("channel_failed", error=error)
            await asyncio.sleep(LOOK_EVERY)


def _ids(message: discord.Message) -> str:
    """The ids of all buttons of a message."""
    return " ".join(_custom_ids(component) for component in message.components)


def _custom_ids(component: Any) -> str:
    inside = [_custom_ids(child) for child in getattr(component, "children", ())]
    return " ".join([str(getattr(component, "custom_id", "") or ""), *inside])
