"""A press on a bundle's card. The presser is answered in seconds; what is left is done behind the answer (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import bundles, channel, jobs
from bot.bundles import BundleDecided
from bot.domain.bundle_presses import BundleChoice
from bot.domain.errors import Advice
from bot.telemetry import log

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
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, decided = interaction.client, None
        try:
            said, decided = await asyncio.to_thread(_decide, bot, str(interaction.user.id), self)
        except Advice as refused:
            said = str(refused)
        except Exception as error:  # noqa: BLE001  # a button never stays silent; the message may quote a comment
            log().error("press_failed", error=error)
            said = (
                f"That did not work ({type(error).__name__}). Nothing is lost: try again, or use `hallmonitor review`."
            )
        await interaction.followup.send(said, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())
        await bot.bundles.sync(self.bundle)
        if decided is not None:  # not in the threads that answer presses: it may take minutes
            await asyncio.wrap_future(bot.house.beside.submit(jobs.finish_bundle, bot.house, self.bundle, decided.page))
            await bot.bundles.sync(self.bundle)


def _decide(bot: ReviewBot, account: str, press: BundlePress) -> tuple[str, BundleDecided | None]:
    email = channel.person_of(bot.house, account)
    if email is None:
        return channel.who_are_you(account), None
    decided = bundles.decide_bundle(
        bot.house, press.bundle, email, press.choice, bot.house.clock(), seen=press.seen, os_user="discord"
    )
    return told(decided), decided


def told(decided: BundleDecided) -> str:
    """What a presser is told of their press."""
    if not decided.won:
        return f"Already decided: {decided.choice} by {decided.by}. What is left of it is being done."
    if decided.choice is BundleChoice.APART:
        return "Each flag gets a card of its own."
    said = [f"Noted: {decided.choice}, {decided.done} of them. The platform is asked now: the card says how far it is."]
    said += [f"{words}: {number}." for number, words in (
        (decided.left, "To be decided in the next minute"),
        (decided.apart, "Not yours to decide, each on a card of its own now"),
        (decided.before, "Decided, taken or edited one by one before"),
    ) if number]  # fmt: skip
    return " ".join(said)
