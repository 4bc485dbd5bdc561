"""A press on a card. Everything stands in the button: nothing is remembered in the process (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import channel, decisions, jobs, queue
from bot.decisions import Decided
from bot.discord_ui.answering import Asker, Said, answered, reader_of
from bot.discord_ui.cards import strike_words
from bot.discord_ui.escaping import safe
from bot.domain.review import Choice, ReasonNeeded, Verdict
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_PRESS: Final = r"rv1:(?P<choice>[a-z_]{3,20}):(?P<flag>[0-9a-f-]{36}):(?P<version>[0-9]{1,9})"
_UNDONE_BY_A_PRESS: Final = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.UPHOLD)
_LONGEST: Final = 1000
"""Characters of a reason or an appeal."""


class Press(ui.DynamicItem[ui.Button[Any]], template=_PRESS):
    """A button that decides, on a card or an answer of any age."""

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
        """Decide at once; only two choices ask for words first."""
        form = await self._form(interaction)
        reader = await reader_of(interaction) if form else None
        if form and reader and reader.email:
            await interaction.response.send_modal(Words(self, form, interaction.client.house.messages(reader.language)))
        else:
            await answered(interaction, lambda asker: _decide(interaction.client, asker, self, ""), flag=self.flag)

    async def _form(self, interaction: Interaction) -> str | None:
        if self.choice is Choice.APPEAL:
            return "appeal"
        if self.choice is not Choice.CLEAR:
            return None
        asks = await asyncio.to_thread(channel.needs_reason, interaction.client.house, self.flag)
        return "reason" if asks else None


class Words(ui.Modal):
    """Why a critical flag is not serious, or what an author says against a decision."""

    def __init__(self, press: Press, form: str, messages: Messages) -> None:
        super().__init__(title=messages.say(f"forms.{form}_title"))
        self.press = press
        self.words: ui.TextInput[Words] = ui.TextInput(
            label=messages.say(f"forms.{form}"), style=discord.TextStyle.paragraph, max_length=_LONGEST
        )
        self.add_item(self.words)

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]  # as above
        """Decide with these words. Rights are looked up anew: they may have changed while the form was open."""
        press, words = self.press, str(self.words)
        await answered(interaction, lambda asker: _decide(interaction.client, asker, press, words), flag=press.flag)


def _decide(bot: ReviewBot, asker: Asker, press: Press, note: str) -> Said:
    house, now = bot.house, bot.house.clock()
    try:
        decided = decisions.decide(
            house, press.flag, asker.email, press.choice, now, note=note, os_user="discord", seen_version=press.version
        )
    except ReasonNeeded:
        return Said((asker.messages.say("answers.reason_needed"),))
    if decided.won and decided.action is not None:
        jobs.carry_out_for_flag(house, decided.flag, now, scores=False)
    outcome = decisions.outcome_of(house, decided)
    said = list(_told(outcome, asker))
    if outcome.won and outcome.decision in (Verdict.HIDE, Verdict.ESCALATE):
        found = queue.open_flag(house, decided.flag, asker.email, now=now)
        said += [strike_words(found.queued.strike, asker.messages)] if found and found.queued.strike else []
    return Said((" ".join(said),))


def _told(decided: Decided, asker: Asker) -> Iterator[str]:
    messages = asker.messages
    if not decided.won:
        key = f"decided.{decided.decision}"
        decision = messages.say(key if messages.knows(key) else "decided.other")
        when = messages.moment(decided.at, asker.time_zone)
        yield messages.say("told.already", decision=decision, by=safe(decided.by, 80), when=when)
        return
    yield messages.say(f"told.{decided.decision}")
    yield from _on_platform(decided, messages)
    if decided.case:
        yield messages.say("told.case", case=decided.case[-8:])
    elif decided.decision in _UNDONE_BY_A_PRESS:
        yield messages.say("told.undo_hint")


def _on_platform(decided: Decided, messages: Messages) -> Iterator[str]:
    state, problem = decided.action_state, safe(decided.problem, 300)
    if state == "done" and decided.receipt:
        yield messages.say("told.done", state=messages.say(f"state.{decided.receipt['state']}"))
    elif state == "pending":
        yield messages.say("told.waits", problem=problem) if problem else messages.say("told.waits_for_it")
    elif state:
        yield messages.say(f"told.{state}", problem=problem)
