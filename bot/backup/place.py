"""The place of a SQLite database: who is in it, and how another file takes it at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url

from bot.backup.folder import copy_private, to_disk
from bot.domain.errors import Advice
from bot.store import StoreProblem

_BESIDE = ("-wal", "-shm", "-journal")
_IN_USE = "another program uses the database; nothing was changed: stop `hallmonitor serve` and every other command, then restore"
_PATIENCE = 3.0


def file_of(url: str) -> Path:
    """The file of a database.

    Raises:
        Advice: it lives in memory.
    """
    name = make_url(url).database or ""
    path = unquote(urlsplit(name).path) if name.startswith("file:") else name
    if not path or ":memory:" in path:
        raise Advice(
            "HALLMONITOR_DATABASE_URL names no file: a database in memory can be neither backed up nor restored"
        )
    return Path(path).absolute()


def refuse_if_taken(target: Path, *, replace: bool) -> None:
    """Look whether a backup may be restored to this file.

    Raises:
        Advice: it holds a database, or another program uses it.
    """
    if not _holds_something(target):
        return
    if not replace:
        raise Advice(
            f"{target} holds a database; nothing was changed: say --replace, which keeps it under another name, or restore elsewhere"
        )
    with _alone_with(target):
        pass


def put(staged: Path, target: Path, stamp: str, *, replace: bool) -> Path | None:
    """Put a file in the place of the database. At no moment is the place empty, or filled by half.

    Returns the name under which the database is kept that was there before.

    Raises:
        Advice: another one came meanwhile, or another program uses it.
    """
    refuse_if_taken(target, replace=replace)
    aside = target.with_name(f"{target.name}.before-{stamp}")
    keeps = _holds_something(target)
    with _alone_with(target):
        _move_beside(target, aside)
        if keeps:
            _second_name(target, aside)
        staged.replace(target)
    to_disk(target.parent)
    return aside if keeps else None


def _holds_something(target: Path) -> bool:
    """Whether there is more than an empty database; what cannot be read as one counts as something."""
    if not target.exists() or target.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(target, timeout=_PATIENCE)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return True


@contextmanager
def _alone_with(target: Path) -> Iterator[None]:
    """Keep every other program out, with the journal folded in; a file that is damaged beyond that is nobody's.

    Leaving the WAL mode succeeds only while nobody else has the database open (SQLite's own rule), idle or not.
    """
    if not target.exists():
        yield
        return
    with closing(sqlite3.connect(target, timeout=_PATIENCE, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise StoreProblem(_IN_USE) from None
        yield


def _move_beside(target: Path, aside: Path) -> None:
    """The journal of a database that is damaged or gone must not be read into the new one."""
    for end in _BESIDE:
        with suppress(FileNotFoundError):
            target.with_name(target.name + end).rename(aside.with_name(aside.name + end))


def _second_name(target: Path, aside: Path) -> None:
    try:
        os.link(target, aside)
    except OSError:  # a disk without hard links
        copy_private(target, aside)
