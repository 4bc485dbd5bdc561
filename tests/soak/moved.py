"""A clock that runs fast from a moment of our choice, for real processes: libfaketime moves their clock and their waiting.

It moves the monotonic clock too (its default): Python waits on that one, so that a minute's wait of the scheduler, of a lock or of a
socket takes a second or less. What other programs do (PostgreSQL) keeps its own pace.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.school import ROOT
from tests.servers.debian import install

PACKAGE = "faketime"


@dataclass(frozen=True)
class MovedClock:
    """Begins at `start` when it is made, and runs `speed` times as fast as time."""

    start: datetime
    speed: float
    made: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """What this clock shows, in UTC."""
        return self.start.astimezone(UTC) + timedelta(seconds=(time.monotonic() - self.made) * self.speed)

    def spawn(self, command: Sequence[str], variables: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """A process that lives by this clock; what it says goes into `log`."""
        moved = {
            "LD_PRELOAD": library(),
            "FAKETIME": f"@{self.now().astimezone(UTC):%Y-%m-%d %H:%M:%S} x{self.speed:g}",
            "TZ": "UTC",  # the zone in which FAKETIME is read
            "NO_FAKE_STAT": "1",
            # each ring has new threads, and glibc gives them more and more heaps of their own, which settle only after days: a leak
            # would not be seen beside that (measured: +28 MiB in 900 scans, +4 with two heaps, and flat from the 400th on)
            "MALLOC_ARENA_MAX": "2",
        }
        with log.open("ab") as out:
            environment = {**os.environ, **variables, **moved}
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )


def library() -> str:
    """The path of libfaketime, installed where that is missing and we may. Raises `StartError`."""
    install([PACKAGE])
    return str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")))
