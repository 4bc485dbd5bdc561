"""Memory, file handles and connections of running processes, and whether they stay what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median

import psutil

MOST_MORE = 2
"""By how many file handles or connections the last quarter may be above the second one, in the middle."""

_MIB = 2**20


@dataclass
class Watched:
    """One process, and what was seen of it each time."""

    name: str
    pid: int
    may_grow: float
    """MiB over the second half of its time, measured by the slope."""
    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)

    def look(self) -> None:
        """Look once."""
        process = psutil.Process(self.pid)
        self.memory.append(process.memory_info().rss / _MIB)
        self.handles.append(process.num_fds())

    def verdicts(self) -> list[tuple[bool, str]]:
        """Whether memory and handles are flat, with the numbers."""
        growth = growth_of(self.memory)
        middle, end = quarters(self.handles)
        curve = " ".join(f"{median(part):.0f}" for part in tenths(self.memory))
        memory = f"{self.name}: memory {curve} MiB by tenths of the time, grows {growth:+.1f} MiB over the second half"
        return [
            (growth <= self.may_grow, f"{memory} (may {self.may_grow:g})"),
            (
                end <= middle + MOST_MORE,
                f"{self.name}: {middle:g} file handles in the second quarter, {end:g} in the last",
            ),
        ]


@dataclass
class Counted:
    """The connections that a database has, looked at from outside."""

    count: Callable[[], int]
    seen: list[int] = field(default_factory=list)

    def look(self) -> None:
        """Look once."""
        self.seen.append(self.count())

    def verdicts(self) -> list[tuple[bool, str]]:
        """Whether they are flat."""
        middle, end = quarters(self.seen)
        return [
            (
                end <= middle + MOST_MORE,
                f"{middle:g} database connections in the second quarter, {end:g} in the last, {max(self.seen)} at most",
            )
        ]


def growth_of(values: Sequence[float]) -> float:
    """What the slope of the second half makes over that half."""
    half = values[len(values) // 2 :]
    if len(half) < 2:
        return 0.0
    return linear_regression(range(len(half)), half).slope * (len(half) - 1)


def tenths(values: Sequence[float]) -> list[Sequence[float]]:
    """The values in ten parts, or fewer."""
    part = max(1, -(-len(values) // 10))
    return [values[start : start + part] for start in range(0, len(values), part)]


def quarters(values: Sequence[int]) -> tuple[float, float]:
    """The median of the second quarter and of the last."""
    part = max(1, len(values) // 4)
    return median(values[part : 2 * part] or values), median(values[-part:])


def database_handles(pids: Sequence[int], database: str) -> int:
    """How many handles processes hold on SQLite's file: its connections."""
    return sum(1 for pid in pids for file in psutil.Process(pid).open_files() if file.path == database)
