"""Slash commands. Every answer is seen by the asker alone, and holds what this person may see (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot import bundles, channel, decisions
from bot import queue as waiting
from bot.bundles import BundleView
from bot.discord_ui.bundle_cards import together
from bot.discord_ui.escaping import safe, spoiler
from bot.domain.errors import Advice
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot
    from bot.queue import OpenFlag, QueuedFlag

    Interaction = discord.Interaction[ReviewBot]

MOST_LINES: Final = 10
_HELP: Final = "\n".join(
    (
        "**Each card is a flag.** One press decides: *Hide* it on the platform, *Clear* it, say that consents cover it, or *Escalate* it.",
        "A wrong press is one *Undo* away, for 30 days.",
        "**A critical card** shows no words: take it (*I have it*), hide it with a case, or say why it is not serious,",
        "which a second person confirms.",
        "**`/queue`** what waits for you, restricted flags too. **`/flag`** one flag with its words: the opening is logged.",
        "In immediate danger call 911. Hallmonitor calls nobody.",
    )
)


def add_commands(tree: app_commands.CommandTree[ReviewBot]) -> None:
    """Give the tree its commands."""
    tree.add_command(
        app_commands.Command(name="queue", description="What waits for you, the most urgent first.", callback=_queue)
    )
    tree.add_command(
        app_commands.Command(name="flag", description="One flag with its words; the opening is logged.", callback=_flag)
    )
    tree.add_command(app_commands.Command(name="help", description="How to decide.", callback=_help))


async def _queue(interaction: Interaction) -> None:
    await _answered(interaction, lambda email: _listed(interaction.client, email))


async def _flag(interaction: Interaction, id: str) -> None:
    await _answered(interaction, lambda email: _opened(interaction.client, email, id))


async def _help(interaction: Interaction) -> None:
    await interaction.response.send_message(_HELP, ephemeral=True)


async def _answered(interaction: Interaction, work: Callable[[str], str]) -> None:
    """Find out who asks, ask the story, and tell them alone."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    send: Callable[[str], Awaitable[object]] = lambda said: interaction.followup.send(said[:2000], ephemeral=True)  # noqa: E731
    try:
        email = await asyncio.to_thread(channel.person_of, interaction.client.house, str(interaction.user.id))
        said = await asyncio.to_thread(work, email) if email else channel.who_are_you(str(interaction.user.id))
    except Advice as refused:
        said = str(refused)
    except Exception as error:  # noqa: BLE001  # an asker is never left without an answer; the message may quote a comment
        log().error("command_failed", error=error)
        said = f"That did not work ({type(error).__name__}). Try again, or use `hallmonitor queue`."
    await send(said)


def _listed(bot: ReviewBot, email: str) -> str:
    found = bundles.lines(bot.house, email, now=bot.house.clock(), limit=MOST_LINES + 1)
    if not found:
        return "Nothing waits for you."
    lines = [together(line) if isinstance(line, BundleView) else _line(line) for line in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append("More wait: `hallmonitor queue`.")
    return "\n".join(lines)


def _line(flag: QueuedFlag) -> str:
    titles = ", ".join(rule.title for rule in flag.rules)
    late = " **overdue**" if flag.overdue else ""
    return f"`{flag.flag[-8:]}` {flag.severity}: {safe(titles, 90)} \u00b7 {safe(flag.page, 40)} \u00b7 {_at(flag, flag.deadline)}{late}"


def _opened(bot: ReviewBot, email: str, typed: str) -> str:
    id = channel.flag_id(bot.house, typed)
    found = waiting.open_flag(bot.house, id, email, now=bot.house.clock())
    if found is None:
        raise decisions.NoSuchFlag(typed)
    withheld = {rule.id for rule in bot.house.policy.rules if rule.stub_evidence}
    if any(rule.rule in withheld for rule in found.queued.rules):
        return "Nobody reads these words without need (MATRIX.md). `hallmonitor review` shows what has to be done."
    decisions.note_access(bot.house, id, email, "words opened", bot.house.clock())
    return _words(found)


def _words(found: OpenFlag) -> str:
    flag, comment = found.queued, found.comment
    rules = "\n".join(f"**{safe(r.title, 80)}** ({safe(r.clause, 50)}) {safe(r.why, 150)}" for r in flag.rules[:4])
    times = f"Posted {_at(flag, comment.created)}, found {_at(flag, comment.found)}, by {safe(comment.author.name or '(no name)', 60)}"
    return f"{_line(flag)}\n{rules}\n{times}\n{spoiler(comment.text, 900)}"


def _at(flag: QueuedFlag, when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo(flag.time_zone)):%a %-d %b %H:%M}"
