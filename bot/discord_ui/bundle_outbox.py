"""The cards of bundles, kept as their bundles are: like a flag's, but edited at most every ten seconds while flags join."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import discord

from bot import bundles
from bot.discord_ui.bundle_cards import view_of_bundle
from bot.discord_ui.sending import NO_ANSWER, put
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot


class BundleCards:
    """Sends and edits the card of each bundle until it says what the bundle says."""

    def __init__(self, bot: ReviewBot, pause: float = 10.0) -> None:
        """`pause`: seconds between two edits of one card, but for those that answer a press."""
        self._bot, self._pause = bot, pause
        self._shown: dict[str, float] = {}
        self._one_at_a_time = asyncio.Lock()

    async def sync_due(self) -> int:
        """Bring every bundle's card that is due up to date, unless it was just now; how many."""
        house, now = self._bot.house, time.monotonic()
        self._shown = {bundle: at for bundle, at in self._shown.items() if now - at < self._pause}
        due = await asyncio.to_thread(bundles.due, house, house.clock())
        return sum([await self.sync(bundle) for bundle in due if bundle not in self._shown])

    async def sync(self, bundle: str) -> bool:
        """Send or edit the card of a bundle. A message that somebody deleted is sent again."""
        async with self._one_at_a_time:  # a press and the clock may come for one card
            shown = await asyncio.to_thread(bundles.bundle_of, self._bot.house, bundle)
            if shown is None or not shown.channel or self._bot.is_left_alone(shown.channel):
                return False
            place = self._bot.get_channel(int(shown.channel))
            if not isinstance(place, discord.TextChannel):
                self._bot.leave_alone(shown.channel, shown.page)
                return False
            try:
                message = await put(place, shown.message, shown.bundle, view_of_bundle(shown), shown.digest)
            except NO_ANSWER as error:
                log().error("card_failed", page=shown.page, error=error)
                return False
            self._shown[bundle] = time.monotonic()
            await asyncio.to_thread(bundles.note_shown, self._bot.house, shown, str(message))
            return True
