"""Where the tests' files lie: in memory where it has room, since making and removing a file on a disk is most of what a small one costs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 4 * 2**30


def in_memory() -> Path:
    """The folder for what lives no longer than the tests: `/dev/shm`, or `/tmp` where that is missing or has less than 4 GiB."""
    has_room = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    return _MEMORY if has_room else Path("/tmp")


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A folder for a server, removed at the end. Short: a socket's path holds 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=in_memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
