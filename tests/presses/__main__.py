"""`make presses`: a thousand random presses with a fresh seed; `SEED=...` draws the same ones again.

Prints the seed first. Ends with 1, and with the steps that led there, where an invariant breaks. Threads interleave as they like, so
that the same seed may meet a neighbouring moment.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.telemetry import start_logging
from tests.presses.machine import Presses

STEPS = 40
"""Of one life: each begins with a new school."""


def live(*, seed: int, lives: int, steps: int = STEPS) -> int:
    """Live so many lives; how many presses there were.

    Raises:
        AssertionError: an invariant broke; it says which, and what happened before.
    """
    before = Presses.pressed
    chosen = settings(
        max_examples=lives, stateful_step_count=steps, phases=(Phase.generate,), deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(_with_seed(seed), settings=chosen)
    return Presses.pressed - before


def _with_seed(number: int) -> type[Presses]:
    return seed(number)(type("Presses", (Presses,), {}))


def main() -> int:
    """Press until it is enough. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make presses", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--presses", type=int, default=1000)
    asked = parser.parse_args()
    start_logging()
    number = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    print(f"seed {number}", flush=True)
    began = time.monotonic()
    while Presses.pressed < asked.presses:
        live(seed=number, lives=5)
        number += 1
        print(f"{Presses.pressed} presses in {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
