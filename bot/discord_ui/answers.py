"""The buttons of joint alarms and of tests. Everything stands in the button, as on cards (`buttons.Press`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot import channel
from bot.discord_ui.answering import Asker, Said, answered
from bot.discord_ui.carrying import Carrier

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

ALL, HERE = "al1", "ta1"


class Answer(Carrier, template=r"(?P<what>al1|ta1):(?P<post>[0-9a-f-]{36})"):
    """A button of an alarm for many flags, or of a test, of any age."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Answer a press: at once to Discord, then by the story. The message itself is brought up to date by `ringing`."""
        await answered(interaction, lambda asker: Said((self._noted(interaction.client, asker),)))

    def _noted(self, bot: ReviewBot, asker: Asker) -> str:
        messages, now = asker.messages, bot.house.clock()
        if self.match["what"] == HERE:
            channel.answer_test(bot.house, self.match["post"], asker.email, now)
            return messages.say("test.thanks")
        taken, left = channel.take_all(bot.house, self.match["post"], asker.email, now)
        said = messages.count("alarm.taken", taken) if taken else messages.say("alarm.none_free")
        return f"{said} {messages.count('alarm.left', left)}" if left else said
