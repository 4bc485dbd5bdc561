"""Buttons and lists that carry everything in their id: nothing is remembered in the process (DESIGN.md 8)."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ui


class Carrier(ui.DynamicItem[Any], template=""):
    """A button or a list of any age. `match`: what its id says, by the names of the template."""

    def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(  # the names are discord.py's
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """What was pressed, as it stands in the message."""
        return cls(item, match)
