"""An answer for one person alone: who asks, in their language, in as many messages as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import channel
from bot.channel import Reader
from bot.discord_ui.sending import NO_ANSWER
from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.settings import Messages
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

MOST: Final = 2000
"""Characters of a message."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person of ours who asks or presses, and how they are spoken to."""

    email: str
    messages: Messages
    time_zone: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody is told: each text a message; below the last one what can be pressed or chosen."""

    texts: tuple[str, ...]
    controls: tuple[ui.Button[Any] | ui.Select[Any], ...] = ()

    @property
    def view(self) -> ui.View | None:
        """The controls. It is marked as finished: presses are answered by dynamic items, which remember nothing."""
        if not self.controls:
            return None
        view = ui.View(timeout=None)
        for control in self.controls:
            view.add_item(control)
        view.stop()
        return view


Work = Callable[[Asker], Said]


async def answered(interaction: Interaction, work: Work, *, flag: str | None = None) -> None:
    """Find out who asks, do the work, tell the asker and nobody else what came of it, and bring the card of a flag up to date.

    The card comes last: it may have to wait for Discord.
    """
    await interaction.response.defer(ephemeral=True, thinking=True)
    said = await done(interaction, work)
    none, view = discord.AllowedMentions.none(), said.view or discord.utils.MISSING
    try:
        for text in said.texts[:-1]:
            await interaction.followup.send(text[:MOST], ephemeral=True, allowed_mentions=none)
        await interaction.followup.send(said.texts[-1][:MOST], ephemeral=True, allowed_mentions=none, view=view)
    except NO_ANSWER as error:  # what was decided stands on the card
        log().error("answer_failed", error=error)
    if flag is not None:
        bot = interaction.client
        await bot.kept_up(flag, partial(bot.sync_card, flag))


async def done(interaction: Interaction, work: Work) -> Said:
    """What came of some work for whoever asks. Nobody is left without an answer."""
    try:
        reader = await reader_of(interaction)
    except Exception as error:  # noqa: BLE001  # as below
        return _failed(error, interaction.client.house.messages(Language.ENGLISH))
    return await asyncio.to_thread(_done, interaction.client, reader, work)


async def reader_of(interaction: Interaction) -> Reader:
    """Who asks, and in which language they are spoken to."""
    house, account, place = interaction.client.house, str(interaction.user.id), str(interaction.channel_id)
    return await asyncio.to_thread(channel.reader_of, house, account, place, house.clock())


def _done(bot: ReviewBot, reader: Reader, work: Work) -> Said:
    messages = bot.house.messages(reader.language)
    if reader.email is None:
        return Said((messages.say("answers.stranger", account=reader.account),))
    try:
        return work(Asker(reader.email, messages, reader.time_zone))
    except Advice as refused:
        return Said((messages.refused(refused),))
    except Exception as error:  # noqa: BLE001  # its message may quote a comment
        return _failed(error, messages)


def _failed(error: Exception, messages: Messages) -> Said:
    log().error("work_failed", error=error)
    return Said((messages.say("answers.failed", error=type(error).__name__),))
