"""The trap: the moments between two writes at which a process dies or pauses, named or numbered.

Nothing of ours is patched. The moments are those that SQLAlchemy tells of (a statement, a commit), those that aiohttp tells of (a
request to Discord), and the calls of the platform and the detector, which tell it themselves by `passing`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

KINDS: Mapping[str, tuple[str, ...]] = {
    "statement": ("before", "after"),
    "commit": ("committing", "committed"),
    "call": ("asking", "asked"),
}
"""The moments by their kind: a random kill draws a kind and a number. `before` to `asked` name one moment exactly."""

_STAGES = (
    ("bot/decisions/", "decide"), ("bot/actions/carry_out.py", "act"), ("bot/actions/asking.py", "act"), ("bot/pipeline/fetch.py", "fetch"),
    ("bot/pipeline/score.py", "score"), ("bot/pipeline/flag.py", "flag"), ("bot/pipeline/run.py", "ledger"),
    ("bot/bundles/", "bundle"), ("bot/channel/", "channel"), ("bot/discord_ui/", "channel"), ("bot/serve.py", "open"),
)  # fmt: skip
STAGES = ("open", "ledger", "fetch", "score", "flag", "decide", "act", "bundle", "channel", "else")
"""Where a process can die: in which story, the innermost that is under way."""


@dataclass(frozen=True, slots=True)
class Point:
    """One moment: the `nth` time that something of this kind (`when`) happens to what begins with `what`.

    For a commit `what` is a statement of its transaction. A run fetches and judges side by side, in two threads that interleave as
    they like: each counts for itself, and `thread` says which one is meant ("" is any, else "fetch" or "story").
    """

    when: str
    what: str = ""
    nth: int = 1
    thread: str = ""

    def __str__(self) -> str:
        return f"{self.when} {self.what or 'any'} #{self.nth}{' of ' if self.thread else ''}{self.thread}"


@dataclass
class Trap:
    """Waits for one point, and does there what it was told. `report` is how it tells what happened before it dies."""

    point: Point | None
    pause: Path | None
    report: Callable[[dict[str, object]], None]
    ended_runs: int = 0
    """How many runs this process has written to their end: such a run may be `done` though its process died later."""
    _seen: dict[str, int] = field(default_factory=dict)
    _transaction: threading.local = field(default_factory=threading.local)

    @property
    def _heads(self) -> list[str]:
        """The beginnings of the statements of this thread's transaction."""
        heads: list[str] = self._transaction.__dict__.setdefault("heads", [])
        return heads

    def listen(self) -> None:
        """Hear of every statement and commit of every engine of this process."""

        def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self.reached("before", [_head(statement)])

        def after(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self._heads.append(_head(statement))
            self.reached("after", [_head(statement)])

        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "after_cursor_execute", after)
        event.listen(Engine, "begin", lambda _c: self._heads.clear())
        event.listen(Engine, "commit", lambda _c: self.reached("committing", self._heads))
        event.listen(Session, "after_commit", lambda _s: self._committed())

    def reached(self, when: str, heads: list[str]) -> None:
        """A moment has come; perhaps it is the one."""
        if self.point is None or when not in KINDS.get(self.point.when, (self.point.when,)):
            return
        if not any(f"{head} ".startswith(f"{self.point.what} ".lstrip()) for head in heads):
            return
        thread = "fetch" if _stage(sys._getframe()) == "fetch" else "story"
        if self.point.thread not in ("", thread):
            return
        self._seen[thread] = self._seen.get(thread, 0) + 1
        if self._seen[thread] == self.point.nth:
            self._spring(when, heads)

    def _committed(self) -> None:
        if self._heads and "INSERT INTO run" not in self._heads:
            self.ended_runs += sum(head == "UPDATE run SET status" for head in self._heads)
        self.reached("committed", self._heads)

    def _spring(self, when: str, heads: list[str]) -> None:
        if self.pause is not None:
            _wait(self.pause)
            return
        told = {"died": f"{when} {heads[-1]}", "stage": _stage(sys._getframe()), "ended_runs": self.ended_runs}
        self.report({**told, "point": asdict(self.point) if self.point else None})
        os.kill(os.getpid(), signal.SIGKILL)


TRAP: list[Trap] = []
"""The trap of this process, where there is one: the connector is made far from whoever sets it."""


def passing(when: str, what: str) -> None:
    """The platform or the detector says what it is about to do, or has done."""
    for set_trap in TRAP:
        set_trap.reached(when, [what])


def set_trap(point: Point | None, pause: Path | None, report: Path) -> Trap:
    """Set the trap of this process."""
    trap = Trap(point, pause, lambda told: write_report(report, told))
    TRAP[:] = [trap]
    trap.listen()
    return trap


def write_report(file: Path, told: Mapping[str, object]) -> None:
    """Tell the test what happened; a file is there whole or not at all."""
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(told))
    draft.replace(file)


def _wait(pause: Path) -> None:
    """Say that the point is reached, and wait until the test says go."""
    Path(f"{pause}.reached").touch()
    while not Path(f"{pause}.go").exists():
        time.sleep(0.005)


def _head(statement: str) -> str:
    head = " ".join(statement.split(None, 3)[:3])
    if head == "UPDATE run SET":  # a run counts along, and ends: two different moments
        head += " status" if "status=" in statement.partition("WHERE")[0] else " counts"
    return head


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        file = frame.f_code.co_filename.replace(os.sep, "/")
        if "bot/reaching.py" in file:  # the thread in which the platform is asked
            return "act" if ".act." in frame.f_code.co_qualname else "fetch"
        for part, stage in _STAGES:
            if part in file:
                return stage
        frame = frame.f_back
    return "else"
