"""A press on a card. Everything stands in the button: nothing is remembered in the process (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import channel
from bot.decisions import RuleNeeded
from bot.discord_ui.answering import Asker, Said, answered, reader_of
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.deciding import WHAT, Pressed, decide, pressed_in
from bot.discord_ui.naming import rules_to_name
from bot.domain.review import Choice
from bot.settings import Messages
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_FORM: Final = "fm1"
_HANDED_IN: Final = re.compile(rf"{_FORM}:{WHAT}")
_WRITTEN: Final = "words"
_LONGEST: Final = 1000
"""Characters of a reason or an appeal."""


class Press(Carrier, template=rf"rv1:{WHAT}"):
    """A button that decides, on a card or an answer of any age."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Decide at once; only two choices ask for words first."""
        pressed = pressed_in(self.match)
        try:
            asks = pressed.choice in (Choice.APPEAL, Choice.CLEAR)
            reader = await reader_of(interaction) if asks else None
            form = await _form(interaction, pressed, reader.email) if reader and reader.email else None
        except Exception as error:  # noqa: BLE001  # a button never stays silent; what is asked for then tells what is wrong
            log().error("form_failed", error=error)
            form = reader = None
        if form and reader:
            messages = interaction.client.house.messages(reader.language)
            await interaction.response.send_modal(Words(pressed, form, messages))
        else:
            work = partial(_decide, interaction.client, pressed, "")
            await answered(interaction, work, flag=pressed.flag)


async def _form(interaction: Interaction, pressed: Pressed, email: str) -> str | None:
    """Which words are asked for; None: none."""
    if pressed.choice is Choice.APPEAL:
        return "appeal"
    house = interaction.client.house
    asks = await asyncio.to_thread(channel.needs_reason, house, pressed.flag, email, house.clock())
    return "reason" if asks else None


class Words(ui.Modal):
    """Why a critical flag is not serious, or what an author says against a decision.

    Like a button it carries everything. It is marked as finished, so that discord.py remembers none: what is handed in is answered by
    `handed_in`, also by a process that has started since the form was opened.
    """

    def __init__(self, pressed: Pressed, form: str, messages: Messages) -> None:
        super().__init__(title=messages.say(f"forms.{form}_title"), custom_id=f"{_FORM}:{pressed}")
        self.add_item(
            ui.TextInput(
                label=messages.say(f"forms.{form}"),
                style=discord.TextStyle.paragraph,
                max_length=_LONGEST,
                custom_id=_WRITTEN,
            )
        )
        self.stop()


async def handed_in(interaction: Interaction) -> None:
    """Decide with the words of a form of ours. Rights are looked up anew: they may have changed while it was open."""
    data: Any = interaction.data or {}
    match = _HANDED_IN.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return
    pressed, words = pressed_in(match), " ".join(_written(data.get("components")))
    await answered(interaction, partial(_decide, interaction.client, pressed, words), flag=pressed.flag)


def _written(components: Any) -> Iterator[str]:
    """What stands in the field of a form, wherever Discord has put it."""
    for part in components or ():
        if part.get("custom_id") == _WRITTEN:
            yield str(part.get("value") or "")
        yield from _written([*part.get("components", ()), *filter(None, [part.get("component")])])


def _decide(bot: ReviewBot, pressed: Pressed, note: str, asker: Asker) -> Said:
    """Decide; where nobody knows yet which rule a comment breaks, ask for it."""
    try:
        return decide(bot, asker, pressed, note)
    except RuleNeeded as needed:
        return Said((asker.messages.refused(needed),), tuple(rules_to_name(bot.house, pressed, asker.messages)))
