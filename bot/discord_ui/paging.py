"""Long answers, page by page. The button carries which answer and which page: it is made anew when somebody turns it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import discord
from discord import ui

from bot.discord_ui.answering import MOST, Asker, Said, done
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.escaping import in_messages
from bot.discord_ui.telling import ANSWERS
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_TURN: Final = r"pg1:(?P<command>[a-z]{3,10}):(?P<argument>[a-z0-9-]{0,63}):(?P<number>[0-9]{1,4})"
_ROOM: Final = 100
"""Characters that are left for the line that says which page this is."""


class Turn(Carrier, template=_TURN):
    """To another page of an answer."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Put the page in the place of the one that is shown."""
        await interaction.response.defer()
        command, argument, number = self.match.group("command", "argument", "number")
        said = await done(interaction, page_of(interaction.client, command, argument, int(number)))
        await interaction.edit_original_response(content=said.texts[0], view=said.view)


def page_of(bot: ReviewBot, command: str, argument: str = "", number: int = 1) -> Callable[[Asker], Said]:
    """The work that makes one page of a command's answer; of a number too high the last one."""

    def work(asker: Asker) -> Said:
        return _page(ANSWERS[command](bot.house, asker, argument), asker.messages, command, argument, number)

    return work


def _page(answer: Iterable[str], messages: Messages, command: str, argument: str, number: int) -> Said:
    blocks = list(answer)
    whole = in_messages(iter(blocks), MOST)
    if len(whole) == 1:
        return Said((whole[0],))
    pages = in_messages(iter(blocks), MOST - _ROOM)
    at = max(1, min(number, len(pages)))
    text = f"{pages[at - 1]}\n{messages.say('answers.part', number=at, all=len(pages))}"
    turns = (("previous", at - 1), ("next", at + 1))
    return Said(
        (text,),
        tuple(
            ui.Button(label=messages.say(f"buttons.{name}"), custom_id=f"pg1:{command}:{argument}:{to}")
            for name, to in turns
            if 1 <= to <= len(pages)
        ),
    )
