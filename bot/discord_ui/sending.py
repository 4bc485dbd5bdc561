"""Sending so that nothing comes twice: what had no answer is looked for, and sent again with the same nonce, which Discord takes once."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import aiohttp
import discord
from discord import ui

NO_ANSWER: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What a request raises that Discord refused, or that broke on its way; what broke may have been carried out."""

BACK: Final = 100
"""Messages of a channel that are looked through for one whose sending had no answer: as many as Discord gives at once."""

FAR_BACK: Final = 500
"""The same for what an earlier process may have sent: people may have written much since."""

_TOO_MANY: Final = 429
_NOT_OURS: Final = (10008, 50005)  # Discord's codes for a message that is no more, and for one of another account's


def nonce_of(*parts: object) -> str:
    """The same 25 letters for the same message. For a few minutes Discord gives back what was sent with them, and sends nothing new."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:25]


def is_refused(error: BaseException) -> bool:
    """Whether Discord has said no, so that asking the same again changes nothing; else the line broke, or Discord did."""
    return isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status != _TOO_MANY


async def say_once(place: discord.TextChannel, text: str, *parts: object) -> None:
    """Say something whose first line nothing else begins with, unless it stands there: whoever said it died before it was noted.

    Raises:
        what is in `NO_ANSWER`: it may be there or not; calling again finds out.
    """
    first = text.partition("\n")[0]
    async for message in place.history(limit=FAR_BACK):
        if message.author.id == place.guild.me.id and message.content.startswith(first):
            return
    await place.send(text, nonce=nonce_of(*parts))


class Outbox:
    """Sends the cards, each once. A message that was sent and not noted is found by the ids of its buttons."""

    def __init__(self) -> None:
        self._unsure = set[str]()
        self._before: dict[int, list[tuple[str, int]]] = {}
        """By channel, our messages and the ids of their buttons as this process found them, the newest first."""

    async def put(
        self, place: discord.TextChannel, message: str | None, id: str, view: ui.LayoutView, *state: object
    ) -> int:
        """Make a message of this channel say what `view` says; which one it is. One that somebody deleted is sent again.

        `message` is the one so far; `id` stands in its buttons and in those of no other message; `state` is what it says, in short.

        Raises:
            what is in `NO_ANSWER`: it may be there or not; calling again finds out.
        """
        known = int(message) if message else None
        if known is not None and await _edited(place, known, view):
            return known
        sent = await self._sent_before(
            place, id
        )  # also where the one so far was deleted: the next may be there already
        if sent is not None and sent != known and await _edited(place, sent, view):
            return sent
        self._unsure.add(id)
        instead_of = (
            known,
            sent if sent != known else None,
        )  # with the nonce of one that was deleted Discord would give that back
        return (await place.send(view=view, nonce=nonce_of("card", id, *state, place.id, *instead_of))).id

    def noted(self, id: str) -> None:
        """The database knows this message."""
        self._unsure.discard(id)

    async def _sent_before(self, place: discord.TextChannel, id: str) -> int | None:
        """A message of ours whose sending had no answer, or was not noted: the process died, or the line did.

        A channel is looked through once for what an earlier process has left, and again for each message of which we do not know
        ourselves: before each of 5,000 cards it would be a hundred messages to read (measured: half of the processor's time).
        """
        if id in self._unsure or place.id not in self._before:
            far = BACK if place.id in self._before else FAR_BACK
            mine = [m async for m in place.history(limit=far) if m.author.id == place.guild.me.id]
            self._before[place.id] = [(ids_of(message), message.id) for message in mine]
        return next((message for ids, message in self._before[place.id] if id in ids), None)


async def _edited(place: discord.TextChannel, message: int, view: ui.LayoutView) -> bool:
    """Let a message say this; False: it is no more, or another account's."""
    try:
        await place.get_partial_message(message).edit(view=view)
    except discord.HTTPException as refused:
        if refused.code not in _NOT_OURS:
            raise
        return False
    return True


def ids_of(message: discord.Message) -> str:
    """The ids of all buttons of a message."""
    return " ".join(_custom_ids(component) for component in message.components)


def _custom_ids(component: Any) -> str:
    inside = [_custom_ids(child) for child in getattr(component, "children", ())]
    return " ".join([str(getattr(component, "custom_id", "") or ""), *inside])
