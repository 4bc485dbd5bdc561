"""`make bench`: every figure with its goal. `BENCH=ingest,queue` chooses, `BENCH_ROWS=100000` shrinks what takes longest."""

from __future__ import annotations

import importlib
import os
import sys
import time

from bot.telemetry import start_logging
from tests.bench import machine, texts
from tests.bench.rates import Row, size_from_environment, table

FIGURES = ("start", "model", "chain", "bits", "journey", "workers", "ingest", "queue", "connectors", "presses")


def main() -> int:
    """Measure, and print a table. 0 also where a goal is missed: on a shared machine that is for a person to judge."""
    asked = [name.strip() for name in os.environ.get("BENCH", "").split(",") if name.strip()]
    if unknown := sorted(set(asked) - set(FIGURES)):
        print(f"BENCH: no figure {unknown[0]}; there are {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    start_logging()  # the clock that rings the workers would say so
    print(machine.describe())
    print(f"comments: {texts.mix()}", flush=True)
    rows: list[Row] = []
    for name in asked or FIGURES:
        start = time.perf_counter()
        module = importlib.import_module(f"tests.bench.{name}")
        for row in module.measure(size_from_environment()):
            rows.append(row)
            print("\n    ".join([f"  {row.figure}: {row.measured}", *row.below]), flush=True)
        print(f"({name}: {time.perf_counter() - start:.0f} s, load now {machine.load()})", flush=True)
    print(f"\n{table(rows)}\n\nload at the end: {machine.load()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
