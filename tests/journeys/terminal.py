"""A person who sits at a real terminal of 80 columns: reads what the screen says, types, presses Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

LONGEST = 60.0
"""Seconds in which the screen has to say what the person waits for."""

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """One command at a terminal of its own. `screen` is all that it has printed, without colours."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.screen = ""
        self._seen = 0
        self._child, self._line = pty.fork()
        if self._child == 0:
            os.chdir(folder)
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # a shell lets what it starts behind `&` ignore it, and all that comes of it
            os.execve(words[0], list(words), {**environment, "TERM": "xterm", "COLUMNS": "80"})
        fcntl.ioctl(self._line, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))

    def until(self, words: str) -> None:
        """Read on until the screen says this, behind what was waited for before."""
        deadline = time.monotonic() + LONGEST
        while (at := self.screen.find(words, self._seen)) < 0:
            assert time.monotonic() < deadline, f"no {words!r} on:\n{self.screen}"
            assert self._read(), f"ended before {words!r}:\n{self.screen}"
        self._seen = at + len(words)

    def write(self, words: str) -> None:
        """Type a line, and press Enter."""
        os.write(self._line, f"{words}\n".encode())

    def answer(self, *pairs: tuple[str, str]) -> None:
        """Wait for each question, and type its answer."""
        for question, words in pairs:
            self.until(question)
            self.write(words)

    def press_ctrl_c(self) -> None:
        """The interrupt key, as the keyboard sends it."""
        os.write(self._line, b"\x03")

    def end(self) -> int:
        """Read to the end, and give the exit code."""
        deadline = time.monotonic() + LONGEST
        while self._read():
            assert time.monotonic() < deadline, f"it does not end:\n{self.screen}"
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._line)

    def _read(self) -> bool:
        """Some more of the screen; False: the command has ended."""
        ready, _, _ = select.select([self._line], [], [], 1.0)
        if not ready:
            return True
        try:
            read = os.read(self._line, 65_536)
        except OSError:  # how Linux says that the other side is closed
            return False
        self.screen += _COLOURS.sub("", read.decode(errors="replace")).replace("\r\n", "\n")
        return bool(read)
