"""Waiting for what other threads and processes do: looked at again and again until a deadline, never slept for."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true.

    Raises:
        AssertionError: it is not, after so many seconds.
    """
    began = time.monotonic()
    while not what():
        waited = time.monotonic() - began
        assert waited < seconds, "waited in vain"
        time.sleep(min(0.01 + waited / 20, 0.25))  # to look takes the processor from whoever is looked for
