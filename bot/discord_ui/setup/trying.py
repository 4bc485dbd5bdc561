"""Try a channel out: a test card goes there, and somebody presses it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import discord

from bot import channel
from bot.discord_ui.sending import NO_ANSWER
from bot.discord_ui.setup.visiting import Visitor
from bot.discord_ui.trial import PRESSED, clear, taken_away, trial_view
from bot.domain.class_pages import Language
from bot.domain.display import on_one_line
from bot.domain.findings import Finding


async def try_out(
    client: Visitor, place: discord.TextChannel, language: Language, wait: float | None, ask: Callable[[str], None]
) -> Finding:
    """Post a test card, ask for its press, and wait so many seconds for it; None: leave it to the process on duty.

    The card is taken away again, also where the waiting is cancelled.
    """
    name = f"#{on_one_line(place.name, 60)}"
    subject = f"test card in {name}"
    pressing = asyncio.ensure_future(
        client.wait_for(PRESSED, check=lambda where, _: where == place.id, timeout=wait)
    )  # before the card is there: nobody is quicker
    message = None
    try:
        await clear(place)
        message = await place.send(view=trial_view(client.house.messages(language)))
        if wait is None:
            return Finding(subject, "it is there: press it as soon as `hallmonitor discord run` is on duty")
        ask(f"Now press the test card in {name}. This waits for {wait:.0f} seconds; Ctrl-C ends it.")
        _, account = await pressing
        return await asyncio.to_thread(_pressed_by, client, subject, account, place.id)
    except asyncio.CancelledError:
        if message is None and wait is not None:
            with suppress(*NO_ANSWER):  # it may have been posted in the moment of the end
                await clear(place)
        raise
    except TimeoutError:
        return Finding(subject, "nobody pressed it", "run this again, and press the card while it waits")
    except discord.HTTPException as error:
        advice = f"Discord said: {error.text or error.status}; look at the bot's rights in the channel"
        return Finding(subject, "it could not be posted", advice)
    finally:
        pressing.cancel()
        if message is not None and wait is not None:
            await taken_away(message)


def _pressed_by(client: Visitor, subject: str, account: str, place: int) -> Finding:
    reader = channel.reader_of(client.house, account, str(place), client.house.clock())
    if reader.name:
        return Finding(subject, f"it works: {reader.name} pressed it")
    advice = f'if it was an administrator, write `accounts: {{discord: ["{account}"]}}` to their line in people.yaml'
    return Finding(subject, f"it works, but nobody in people.yaml has the account {account}", advice, serious=False)
