"""Debian's packages for the real servers of the tests, and the processes that they start."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self


class StartError(Exception):
    """Why there is no such server here: the reason that a skipped test shows."""


class Server(ABC):
    """A real server that a `with` block starts and ends."""

    @abstractmethod
    def start(self) -> None:
        """Install what is missing, and start. Raises `StartError`."""

    @abstractmethod
    def stop(self) -> None:
        """End the processes that this server started, and no others."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def install(packages: Sequence[str]) -> None:
    """Install the Debian packages that are missing, without starting any service. Raises `StartError`."""
    with Path(tempfile.gettempdir(), "hallmonitor-apt.lock").open("w") as alone:  # the tests run in several processes
        fcntl.flock(alone, fcntl.LOCK_EX)
        _install_missing(packages)


def _install_missing(packages: Sequence[str]) -> None:
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    if os.geteuid() != 0:
        raise StartError(f"packages are missing; as root: apt-get install --no-install-recommends {' '.join(missing)}")
    policy = Path("/usr/sbin/policy-rc.d")  # a package may bring a service: it may come, but not start
    apache = Path("/usr/sbin/apache2")
    ours, came_along = not policy.exists(), not apache.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        if _apt("install", "--no-install-recommends", *missing).returncode != 0:
            _apt("update")
            done = _apt("install", "--no-install-recommends", *missing)
            if done.returncode != 0:
                raise StartError(f"apt-get install failed: {done.stderr.strip()[-400:]}")
    finally:
        if ours:
            policy.unlink()
        if came_along and apache.exists():  # nor start with the machine
            subprocess.run(["update-rc.d", "apache2", "disable"], check=False, capture_output=True)


def alive(pid: int) -> bool:
    """Whether the process still runs; a finished one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def end(pid: int) -> None:
    """End the process group `pid` that `start` made: kindly, then by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 10
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not alive(pid):
            return


def _installed(package: str) -> bool:
    asked = ["dpkg-query", "-W", "-f=${db:Status-Abbrev}", package]
    try:
        return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.startswith("ii")
    except FileNotFoundError:
        raise StartError("this is no Debian: there is no dpkg-query") from None


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=300", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment
    )
