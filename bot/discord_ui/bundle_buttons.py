"""A press on a bundle's card. The presser is answered in seconds; what is left is done behind the answer (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot import bundles, jobs
from bot.bundles import BundleDecided
from bot.discord_ui.answering import Asker, Said, answered
from bot.discord_ui.bundle_cards import said_of
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.escaping import safe
from bot.domain.bundle_presses import BundleChoice
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_PRESS = r"bn1:(?P<choice>[a-z_]{3,20}):(?P<bundle>[0-9a-f-]{36}):(?P<seen>[0-9]{1,9})"


class BundlePress(Carrier, template=_PRESS):
    """A button of a bundle's card of any age."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Decide for a moment, tell the presser alone what came of it, and go on behind their answer."""
        bot, bundle, pages = interaction.client, self.match["bundle"], list[str]()
        show = partial(bot.kept_up, bundle, partial(bot.bundles.sync, bundle))
        await answered(interaction, lambda asker: self._decided(bot, asker, pages))
        await show()
        for page in pages:  # not in the threads that answer presses: it may take minutes
            finish = partial(jobs.finish_bundle, bot.house, bundle, page, scores=False)
            await asyncio.wrap_future(bot.house.beside.submit(finish))
            await show()

    def _decided(self, bot: ReviewBot, asker: Asker, pages: list[str]) -> Said:
        """Decide, and note the page on which the platform is to be asked."""
        house, bundle = bot.house, self.match["bundle"]
        choice, seen = BundleChoice(self.match["choice"]), int(self.match["seen"])
        decided = bundles.decide_bundle(house, bundle, asker.email, choice, house.clock(), seen=seen, os_user="discord")
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
