"""What could not be shown is left alone for a while, longer each time, so that it takes no turn of what can be shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

FIRST: Final = 10.0
"""Seconds until the first new try; each further wait is twice as long, up to"""
MOST: Final = 3600.0


class Patience:
    """Remembers in the process alone: the next one finds out anew what can be shown by then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waits: dict[str, tuple[float, float]] = {}
        """By what failed: until when it is left alone, and how long that was."""

    def failed(self, what: str) -> None:
        """It did not work: leave it alone."""
        _, before = self._waits.get(what, (0.0, FIRST / 2))
        wait = min(before * 2, MOST)
        self._waits[what] = (self._clock() + wait, wait)

    def worked(self, what: str) -> None:
        """It worked: the next failure is a first one."""
        self._waits.pop(what, None)

    def resting(self) -> set[str]:
        """All that is left alone now. What nobody has tried again for long is forgotten."""
        now = self._clock()
        self._waits = {what: wait for what, wait in self._waits.items() if wait[0] + MOST > now}
        return {what for what, (until, _) in self._waits.items() if until > now}
