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
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_WHAT: Final = r"(?P<choice>[a-z_]{3,20}):(?P<flag>[0-9a-f-]{36}):(?P<version>[0-9]{1,9})"
_PRESS: Final = rf"rv1:{_WHAT}"
_FORM: Final = "fm1"
_HANDED_IN: Final = re.compile(rf"{_FORM}:{_WHAT}")
_WRITTEN: Final = "words"
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
        try:
            asks = self.choice in (Choice.APPEAL, Choice.CLEAR)
            reader = await reader_of(interaction) if asks else None
            form = await self._form(interaction, reader.email) if reader and reader.email else None
        except Exception as error:  # noqa: BLE001  # a button never stays silent; what is asked for then tells what is wrong
            log().error("form_failed", error=error)
            form = reader = None
        if form and reader:
            await interaction.response.send_modal(Words(self, form, interaction.client.house.messages(reader.language)))
        else:
            await answered(interaction, lambda asker: _decide(interaction.client, asker, self, ""), flag=self.flag)

    async def _form(self, interaction: Interaction, email: str) -> str | None:
        if self.choice is Choice.APPEAL:
            return "appeal"
        house = interaction.client.house
        asks = await asyncio.to_thread(channel.needs_reason, house, self.flag, email, house.clock())
        return "reason" if asks else None


class Words(ui.Modal):
    """Why a critical flag is not serious, or what an author says against a decision.

    Like a button it carries everything. It is marked as finished, so that discord.py remembers none: what is handed in is answered by
    `handed_in`, also by a process that has started since the form was opened.
    """

    def __init__(self, press: Press, form: str, messages: Messages) -> None:
        id = f"{_FORM}:{press.choice}:{press.flag}:{press.version}"
        super().__init__(title=messages.say(f"forms.{form}_title"), custom_id=id)
        self.add_item(
            ui.TextInput(
                label=messages.say(f"forms.{form}"),
                style=discord.TextStyle.paragraph,
                max_length=_LONGEST,
                custom_id=_WRITTEN,
            )
        )
        self.stop()


async def handed_in(interaction: Interaction) -> None:
    """Decide with the words of a form of ours. Rights are looked up anew: they may have changed while it was open."""
    data: Any = interaction.data or {}
    match = _HANDED_IN.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return
    press = Press(Choice(match["choice"]), match["flag"], int(match["version"]))
    words = " ".join(_written(data.get("components")))
    await answered(interaction, lambda asker: _decide(interaction.client, asker, press, words), flag=press.flag)


def _written(components: Any) -> Iterator[str]:
    """What stands in the field of a form, wherever Discord has put it."""
    for part in components or ():
        if part.get("custom_id") == _WRITTEN:
            yield str(part.get("value") or "")
        yield from _written([*part.get("components", ()), *filter(None, [part.get("component")])])


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
