"""A way through the queue, the most urgent first: its lines are looked up as they are needed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from bot.cli.frame import now

if TYPE_CHECKING:
    from datetime import datetime

    from bot.bundles import Line
    from bot.house import House


class Walk:
    """The lines of somebody's queue, one after the other."""

    def __init__(self, opened: House, by: str) -> None:
        """Look at the first of them; `waiting` says how many these are."""
        self._opened, self._by = opened, by
        self._before: tuple[int, datetime, str] | None = None
        self._behind: tuple[int, datetime, str] | None = None
        self._lines = self._look()
        self.waiting = len(self._lines)

    def next(self) -> Line | None:
        """The next line; None: that was the queue."""
        self._lines = self._lines or self._look()
        if not self._lines:
            return None
        line = self._lines.popleft()
        self._before, self._behind = self._behind, line.place
        return line

    def again(self) -> None:
        """Go back behind the line before the last: what was one line may be many now."""
        self._behind = self._before
        self._lines.clear()

    def _look(self) -> deque[Line]:
        from bot import bundles

        return deque(bundles.lines(self._opened, self._by, now=now(), behind=self._behind))
