"""When the process that holds the channel was last connected: a file in the home folder, for `doctor` on the same machine."""

from __future__ import annotations

import os
from datetime import datetime

from bot.house import House

_FILE = "channel-alive"


def note_alive(house: House, now: datetime) -> None:
    """Remember that the connection holds. A reader sees the old time or the new one, never half of it."""
    file = house.environment.home / _FILE
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_text(now.isoformat(), encoding="ascii")
    unfinished.replace(file)


def last_alive(house: House) -> datetime | None:
    """When it was last connected; None: never, from this machine."""
    try:
        return datetime.fromisoformat((house.environment.home / _FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
