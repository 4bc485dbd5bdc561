"""The test card of `hallmonitor discord setup`: it is about nobody, and one press takes it away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord
from discord import ui

from bot import channel
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.escaping import safe
from bot.discord_ui.sending import NO_ANSWER, ids_of
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot
    from bot.discord_ui.setup.visiting import Visitor

    Interaction = discord.Interaction[ReviewBot | Visitor]

_ID: Final = "rv1:trial"
PRESSED: Final = "trial_pressed"
"""The event of a press: the channel's id, and the account's."""

_BLUE: Final = 0x0277BD
_BACK: Final = 50  # messages of a channel that are looked through for a test card that somebody left there


class TrialPress(Carrier, template=_ID):
    """The button of the test card."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our clients are the only ones
        """Greet whoever pressed, and take the card away. Setup and the process on duty may both hear of the press."""
        account = str(interaction.user.id)
        said = await asyncio.to_thread(_greeting, interaction)
        with suppress(*NO_ANSWER):  # the other one has answered
            await interaction.response.send_message(said, ephemeral=True)
        interaction.client.dispatch(PRESSED, interaction.channel_id, account)
        if interaction.message is not None:
            await taken_away(interaction.message)


def trial_view(messages: Messages) -> ui.LayoutView:
    """The test card."""
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=_BLUE)
    card.add_item(ui.TextDisplay(messages.say("trial.card")))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(ui.Button(label=messages.say("trial.press"), style=discord.ButtonStyle.primary, custom_id=_ID))
    card.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    view.stop()
    return view


def _greeting(interaction: Interaction) -> str:
    house = interaction.client.house
    reader = channel.reader_of(house, str(interaction.user.id), str(interaction.channel_id), house.clock())
    say = house.messages(reader.language).say
    works = say("trial.works", name=safe(reader.name or interaction.user.display_name, 80))
    return works if reader.name else f"{works} {say('answers.stranger', account=reader.account)}"


async def clear(place: discord.TextChannel) -> None:
    """Take away what a setup that was killed has left."""
    async for message in place.history(limit=_BACK):
        if message.author == place.guild.me and _ID in ids_of(message):
            await taken_away(message)


async def taken_away(message: discord.Message) -> None:
    """The card is no more."""
    with suppress(*NO_ANSWER):  # it is gone already, or the next setup takes it away
        await message.delete()
