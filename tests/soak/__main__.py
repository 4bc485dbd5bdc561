"""`make soak`: days of service in minutes, with the nights on which the clocks change. Exit 1 where something is not well.

`SOAK=1` (or 2, 3) lives through one of them alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.telemetry import start_logging
from tests.bench import machine
from tests.bench.school import scratch, server
from tests.servers.debian import StartError
from tests.soak.moved import library
from tests.soak.scenario import FULL, Scenario, live_through, make_life


def main() -> int:
    """Live through the scenarios side by side, and tell what was found."""
    start_logging()
    chosen: Sequence[Scenario] = FULL
    if asked := os.environ.get("SOAK"):
        if asked not in {str(n) for n in range(1, len(FULL) + 1)}:
            print(f"SOAK is the number of a scenario, 1 to {len(FULL)}", file=sys.stderr)
            return 2
        chosen = (FULL[int(asked) - 1],)
    try:
        library()
    except StartError as error:
        print(f"no libfaketime: {error}", file=sys.stderr)
        return 1
    print(machine.describe())
    print(f"this takes {max(scenario.seconds for scenario in chosen) / 60:.0f} minutes", flush=True)
    return 0 if soak(chosen) else 1


def soak(chosen: Sequence[Scenario]) -> bool:
    """Whether all is well; prints what was found."""
    with scratch() as folder, server(folder) as cluster, ThreadPoolExecutor(len(chosen)) as pool:
        possible = [scenario for scenario in chosen if cluster or "serve" in scenario.commands]
        lives = [make_life(each, folder / str(n), cluster) for n, each in enumerate(possible)]
        tasks = [pool.submit(live_through, each, life, cluster) for each, life in zip(possible, lives, strict=True)]
        well = len(possible) == len(chosen)
        for scenario, task in zip(possible, tasks, strict=True):
            print(
                f"\n{scenario.name}: {scenario.hours:g} hours from {scenario.start:%d %b %Y %H:%M %Z}, {scenario.speed:g} times as fast"
            )
            found = task.result()
            for is_well, words in (*found.work, *found.steadiness):
                print(f"  {'ok ' if is_well else 'NOT'} {words}", flush=True)
                well = well and is_well
    print(f"\nload at the end: {machine.load()}")
    return well


if __name__ == "__main__":
    sys.exit(main())
