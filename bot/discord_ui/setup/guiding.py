"""`discord setup` leads somebody who has never seen Discord's developer pages to a channel that works; `discord check` looks alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from discord import TextChannel

from bot import channel
from bot.channel import TOKEN, Place, Written
from bot.discord_ui.running import DiscordTrouble, asked, token_of
from bot.discord_ui.setup.looking import look, usable
from bot.discord_ui.setup.trying import try_out
from bot.discord_ui.setup.visiting import Visitor, visit
from bot.domain.errors import Advice
from bot.domain.findings import Finding
from bot.house import House

WAIT: Final = 120.0
"""Seconds in which somebody has to press the test card."""

_TOKEN: Final = f"""1. Open https://discord.com/developers/applications and sign in, best with an account of the school.
2. New Application: name it Hallmonitor.
3. On the left: Bot. Reset Token, Copy. The three switches under Privileged Gateway Intents stay off.
4. Put it into the environment variable {TOKEN}, and into no file of the configuration:
       export {TOKEN}='...'
   (under systemd a line in /etc/hallmonitor/environment)
5. Run this again."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Whoever sets the channel up: `say` tells what was found, as it comes; `ask` what they have to do now."""

    say: Callable[[Finding], None]
    ask: Callable[[str], None]


def guide(house: House, listener: Listener, *, site: str | None, wait: float | None) -> None:
    """Look at everything from the token to a press. It may be run at any time, again and again.

    `site`: this school alone. `wait`: seconds for the press; None: post the test card, and go.

    Raises:
        Advice: there is no such site; or people.yaml is wrong.
    """
    says = channel.written(house, house.clock())
    places = [place for place in channel.places(house, house.clock(), says.sites) if site in (None, place.site)]
    if site is not None and site not in says.sites:
        raise Advice(f"people.yaml has no site {site}; it has {', '.join(sorted(says.sites))}")
    if not says.applied:
        apply = f"hallmonitor --config {house.environment.config} pages apply"
        listener.say(Finding("people.yaml", "it says what was not applied yet", f"run `{apply}`, and this again"))
    token = house.environment.variables.get(TOKEN, "")
    if not token:
        listener.say(Finding("token", f"there is none: {TOKEN} is not set", _TOKEN))
    if not token or not says.applied:
        return
    try:
        asked(lambda: asyncio.run(visit(house, token, lambda client: _steps(client, places, says, wait, listener))))
    except DiscordTrouble as trouble:
        listener.say(Finding("Discord", "does not let the bot in", str(trouble)))
    except KeyboardInterrupt:
        listener.say(Finding("setup", "it was ended before its end", "run it again"))
    listener.say(_process(house))


def check(house: House) -> list[Finding]:
    """Sign in, look at the channels of all schools that have one, and go.

    Raises:
        DiscordTrouble: there is no token or no channel, or Discord does not take the token.
        BadConfiguration: people.yaml is wrong.
    """
    found: list[Finding] = []
    token, says = token_of(house), channel.written(house, house.clock())
    with_channel = [place for place in channel.places(house, house.clock()) if place.channel]

    async def work(client: Visitor) -> None:
        found.extend([finding async for finding in look(client, with_channel, says)])

    asked(lambda: asyncio.run(visit(house, token, work)))
    return found


async def _steps(client: Visitor, places: list[Place], says: Written, wait: float | None, listener: Listener) -> None:
    async for finding in look(client, places, says):
        listener.say(finding)
    ready = {found.id: (found, place) for place in places if (found := usable(client, place)) is not None}

    async def tried(found: TextChannel, place: Place) -> None:
        listener.say(await try_out(client, found, place.language, wait, listener.ask))

    await asyncio.gather(
        *(tried(*each) for each in ready.values())
    )  # whatever cancels it waits until each has taken its card away


def _process(house: House) -> Finding:
    if channel.is_alive(house, house.clock()):
        return Finding("process", "`hallmonitor discord run` is on duty")
    advice = "start `hallmonitor discord run` once all else is well, and keep it running beside `serve` or the workers"
    return Finding("process", "`hallmonitor discord run` is not on duty here", advice, serious=False)
