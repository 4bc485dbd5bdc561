"""The buttons of joint alarms and of tests. Everything stands in the button, as on cards (`buttons.Press`)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import channel
from bot.domain.errors import Advice
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

ALL, HERE = "al1", "ta1"


class Answer(ui.DynamicItem[ui.Button[Any]], template=r"(?P<what>al1|ta1):(?P<post>[0-9a-f-]{36})"):
    """A button of an alarm for many flags, or of a test, of any age."""

    def __init__(self, what: str, post: str) -> None:
        super().__init__(ui.Button(custom_id=f"{what}:{post}"))
        self.what, self.post = what, post

    @classmethod
    async def from_custom_id(  # the names are discord.py's
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Answer:
        """The answer that a button's id describes."""
        return cls(match["what"], match["post"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Answer a press: at once to Discord, then by the story. The message itself is brought up to date by `ringing`."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            said = await asyncio.to_thread(self._noted, interaction.client, str(interaction.user.id))
        except Advice as refused:
            said = str(refused)
        except Exception as error:  # noqa: BLE001  # a button never stays silent
            log().error("answer_failed", error=error)
            said = f"That did not work ({type(error).__name__}). Try again, or use `hallmonitor review`."
        await interaction.followup.send(said, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())

    def _noted(self, bot: ReviewBot, account: str) -> str:
        email = channel.person_of(bot.house, account)
        if email is None:
            return channel.who_are_you(account)
        if self.what == HERE:
            channel.answer_test(bot.house, self.post, email, bot.house.clock())
            return "Thank you: an alarm reaches you."
        taken, left = channel.take_all(bot.house, self.post, email, bot.house.clock())
        rest = f" {left} are not yours to take, or somebody was first." if left else ""
        return (
            f"You have {taken} of them: each card says what can be decided.{rest}" if taken else f"None was free.{rest}"
        )
