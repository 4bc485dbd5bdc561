"""A message that shows something and is kept as that is: sent once, edited, found again, sent again where somebody deleted it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import discord
from discord import ui

_BACK: Final = 50  # messages of a channel that are looked through for one whose sending had no answer


async def put(place: discord.TextChannel, message: str | None, id: str, view: ui.LayoutView) -> int:
    """Make a message of this channel say what `view` says; which one it is. `message`: the one so far; `id` stands in its buttons."""
    known = int(message) if message else await _sent_before(place, id)
    if known is not None:
        with suppress(discord.NotFound):
            await place.get_partial_message(known).edit(view=view)
            return known
    return (await place.send(view=view)).id


async def _sent_before(place: discord.TextChannel, id: str) -> int | None:
    """A message of ours whose sending had no answer: the process died, or the line did."""
    async for message in place.history(limit=_BACK):
        if message.author.id == place.guild.me.id and f":{id}:" in _ids(message):
            return message.id
    return None


def _ids(message: discord.Message) -> str:
    """The ids of all buttons of a message."""
    return " ".join(_custom_ids(component) for component in message.components)


def _custom_ids(component: Any) -> str:
    inside = [_custom_ids(child) for child in getattr(component, "children", ())]
    return " ".join([str(getattr(component, "custom_id", "") or ""), *inside])
