"""A school that is set up once a process and copied for each test: most of what a short test took was its school's first hour."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path

from tests.houses import Town
from tests.servers.pool import Pool
from tests.servers.postgres import PostgresServer, database_of


@contextmanager
def ready_town(folder: Path, server: PostgresServer | None = None) -> Iterator[Town]:
    """A school with one page, set up and applied, on SQLite or in a database of its own of this server."""
    shutil.copytree(_first(server).environment.home, folder / "home")
    with _pool(server).database() if server else nullcontext() as url, Town(folder, url, is_set_up=True) as town:
        yield town


@cache
def _pool(server: PostgresServer) -> Pool:
    return Pool(server, database_of(_first(server).environment.database_url))


@cache
def _first(server: PostgresServer | None) -> Town:
    folder = Path(tempfile.mkdtemp(prefix="hm-first-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Town(folder, server.make_database() if server else None) as town:
        return town
