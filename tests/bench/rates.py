"""Rounds, ratios and rows of the table: how every figure is measured.

The machine is shared, so seconds say little. What is compared runs in turns within one round, each round gives one ratio, and the
median of the rounds counts; the lowest and the highest are shown beside it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int = 5
    long_rounds: int = 4
    """Of the figures whose one round takes many seconds."""
    encoder_layers: int = 12
    """Of the `original` architecture; fewer in the smoke test, which only looks whether the code runs."""
    model_texts: int = 64
    bits_texts: int = 2_000
    journey_texts: int = 800
    ingest_comments: int = 5_000
    rows: int = 1_000_000
    few_rows: int = 10_000
    flags: int = 100_000
    worker_pages: int = 4
    worker_texts: int = 200
    starts: int = 5
    servers: bool = True
    """Whether connectors are measured whose platform has to be started."""
    new_comments: int = 1_000
    many_comments: int = 100_000
    scale_pages: int = 500


FULL = Size()
TOY = Size(
    rounds=1, long_rounds=1, encoder_layers=1, model_texts=4, bits_texts=8, journey_texts=12, ingest_comments=20, rows=60, few_rows=20,
    flags=40, worker_pages=2, worker_texts=4, starts=1,
    servers=False, new_comments=30, many_comments=300, scale_pages=3,
)  # fmt: skip


def size_from_environment() -> Size:
    """The full size; `BENCH_ROWS`, `BENCH_FLAGS` and `BENCH_ROUNDS` change what takes longest."""
    rounds = os.environ.get("BENCH_ROUNDS")
    return replace(
        FULL,
        rows=int(os.environ.get("BENCH_ROWS", FULL.rows)),
        flags=int(os.environ.get("BENCH_FLAGS", FULL.flags)),
        rounds=int(rounds or FULL.rounds),
        long_rounds=int(rounds or FULL.long_rounds),
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, with the lowest and the highest."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(min(values), median(values), max(values))

    def __str__(self) -> str:
        return f"{_short(self.middle)} [{_short(self.low)}-{_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `met` None: there is no goal, or it could not be measured here."""

    figure: str
    measured: str
    goal: str = ""
    met: bool | None = None
    below: tuple[str, ...] = ()
    """Lines that are too long for the table: they are printed below it."""


def at_least(figure: str, measured: Spread, goal: float, unit: str = "", note: str = "") -> Row:
    return Row(figure, f"{measured}{unit}{note}", f">= {_short(goal)}{unit}", measured.middle >= goal)


def below(figure: str, measured: Spread, goal: float, unit: str = "", note: str = "") -> Row:
    return Row(figure, f"{measured}{unit}{note}", f"< {_short(goal)}{unit}", measured.middle < goal)


Path = Callable[[int], float]
"""Does its work for one round, and returns how many things a second it did."""


def interleave(rounds: int, paths: Mapping[str, Path]) -> dict[str, list[float]]:
    """Run every path once a round, each round beginning with another one; the rates by path, in the order of the rounds."""
    names = list(paths)
    rates: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in [*names[turn:], *names[:turn]]:
            rates[name].append(paths[name](number))
    return rates


def ratio(rates: Sequence[float], to: Sequence[float]) -> Spread:
    """The ratio of two paths, round by round."""
    return Spread.of([mine / theirs for mine, theirs in zip(rates, to, strict=True)])


def rate(count: int, work: Callable[[], object]) -> float:
    """Do it, and tell how many a second that was."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def table(rows: Iterator[Row] | Sequence[Row]) -> str:
    """The rows as a table in Markdown, readable as it is."""
    cells = [("figure", "measured: median [lowest-highest]", "goal", "met")]
    cells += [(r.figure, r.measured, r.goal, "" if r.met is None else "yes" if r.met else "NO") for r in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
