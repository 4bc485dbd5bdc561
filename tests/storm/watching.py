"""The channel's process from outside: started, looked at, stopped."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.bench.school import ROOT, School
from tests.bench.start import COMMAND
from tests.patience import until
from tests.servers.discord import Discord

_MB = 1024 * 1024
_EVERY = 0.2
_SETTLES = 3.0
"""Seconds of quiet before the memory of an idle process is taken."""


class Watched:
    """`hallmonitor discord run`. Megabytes are those that stand in memory (RSS)."""

    def __init__(self, process: subprocess.Popen[bytes], began: float) -> None:
        self._process, self._ends = psutil.Process(process.pid), threading.Event()
        self.idle = self.highest = 0.0
        self.began = began
        self._thread = threading.Thread(target=self._look, name="memory", daemon=True)

    def take_idle(self) -> None:
        """What it needs with nothing to do; from now on the highest is looked for."""
        time.sleep(_SETTLES)
        self.idle = self.highest = self._megabytes()
        self._thread.start()

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return sum(self._process.cpu_times()[:2])

    def end(self) -> None:
        """Look no more."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(_EVERY):
            self.highest = max(self.highest, self._megabytes())

    def _megabytes(self) -> float:
        return float(self._process.memory_info().rss) / _MB


@contextmanager
def on_duty(school: School, discord: Discord) -> Iterator[Watched]:
    """The real process at the fake, connected; its log lies in the school's folder."""
    command = [COMMAND, "--config", str(school.config), "discord", "run"]
    variables = {**os.environ, **school.variables, **discord.variables}
    with (school.folder / "channel.log").open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=out, stderr=out)
    watched = Watched(process, time.monotonic())
    try:
        until(lambda: discord.gateway.connected and discord.count("PUT /applications"), 60)
        watched.take_idle()
        yield watched
    finally:
        watched.end()
        process.terminate()
        process.wait(30)
