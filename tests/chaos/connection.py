"""The connection to Discord as a victim holds it: the real bot, whose every request can be the moment of death."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from bot.discord_ui import running
from bot.house import House
from tests.chaos import trap
from tests.unit.bot.discord_ui.duty import Hasty


async def hold(house: House, stop: Path) -> None:
    """Be on duty until the file `stop` appears."""
    async with Hasty(house, http_trace=_traced()) as bot:
        staying = asyncio.create_task(_connected(bot))
        while not stop.exists() and not staying.done():
            await asyncio.sleep(0.02)
        await bot.close()
        if stop.exists():
            staying.cancel()  # it may not be connected yet
            await asyncio.gather(staying, return_exceptions=True)
        else:
            await staying


async def _connected(bot: Hasty) -> None:
    await running.sign_in(bot, running.token_of(bot.house))
    await running.stay_connected(bot)


def _traced() -> aiohttp.TraceConfig:
    """`asking` before a request leaves, `asked` when its answer comes: then Discord has done it. Named as "POST channels"."""
    trace = aiohttp.TraceConfig()

    async def asking(_session: Any, _context: Any, told: aiohttp.TraceRequestStartParams) -> None:
        trap.passing("asking", _named(told.method, told.url.path))

    async def asked(_session: Any, _context: Any, told: aiohttp.TraceRequestEndParams) -> None:
        trap.passing("asked", _named(told.method, told.url.path))

    trace.on_request_start.append(asking)
    trace.on_request_end.append(asked)
    return trace


def _named(method: str, path: str) -> str:
    return f"{method} {path.removeprefix('/api/v10/').partition('/')[0]}"
