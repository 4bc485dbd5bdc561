"""Durations as people write them in YAML: `1h`, `24 hours`, `15 min`, `30 days`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_WRITTEN = re.compile(r"([0-9]{1,5})\s*(m|min|mins|minutes?|h|hours?|d|days?)")
_UNIT = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_duration(written: object) -> timedelta:
    """Read a duration.

    Raises:
        ValueError: it is not a number with min, h or days; the message shows the form.
    """
    if isinstance(written, timedelta):
        return written
    match = _WRITTEN.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("write a duration such as 15 min, 4h or 3 days")
    return int(match[1]) * _UNIT[match[2][0]]


def write_duration(duration: timedelta) -> str:
    """The shortest form that `parse_duration` reads back."""
    minutes = int(duration.total_seconds()) // 60
    if minutes % 1440 == 0 and minutes > 72 * 60:
        return f"{minutes // 1440} days"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes} min"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration)]
"""A pydantic field that reads and writes `parse_duration`'s form."""
