"""Locks that no crash can leave behind: the system, or PostgreSQL, frees them when the process that holds them dies."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store.databases import StoreProblem, advice
from bot.store.engine import Store

_PAGES = 0x484D  # our row of PostgreSQL's two-part lock numbers


@contextmanager
def open_lock(store: Store, folder: Path, name: str) -> Iterator[Callable[[], bool]]:
    """Gives a function that tries to take the lock of that name, and says whether it could; the end of the block frees it.

    SQLite serves one machine: there it is a file in `folder`. PostgreSQL serves many: there the database itself holds it.

    Raises:
        StoreProblem: the database does not answer.
    """
    opened = _in_database(store, name) if store.engine.dialect.name == "postgresql" else _in_folder(folder, name)
    with opened as take:
        yield take


@contextmanager
def _in_folder(folder: Path, name: str) -> Iterator[Callable[[], bool]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:

        def take() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield take


@contextmanager
def _in_database(store: Store, name: str) -> Iterator[Callable[[], bool]]:
    number = zlib.crc32(name.encode()) - 2**31
    ask = select(func.pg_try_advisory_lock(_PAGES, number))
    try:
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except DBAPIError as error:
        raise StoreProblem(advice(error)) from None

    def take() -> bool:
        try:
            return bool(connection.execute(ask).scalar_one())
        except DBAPIError as error:
            raise StoreProblem(advice(error)) from None
        except SQLAlchemyError:  # what comes behind such an error on the same connection
            raise StoreProblem("the database went away while a page was waited for: try again") from None

    try:
        yield take
    finally:
        try:
            connection.execute(select(func.pg_advisory_unlock_all()))
            connection.close()
        except SQLAlchemyError:  # the database has gone, and the lock with it
            connection.invalidate()
            connection.close()
