"""How a real server of the tests runs: as `nobody` where the tests run as root, in a folder of its own, until somebody ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from tests.servers.debian import Server, StartError

S = TypeVar("S", bound=Server)


def nobody() -> dict[str, Any]:
    """Who runs it, for `subprocess`."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def made_for_nobody(folder: Path) -> None:
    """Make a folder in which it may write."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, given: str | IO[str] = ""
) -> str:
    """Run something to its end in the folder, and give what it said. Raises `StartError` where it fails."""
    source: dict[str, Any] = {"input": given} if isinstance(given, str) else {"stdin": given}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd=folder, **source, **nobody()
    )
    if done.returncode != 0:
        raise StartError(f"{Path(command[0]).name} failed: {(done.stdout + done.stderr).strip()[-600:]}")
    return done.stdout


def spawn(
    command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start what runs on, in a process group of its own; what it says is added to a log."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            cwd=folder,
            start_new_session=True,
            **nobody(),
        )


def by_hand(make: Callable[[Path, int], S], told: Callable[[S], Iterable[str]]) -> int:
    """`python -m tests.servers.NAME DIR PORT`: say what whoever tries it has to know, and run until it is interrupted."""
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal():
        print("usage: python -m tests.servers.NAME DIR PORT", file=sys.stderr)
        return 2
    try:
        with make(Path(sys.argv[1]).resolve(), int(sys.argv[2])) as server:
            print("\n".join(told(server)), flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
