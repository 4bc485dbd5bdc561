"""Slash commands. Every answer is seen by the asker alone, and holds what this person may see (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot import channel, reports
from bot.discord_ui.answering import answered, reader_of
from bot.discord_ui.opening import opened
from bot.discord_ui.paging import page_of
from bot.discord_ui.telling import ANSWERS
from bot.domain.class_pages import Language
from bot.domain.display import on_one_line
from bot.house import House
from bot.settings import Messages
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

_LONGEST: Final = 64
"""Characters of an id that somebody types."""

_LOCALES: Final = {
    discord.Locale.spain_spanish: Language.SPANISH,
    discord.Locale.latin_american_spanish: Language.SPANISH,
}


class Translator(app_commands.Translator):
    """What Discord itself shows beside a command, in the language that somebody has chosen there."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _: app_commands.TranslationContextTypes
    ) -> str | None:
        """The description of a command or an option in this language; None: the English one stays."""
        key = string.extras.get("key")
        return self._house.messages(_LOCALES[locale]).say(key) if key and locale in _LOCALES else None


def add_commands(tree: app_commands.CommandTree[ReviewBot], messages: Messages) -> None:
    """Give the tree its commands, with the English words for them."""

    def words(name: str) -> app_commands.locale_str:
        return app_commands.locale_str(messages.say(f"commands.{name}"), key=f"commands.{name}")

    for name in ANSWERS:
        if name != "page":
            tree.add_command(app_commands.Command(name=name, description=words(name), callback=_asks(name)))
    for name, option, callback, choices in (("flag", "id", _flag, _flags), ("page", "page", _page, _pages)):
        described = app_commands.describe(**{option: words(f"{name}_id")})(callback)
        command: app_commands.Command[Any, Any, Any] = app_commands.Command(
            name=name, description=words(name), callback=described
        )
        command.autocomplete(option)(choices)
        tree.add_command(command)


def _asks(name: str) -> Callable[[Interaction], Any]:
    """The callback of a command without options."""

    async def ask(interaction: Interaction) -> None:
        await answered(interaction, page_of(interaction.client, name))

    return ask


async def _page(interaction: Interaction, page: str | None = None) -> None:
    await answered(interaction, page_of(interaction.client, "page", (page or "")[:_LONGEST]))


async def _flag(interaction: Interaction, id: str) -> None:
    await answered(interaction, lambda asker: opened(interaction.client, asker, id[:_LONGEST]))


async def _flags(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await _offered(interaction, current, _flags_of)


async def _pages(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await _offered(interaction, current, _pages_of)


def _pages_of(house: House, email: str, _: Messages) -> Iterator[tuple[str, str]]:
    yield from ((page, page) for page in reports.pages_of(house, email, house.clock()))


def _flags_of(house: House, email: str, messages: Messages) -> Iterator[tuple[str, str]]:
    """What waits for somebody, and what was upheld on a teacher's own pages: the flag's id, and what it is without a word of it."""
    for flag in channel.flags_to_name(house, email, house.clock()):
        yield (
            flag.flag[-8:],
            messages.say(
                "queue.decided" if flag.decision else "queue.choice",
                decision=messages.say(f"decided.{flag.decision}") if flag.decision else "",
                severity=messages.say(f"severity.{flag.severity}"),
                titles=", ".join(messages.title(rule, title) for rule, title in flag.rules),
                page=flag.page,
                when=messages.moment(flag.when, flag.time_zone),
            ),
        )


_Options = Callable[[House, str, Messages], Iterator[tuple[str, str]]]


async def _offered(interaction: Interaction, current: str, options: _Options) -> list[app_commands.Choice[str]]:
    """What somebody may mean who has typed this; nothing for a stranger, and nothing where it cannot be told."""
    try:
        reader, house = await reader_of(interaction), interaction.client.house
        if reader.email is None:
            return []
        email, messages = reader.email, house.messages(reader.language)
        found = await asyncio.to_thread(lambda: list(options(house, email, messages)))
    except Exception as error:  # noqa: BLE001  # whoever types is not stopped; the message may quote a comment
        log().error("choices_failed", error=error)
        return []
    wanted = [(id, label) for id, label in found if current.casefold() in f"{id} {label}".casefold()]
    return [app_commands.Choice(name=on_one_line(label, 100), value=id) for id, label in wanted[: channel.MOST_CHOICES]]
