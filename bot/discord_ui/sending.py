"""Sending so that nothing comes twice: whatever had no answer is sent again with the same nonce, which Discord takes once."""

from __future__ import annotations

import hashlib
from typing import Final

import aiohttp
import discord

NO_ANSWER: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What a request raises that Discord refused, or that broke on its way; what broke may have been carried out."""


def nonce_of(*parts: object) -> str:
    """The same 25 letters for the same message. For a few minutes Discord gives back what was sent with them, and sends nothing new."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:25]
