"""The review bot on duty in a thread of its own, at the fake of Discord."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Self, TypeVar

from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_ui import running
from bot.discord_ui.client import ReviewBot
from bot.house import House
from tests.patience import until
from tests.servers.discord import Discord

T = TypeVar("T")


class Hasty(ReviewBot):
    """Our bot, without the courtesies that discord.py shows to Discord: two seconds for servers to come, five before a new session."""

    def __init__(self, house: House, **options: Any) -> None:
        super().__init__(house, guild_ready_timeout=0.1, **options)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait."""


class Duty:
    """`with Duty(house, discord) as duty`: the bot is connected and ready. `duty.bot` is to be used by `duty.do(...)` alone."""

    def __init__(self, house: House, discord: Discord, **options: Any) -> None:
        variables = {**house.environment.variables, **discord.variables}
        self._house = replace(house, environment=replace(house.environment, variables=variables))
        self._options, self._token = options, discord.token
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="duty", daemon=True)

    def __enter__(self) -> Self:
        self._before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
        self._thread.start()
        until(lambda: hasattr(self, "bot") and self.bot.is_ready())
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = self._before

    def leave(self, *, woken: int | None = None) -> None:
        """End; where `woken` is given, so many turns of the loop after something woke the bot.

        Raises:
            TimeoutError: it does not end.
        """

        async def end() -> None:
            if woken is not None:
                self.bot.look_again()
                for _ in range(woken):
                    await asyncio.sleep(0)
            await self.bot.close()

        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(
                end(), self._loop
            )  # its loop ends with it, and nothing would tell of it any more
        self._thread.join(30)
        if self._thread.is_alive():
            raise TimeoutError("the bot does not end")

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        """Do something in the bot's loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with Hasty(self._house, **self._options) as bot:
            self.bot = bot
            await running.sign_in(bot, self._token)
            await running.stay_connected(bot)
