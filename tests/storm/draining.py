"""The storm from its first card to its last, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.school import School
from tests.patience import until
from tests.servers.discord import Channel, Discord, Message
from tests.storm.filling import Posted, Storm, break_loose, open_channel
from tests.storm.pressing import Crowd, flag_of, not_as_pressed
from tests.storm.watching import on_duty

_PATIENCE = 3600.0
_QUIET = 3.0
"""Seconds without a request after which the cards say all that there is to say."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The cards, in the order of their coming."""

    count: int
    too_early: int
    """Cards that came while one of a more urgent flag was still missing."""
    critical: tuple[float, float]
    """Seconds until the first and until the last critical flag had its card."""
    bundles: int
    raid_alone: int
    """Flags of the raid that have a card of their own."""
    raid: float
    """Seconds until the raid's card was there."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What was measured. Seconds are the machine's, megabytes and processor time those of the channel's process."""

    sent: Sent
    seconds: float
    cpu: float
    requests: int
    refused: int
    """Requests that Discord answered with 429."""
    idle: float
    highest: float
    answered: Sequence[float]
    """Seconds until each presser had their answer, the shortest first."""
    acknowledged: Sequence[float]
    """Seconds until Discord knew that the press had arrived; its limit is three."""
    unlike: int
    """Pressed comments which the platform shows otherwise."""


def drain(folder: Path, storm: Storm, speed: float, database: str | None = None) -> Drained:
    """Let the storm break loose on an idle channel, press while it drains, and measure."""
    school = School(folder / "school", database)
    try:
        with Discord(speed=speed) as discord:
            guild = discord.add_guild()
            room = discord.add_channel(guild)
            dana, maja = discord.add_person(guild, "dana"), discord.add_person(guild, "maja")
            open_channel(school, room, dana, maja)
            crowd, expected = Crowd(discord, room, (dana, maja), storm.presses), storm.flags - storm.raid + 1
            with on_duty(school, discord) as process:
                before = process.cpu()
                posted, began = break_loose(school, storm)
                crowd.press_while(lambda: len(_cards(discord, room)) / expected)
                until(lambda: len(_cards(discord, room)) >= expected, _PATIENCE)
                seconds, cpu = time.monotonic() - began, process.cpu() - before
                until(lambda: time.monotonic() - discord.log[-1].at > _QUIET, _PATIENCE)
            return Drained(
                sent=_sent(_cards(discord, room), posted, began),
                seconds=seconds,
                cpu=cpu,
                requests=len(discord.log),
                refused=discord.count(status=429),
                idle=process.idle,
                highest=process.highest,
                answered=crowd.seconds(),
                acknowledged=sorted(each.first or float("inf") for each in crowd.answers),
                unlike=not_as_pressed(school, crowd, posted),
            )
    finally:
        school.close()


def _cards(discord: Discord, room: Channel) -> list[Message]:
    """The cards of flags and bundles; alarms and the like have a content."""
    return [message for message in discord.messages(room) if not message.sent.get("content")]


def _sent(cards: Sequence[Message], posted: Mapping[str, Posted], began: float) -> Sent:
    flags = [(message.at - began, posted[flag]) for message in cards if (flag := flag_of(message)) is not None]
    bundles = [message.at - began for message in cards if flag_of(message) is None]
    critical = [at for at, each in flags if each.severity.rank == 0]
    worst, too_early = 3, 0
    for _, each in reversed(flags):  # from the last one on: whether something more urgent came behind it
        too_early += each.severity.rank > worst
        worst = min(worst, each.severity.rank)
    return Sent(
        count=len(cards),
        too_early=too_early,
        critical=(min(critical), max(critical)),
        bundles=len(bundles),
        raid_alone=sum(each.raid for _, each in flags),
        raid=min(bundles, default=float("inf")),
    )
