"""A press on a bundle's card. The presser is answered in seconds; what is left is done behind the answer (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import bundles, jobs
from bot.bundles import BundleDecided
from bot.discord_ui.answering import Asker, Said, answered
from bot.discord_ui.bundle_cards import said_of
from bot.discord_ui.escaping import safe
from bot.domain.bundle_presses import BundleChoice
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_PRESS = r"bn1:(?P<choice>[a-z_]{3,20}):(?P<bundle>[0-9a-f-]{36}):(?P<seen>[0-9]{1,9})"


class BundlePress(ui.DynamicItem[ui.Button[Any]], template=_PRESS):
    """A button of a bundle's card of any age."""

    def __init__(self, choice: BundleChoice, bundle: str, seen: int) -> None:
        super().__init__(ui.Button(custom_id=f"bn1:{choice}:{bundle}:{seen}"))
        self.choice, self.bundle, self.seen = choice, bundle, seen

    @classmethod
    async def from_custom_id(  # the names are discord.py's
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> BundlePress:
        """The press that a button's id describes."""
        return cls(BundleChoice(match["choice"]), match["bundle"], int(match["seen"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Decide for a moment, tell the presser alone what came of it, and go on behind their answer."""
        bot, pages = interaction.client, list[str]()
        show = partial(bot.kept_up, self.bundle, partial(bot.bundles.sync, self.bundle))
        await answered(interaction, lambda asker: _decide(bot, asker, self, pages))
        await show()
        for page in pages:  # not in the threads that answer presses: it may take minutes
            finish = partial(jobs.finish_bundle, bot.house, self.bundle, page, scores=False)
            await asyncio.wrap_future(bot.house.beside.submit(finish))
            await show()


def _decide(bot: ReviewBot, asker: Asker, press: BundlePress, pages: list[str]) -> Said:
    """Decide, and note the page on which the platform is to be asked."""
    decided = bundles.decide_bundle(
        bot.house, press.bundle, asker.email, press.choice, bot.house.clock(), seen=press.seen, os_user="discord"
    )
    pages.append(decided.page)
    return Said((told(decided, asker.messages),))


def told(decided: BundleDecided, messages: Messages) -> str:
    """What a presser is told of their press."""
    if not decided.won:
        what = said_of(decided.choice, decided.done, messages)
        return messages.say("bundle.already", what=what, by=safe(decided.name, 80))
    if decided.choice is BundleChoice.APART:
        return messages.say("bundle.told_apart")
    said = [messages.say("bundle.told", what=said_of(decided.choice, decided.done, messages))]
    left = (("left", decided.left), ("not_yours", decided.apart), ("before", decided.before))
    return " ".join([*said, *(messages.say(f"bundle.{key}", number=number) for key, number in left if number)])
