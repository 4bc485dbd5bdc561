"""A comment that was drawn at random, and in which somebody has found something: which rule it breaks is chosen from a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import evaluation
from bot.discord_ui.answering import Asker, Said, answered
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.deciding import WHAT, Pressed, decide, pressed_in
from bot.domain.display import on_one_line
from bot.house import House
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_MOST: Final = 25
"""Rules of one list, as Discord has it; a message holds five."""

_LISTS: Final = 5
_LABEL: Final = 100


class Named(Carrier, template=rf"nr1:[0-9]:{WHAT}"):
    """A list of rules."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Say that the comment breaks this rule, and decide as was pressed."""
        rule = next(iter(self.item.values), "")
        bot, pressed = interaction.client, pressed_in(self.match)
        await answered(interaction, lambda asker: _decide(bot, asker, pressed, str(rule)), flag=pressed.flag)


def rules_to_name(house: House, pressed: Pressed, messages: Messages) -> Iterator[ui.Select[Any]]:
    """Lists of all rules that a comment can break; whoever chooses one decides what was pressed."""
    rules = evaluation.rules_to_name(house.policy)
    for number, start in enumerate(range(0, min(len(rules), _MOST * _LISTS), _MOST)):
        options = [
            discord.SelectOption(label=on_one_line(messages.title(rule.id, rule.title), _LABEL), value=rule.id)
            for rule in rules[start : start + _MOST]
        ]
        yield ui.Select(custom_id=f"nr1:{number}:{pressed}", placeholder=messages.say("buttons.rule"), options=options)


def _decide(bot: ReviewBot, asker: Asker, pressed: Pressed, rule: str) -> Said:
    house, now = bot.house, bot.house.clock()
    version = evaluation.name_rule(house, pressed.flag, asker.email, rule, now, seen_version=pressed.version)
    return decide(bot, asker, replace(pressed, version=version or pressed.version))
