"""The test's side of the victims: it gives orders to the nursery, and hears how each ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.chaos.victim import Order, write_order

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass(frozen=True)
class Ended:
    """How a victim ended: `died` at its point, `refused` with advice, or `done` with what the story returned."""

    died: str = ""
    stage: str = ""
    ended_runs: int = 0
    point: object = None
    refused: str = ""
    words: str = ""
    done: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A victim that is under way, perhaps pausing."""

    pid: int
    order: Order

    def reached(self) -> bool:
        """Whether it stands at the point at which it was to pause, waiting up to a minute; False: it has ended without."""
        deadline = time.monotonic() + PATIENCE
        while not Path(f"{self.order.pause}.reached").exists():
            if Path(self.order.report).exists():
                return False
            assert time.monotonic() < deadline, f"the victim neither ended nor reached {self.order.point}"
            time.sleep(0.005)
        return True

    def go(self) -> None:
        """Let it go on."""
        Path(f"{self.order.pause}.go").touch()


class Crew:
    """One nursery, and the victims that it forks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.victim"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._nursery.stdin
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)

    def report(self) -> Path:
        """A fresh file for a victim's report."""
        return self.folder / f"report-{next(self._numbers)}"

    def start(self, order: Order) -> Running:
        """Let a victim begin."""
        return Running(int(self._say(write_order(order))), order)

    def rehearse(self, order: Order) -> None:
        """Let the nursery live through an order: those who come after it begin with all that it has learnt."""
        assert self._say(f"rehearse {write_order(order)}") == "rehearsed"

    def end(self, running: Running) -> Ended:
        """Wait for a victim's end, and tell how it was.

        A victim whose report does not fit its end, or that broke over something that is no advice, is a failure at once.
        """
        code = int(self._say(f"wait {running.pid}"))
        report = Path(running.order.report)
        told = json.loads(report.read_text()) if report.exists() else {}
        assert "broken" not in told, f"the story {running.order.story} broke:\n{told.get('broken')}"
        expected = -signal.SIGKILL if "died" in told else 1 if "refused" in told else 0
        assert code == expected, f"the story {running.order.story} ended with {code}: {told}"
        return Ended(**told)

    def _say(self, line: str) -> str:
        nursery = self._nursery
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write(line + "\n")
        nursery.stdin.flush()
        answer = nursery.stdout.readline()
        assert answer, "the nursery is dead"
        return answer.strip()
