"""The buttons of joint alarms and of tests. Everything stands in the button, as on cards (`buttons.Press`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import channel
from bot.discord_ui.answering import Asker, Said, answered

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
        await answered(interaction, lambda asker: Said((self._noted(interaction.client, asker),)))

    def _noted(self, bot: ReviewBot, asker: Asker) -> str:
        messages, now = asker.messages, bot.house.clock()
        if self.what == HERE:
            channel.answer_test(bot.house, self.post, asker.email, now)
            return messages.say("test.thanks")
        taken, left = channel.take_all(bot.house, self.post, asker.email, now)
        said = messages.count("alarm.taken", taken) if taken else messages.say("alarm.none_free")
        return f"{said} {messages.count('alarm.left', left)}" if left else said
