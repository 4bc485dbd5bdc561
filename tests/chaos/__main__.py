"""`make chaos`: two hundred random deaths, half on each database, with fresh seeds; `SEED=...` lives through one again.

Prints each seed, and at the end the deaths by stage. Ends with 1, and the seed, where the oracle disagrees.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.crew import Crew
from tests.chaos.history import History
from tests.chaos.room import introduce, room_of
from tests.chaos.school import Schools
from tests.chaos.trap import STAGES
from tests.servers.fixtures import free_port
from tests.servers.postgres import PostgresServer

A_LIFE = 10
"""Deaths in one history."""
AGAIN = 5
"""How often one seed is lived through: threads interleave as they like."""


def main() -> int:
    """Live through histories until enough have died. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="live through this one alone")
    parser.add_argument("--kills", type=int, default=200)
    asked = parser.parse_args()
    lives = AGAIN if asked.seed is not None else -(-asked.kills // (2 * A_LIFE))
    seeds = [asked.seed] * lives if asked.seed is not None else [secrets.randbelow(10**9) for _ in range(lives)]
    began, killed = time.monotonic(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="hm-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as `nobody`
        with Crew(folder) as crew, PostgresServer(folder / "pg", free_port()) as server:
            for kind, where in (("sqlite", None), ("postgresql", server)):
                (folder / kind).mkdir()
                schools = Schools.found(folder / kind, crew, where)
                introduce(schools.first)
                for number, seed in enumerate(seeds):
                    wrong = _live(schools, kind, number, seed, killed)
                    if wrong:
                        print(f"{wrong}\nonce more: make chaos SEED={seed}", file=sys.stderr)
                        return 1
    by_stage = ", ".join(f"{stage} {killed[stage]}" for stage in STAGES if killed[stage])
    print(f"{killed.total()} deaths in {time.monotonic() - began:.0f} s lost nothing and doubled nothing: {by_stage}")
    return 0


def _live(schools: Schools, kind: str, number: int, seed: int, killed: Counter[str]) -> str:
    """One history; returns what is wrong, with all that happened before."""
    with schools.another(f"school-{number}") as school, room_of(school) as room:
        history = History(room, seed)
        try:
            history.live(A_LIFE)
        except AssertionError as wrong:
            return "\n".join([*history.told, str(wrong)])
        finally:
            killed.update(history.killed)
    print(f"seed {seed} on {kind}: {dict(history.killed)}", flush=True)
    return ""


if __name__ == "__main__":
    sys.exit(main())
