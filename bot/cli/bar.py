"""A progress bar for a command that takes a while."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from bot.cli.frame import console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """How far something long is, on standard error, where somebody looks; gone when it is done."""

    def __init__(self, counts: Literal["pieces", "bytes"], *, patience: float = 0.0, says_steps: bool = False) -> None:
        """`patience`: seconds before it shows, so that what is quick shows none. `says_steps`: a line a step where no bar can be."""
        self._counts, self._shows_from, self._says_steps = counts, time.monotonic() + patience, says_steps
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._step = ""

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def told(self, step: str, done: int, total: int | None) -> None:
        """So many of so many are done of a step; one without a total only moves."""
        if not sys.stderr.isatty():
            if self._says_steps and step != self._step:
                print(f"{step} ...", file=sys.stderr)
            self._step = step
            return
        if self._bar is None and time.monotonic() < self._shows_from:
            return
        if self._bar is None:
            self._bar = self._made()
            self._bar.start()
        if self._task is None or step != self._step:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task, self._step = self._bar.add_task(step, total=total), step
        self._bar.update(self._task, completed=done, total=total)

    def _made(self) -> Progress:
        from rich.progress import DownloadColumn, MofNCompleteColumn, Progress

        last = DownloadColumn() if self._counts == "bytes" else MofNCompleteColumn()
        return Progress(*Progress.get_default_columns(), last, transient=True, console=console(to_stderr=True))
