"""A press on a card. Everything stands in the button: nothing is remembered in the process (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import channel, decisions, jobs
from bot.decisions import Decided
from bot.discord_ui.sending import NO_ANSWER
from bot.domain.errors import Advice
from bot.domain.review import Choice, ReasonNeeded
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_PRESS = r"rv1:(?P<choice>[a-z_]{3,20}):(?P<flag>[0-9a-f-]{36}):(?P<version>[0-9]{1,9})"


class Press(ui.DynamicItem[ui.Button[Any]], template=_PRESS):
    """A button of a card of any age."""

    def __init__(self, choice: Choice, flag: str, version: int) -> None:
        super().__init__(ui.Button(custom_id=f"rv1:{choice}:{flag}:{version}"))
        self.choice, self.flag, self.version = choice, flag, version

    @classmethod
    async def from_custom_id(  # the names are discord.py's
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Press:
        """The press that a button's id describes."""
        return cls(Choice(match["choice"]), match["flag"], int(match["version"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Answer a press: at once to Discord, then by the story."""
        if self.choice is Choice.CLEAR and await interaction.client.needs_reason(self.flag):
            await interaction.response.send_modal(Reason(self))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, self, "")


class Reason(ui.Modal, title="Why is it not serious?"):
    """A critical flag is called not serious with a reason, and a second person confirms it."""

    reason: ui.TextInput[Reason] = ui.TextInput(
        label="The reason (sealed with the decision)", style=discord.TextStyle.paragraph, max_length=1000
    )

    def __init__(self, press: Press) -> None:
        super().__init__()
        self.press = press

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]  # as above
        """Decide with the reason. Rights are looked up anew: they may have changed while the form was open."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, self.press, str(self.reason))


async def answer(interaction: Interaction, press: Press, note: str) -> None:
    """Decide, tell the presser, and nobody else, what came of it, and bring the card up to date: that may have to wait for Discord."""
    bot = interaction.client
    try:
        said = await asyncio.to_thread(_decide, bot, str(interaction.user.id), press, note)
    except Advice as refused:
        said = str(refused)
    except Exception as error:  # noqa: BLE001  # a button never stays silent; the message may quote a comment
        log().error("press_failed", error=error)
        said = f"That did not work ({type(error).__name__}). Nothing is lost: try again, or use `hallmonitor review`."
    try:
        await interaction.followup.send(said, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())
    except NO_ANSWER as error:  # the card says what was decided
        log().error("answer_failed", error=error)
    await bot.sync_card(press.flag)


def _decide(bot: ReviewBot, account: str, press: Press, note: str) -> str:
    email = channel.person_of(bot.house, account)
    if email is None:
        return channel.who_are_you(account)
    now = bot.house.clock()
    try:
        decided = decisions.decide(
            bot.house, press.flag, email, press.choice, now, note=note, os_user="discord", seen_version=press.version
        )
    except ReasonNeeded:
        return "A reason is needed: press again."
    if decided.won and decided.action is not None:
        jobs.carry_out_for_flag(bot.house, decided.flag, now)
    return _told(decisions.outcome_of(bot.house, decided))


def _told(decided: Decided) -> str:
    if not decided.won:
        return f"Already decided: {decided.decision} by {decided.by}. Nothing was changed."
    if decided.action_state == "done" and decided.receipt:
        return f"Done: {decided.decision}. On the platform the comment is now {decided.receipt['state']}."
    if decided.action_state:
        return f"Noted: {decided.decision}. On the platform: {decided.action_state}. {decided.problem}".strip()
    return f"Noted: {decided.decision}."
