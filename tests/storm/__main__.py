"""`make storm`: 5,000 flags at once, the real channel's process at the fake of Discord, people who press meanwhile."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.telemetry import start_logging
from tests.bench import machine
from tests.bench.rates import Row, table
from tests.bench.school import scratch, server
from tests.storm.draining import Drained, drain
from tests.storm.filling import FULL

SPEED = 20.0
"""How many times faster than Discord's the windows of the limits pass: 5 messages in a quarter of a second instead of five."""

_A_MINUTE = 60.0
"""Messages that Discord takes in one channel in a minute, as it is seen in its headers: 5 in 5 seconds."""

_MEMORY, _ANSWER = 150.0, 1.0


def main() -> int:
    """Measure, and print a table. 0 also where a goal is missed: on a shared machine that is for a person to judge."""
    asked = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    asked.add_argument("--flags", type=int, default=FULL.flags, help="how many, the raid of 500 among them")
    asked.add_argument("--speed", type=float, default=SPEED, help="how much faster than Discord the limits are")
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    given = asked.parse_args()
    start_logging()
    print(machine.describe())
    print(f"{given.flags:,} flags at once, limits {given.speed:g} times as fast as Discord's", flush=True)
    with scratch() as folder:
        if not given.postgres:
            found = drain(folder, replace(FULL, flags=given.flags), given.speed)
        else:
            with server(folder) as cluster:
                if cluster is None:
                    return 1
                found = drain(folder, replace(FULL, flags=given.flags), given.speed, cluster.make_database())
    print(f"\n{table(list(rows_of(found, given.speed)))}\n\nload at the end: {machine.load()}")
    return 0


def rows_of(found: Drained, speed: float) -> Iterator[Row]:
    """The figures, each with its goal."""
    sent, cards = found.sent, found.sent.count
    first, last = sent.critical
    yield Row("cards that came before a more urgent one", f"{sent.too_early} of {cards:,}", "0", sent.too_early == 0)
    yield Row("first and last critical card after", f"{first:.1f} s; {last:.1f} s")
    whole = (sent.bundles, sent.raid_alone) == (1, 0)
    yield Row(
        "cards of the raid", f"{sent.bundles} bundle, {sent.raid_alone} alone, after {sent.raid:.1f} s", "1", whole
    )
    yield Row(
        "answers of 429",
        f"{found.refused} of {found.requests:,}",
        "0, or nearly",
        found.refused <= found.requests / 1000,
    )
    more = found.highest - found.idle
    yield Row(
        "memory over idle",
        f"{more:.0f} MB ({found.idle:.0f} MB idle, {found.highest:.0f} MB at most)",
        f"< {_MEMORY:g} MB",
        more < _MEMORY,
    )
    yield _times("a press is answered: median, 99 %, longest", found.answered, _ANSWER)
    yield _times("a press is acknowledged: median, 99 %, longest", found.acknowledged, _ANSWER)
    told = f"{found.unlike} of {len(found.answered)}"
    yield Row("pressed, and the platform shows something else", told, "0", found.unlike == 0)
    rate = cards / found.seconds * 60
    yield Row("cards a minute", f"{rate:,.0f} (the limits allow {_A_MINUTE * speed:,.0f})")
    yield Row("processor time a card, presses and all", f"{found.cpu / cards * 1000:.1f} ms")
    bound = min(rate, _A_MINUTE)
    yield Row(f"{cards:,} cards at Discord's real limit", f"{cards / bound:.0f} minutes ({bound:.0f} a minute)")


def _times(figure: str, seconds: Sequence[float], goal: float) -> Row:
    middle, late = _at(seconds, 0.5), _at(seconds, 0.99)
    told = f"{middle:.2f} s; {late:.2f} s; {seconds[-1]:.2f} s ({len(seconds)} presses)"
    return Row(figure, told, f"99 % < {goal:g} s", late < goal)


def _at(seconds: Sequence[float], share: float) -> float:
    """The time within which this share of the presses was answered."""
    return seconds[max(0, math.ceil(len(seconds) * share) - 1)]


if __name__ == "__main__":
    sys.exit(main())
