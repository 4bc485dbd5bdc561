"""Where the commands of the desks come from: each is a process of its own, forked from one that has imported everything.

A day at the terminal pays for the imports and the word lists once. What a command does at its start alone (its own imports, the limits
of its process) is seen where a journey starts it by itself: `Desk.on_duty`, `Desk.run(before=...)`, and the first day's own set-up.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 240.0
"""Seconds after which a command that has not ended is a failure."""


class Nursery:
    """The test's side: it gives orders, and waits for what came of each."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hm-desk-")
        self._number = 0
        self._process = subprocess.Popen([sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, text=True)

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], folder: Path, answers: str | None
    ) -> tuple[int, str, str]:
        """Run one command to its end: its exit code, and what it printed to the two outputs."""
        self._number += 1
        place = Path(self._folder.name, str(self._number))
        place.mkdir()
        (place / "in").write_text(answers or "", encoding="utf-8")
        order = {"words": list(words), "environment": dict(environment), "folder": str(folder), "place": str(place)}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        deadline = time.monotonic() + LONGEST
        while not (place / "code").exists():
            assert time.monotonic() < deadline, f"{words} has not ended in {LONGEST:.0f} seconds"
            assert self._process.poll() is None, "the nursery is dead"
            time.sleep(0.01)
        code, out, err = (
            (place / name).read_text(encoding="utf-8", errors="replace") for name in ("code", "out", "err")
        )
        return int(code), out, err


@cache
def nursery() -> Nursery:
    """The nursery of this process; it ends with it."""
    return Nursery()


def _next_command() -> list[str]:
    """Answers in a fresh process that is to be a command, with its words; the nursery itself goes on until nobody orders."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    for line in sys.stdin:
        if os.fork() == 0:
            return _kept(json.loads(line))
    os._exit(0)


def _kept(order: dict[str, object]) -> list[str]:
    """The keeper of one command: it forks it, and writes down how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    place = Path(str(order["place"]))
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        (place / "code.new").write_text(str(code))
        (place / "code.new").rename(place / "code")
        os._exit(0)
    os.chdir(str(order["folder"]))
    os.environ.clear()
    os.environ.update(order["environment"])  # type: ignore[call-overload]  # as `Nursery.run` wrote it
    for number, name, how in (
        (0, "in", os.O_RDONLY),
        (1, "out", os.O_WRONLY | os.O_CREAT),
        (2, "err", os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(place / name, how, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # what the nursery has read ahead is not the command's
    words = order["words"]
    assert isinstance(words, list)
    return words


_BEFORE_THE_FORK = (
    *(f"bot.{room}" for room in ("backup", "bundles", "evaluation", "explaining", "serve", "upkeep", "worker")),
    *(f"connectors.{kind}" for kind in ("by_hand", "sample", "wordpress")),
    "alembic.command",
    "sqlalchemy.dialects.postgresql.psycopg",
)


def _learn() -> None:
    """Import what commands import while they run, and read the shipped word lists: half of what a scan of a few comments takes."""
    for module in _BEFORE_THE_FORK:
        import_module(module)
    from bot.serve import make_moderators
    from bot.settings.configuration import Plugins

    for detector in make_moderators(ROOT / "config", Plugins()):
        if detector.name != "toxicity":  # its engine has threads, which no fork takes along
            detector.canary()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    from bot.cli import main

    _learn()
    sys.argv = _next_command()
    main()
