"""The cards of bundles, kept as their bundles are: like a flag's, but edited at most every ten seconds while flags join."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot import bundles
from bot.discord_ui.bundle_cards import view_of_bundle

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot


class BundleCards:
    """Sends and edits the card of each bundle until it says what the bundle says."""

    def __init__(self, bot: ReviewBot, pause: float = 10.0) -> None:
        """`pause`: seconds between two edits of one card, but for those that answer a press."""
        self._bot, self._pause = bot, pause
        self._shown: dict[str, float] = {}
        self._one_at_a_time = WeakValueDictionary[str, asyncio.Lock]()

    async def sync_due(self) -> int:
        """Bring every bundle's card that is due up to date, unless it was just now; how many."""
        house, now = self._bot.house, time.monotonic()
        self._shown = {bundle: at for bundle, at in self._shown.items() if now - at < self._pause}
        due = await asyncio.to_thread(bundles.due, house, house.clock())
        left_alone = self._shown.keys() | self._bot.patience.resting()
        return sum([await self._bot.kept_up(id, partial(self.sync, id)) for id in due if id not in left_alone])

    async def sync(self, bundle: str) -> bool:
        """Send or edit the card of a bundle. A message that somebody deleted is sent again. Raises as `ReviewBot.sync_card`."""
        async with self._one_at_a_time.setdefault(
            bundle, asyncio.Lock()
        ):  # a press and the clock may come for one card
            shown = await asyncio.to_thread(bundles.bundle_of, self._bot.house, bundle)
            if shown is None or not shown.channel or shown.channel in self._bot.left_alone():
                return False
            view = view_of_bundle(shown, self._bot.house.messages(shown.language))
            id = f":{bundle}:"
            message = await self._bot.show(shown.channel, shown.page, shown.message, id, view, shown.digest)
            if message is None:
                return False
            self._shown[bundle] = time.monotonic()
            await self._bot.note(partial(bundles.note_shown, self._bot.house, shown, str(message)))
            self._bot.outbox.noted(id)
            return True
