"""The two databases: SQLite for one machine, PostgreSQL for a district. Everything that differs between them stands here."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.domain.errors import Advice

BUSY_SECONDS = 30
"""How long a statement waits for another program's lock before it gives up."""

_NO_ADDRESS = (
    "HALLMONITOR_DATABASE_URL is not an address such as sqlite:////var/lib/hallmonitor.db "
    "or postgresql://hallmonitor:password@host/hallmonitor"
)
_NO_SPACE = "the disk with the database is full or failing; nothing was written: free some space and run it again"
_LOCKED = "the database is locked by another program; nothing was written: try again, or end the other program"
_OVERTAKEN = "two wrote to the database at once, and it let go of this one; nothing was written: try again"
_READ_ONLY = "the database is read-only; nothing was written: give this user the right to write the file and its folder"
_NOT_SET_UP = "the database is not set up: run `hallmonitor init`"
_SQLITE_SIGNS = (
    ("locked", _LOCKED),
    ("readonly", _READ_ONLY),
    ("full", _NO_SPACE),
    ("disk i/o", _NO_SPACE),
    ("unable to open", "the database file cannot be opened: check that its folder exists and may be written"),
    ("malformed", "the database file is damaged: restore it from the backup"),
    ("not a database", "the file at HALLMONITOR_DATABASE_URL is no database: check the path, or restore it from the backup"),
    ("no such table", _NOT_SET_UP),
)  # fmt: skip
_POSTGRES_STATES = {
    "55P03": _LOCKED,  # lock_not_available
    "40P01": _OVERTAKEN,  # deadlock_detected
    "40001": _OVERTAKEN,  # serialization_failure
    "25006": "the database is a read-only copy or set to read-only; nothing was written: name the main server",
    "53100": _NO_SPACE,  # disk_full
    "42P01": _NOT_SET_UP,  # undefined_table
    "42501": "this database user may not do that; nothing was written: make it the owner of the database",
    "28P01": "the database refuses the password of HALLMONITOR_DATABASE_URL: mend it there",
    "28000": "the database refuses the user of HALLMONITOR_DATABASE_URL: mend it there",
    "3D000": "the server has no database of that name: make it (`createdb`), or mend HALLMONITOR_DATABASE_URL",
    "53300": "the database has too many connections; nothing was written: end some workers or raise max_connections",
}
_CACHE_KIB = (
    64 * 1024
)  # the index of a million comments stays in memory: without it new ones came half as fast (measured)


class StoreProblem(Advice):
    """The database cannot be used: locked, full, read-only, unreachable or not migrated. The message says what to do."""

    key = "database"


class Overtaken(StoreProblem):
    """The database has ended this transaction so that another one could go on. Nothing was written, and the same again may succeed."""


def make_engine(url: str) -> Engine:
    """The engine for an address in SQLAlchemy's form; `postgres://` and `postgresql://` are spoken to with psycopg.

    Raises:
        StoreProblem: the address is none, or the database's package is not installed.
    """
    # hide_parameters: a failed insert would print its whole batch of comments (measured)
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _sqlite(address)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "postgresql":
            return _postgres(address)
        return create_engine(address, hide_parameters=True)
    except ArgumentError:
        raise StoreProblem(_NO_ADDRESS) from None
    except ModuleNotFoundError as missing:
        raise StoreProblem(
            f"this kind of database needs the Python package {missing.name}: install it, or mend the address"
        ) from None


def write_lock(engine: Engine) -> threading.Lock | None:
    """On SQLite one writer at a time: threads of one process queue here, which is fair; the file's own lock makes them guess."""
    return threading.Lock() if engine.dialect.name == "sqlite" else None


def problem(error: DBAPIError) -> StoreProblem:
    """What went wrong, as our own error."""
    told = advice(error)
    return Overtaken(told) if told is _OVERTAKEN else StoreProblem(told)


def advice(error: DBAPIError) -> str:
    """What to do about an error of the database. Quotes nothing of it: its message may hold a row."""
    state = getattr(error.orig, "sqlstate", None)
    words = str(error.orig).lower()
    if state in _POSTGRES_STATES:
        return _POSTGRES_STATES[state]
    if state is not None or "psycopg" in type(error.orig).__module__:
        if "no space left" in words or "file too large" in words:
            return _NO_SPACE
        return next((a for s, a in _POSTGRES_REFUSALS if s in words), _no_answer(error))
    return next((told for sign, told in _SQLITE_SIGNS if sign in words), _no_answer(error))


# A refused connection has no code of its own in psycopg.
_POSTGRES_REFUSALS = (
    ("password authentication failed", _POSTGRES_STATES["28P01"]),
    ("no password supplied", _POSTGRES_STATES["28P01"]),
    ('" does not exist', _POSTGRES_STATES["3D000"]),
    ("too many clients", _POSTGRES_STATES["53300"]),
)


def _no_answer(error: DBAPIError) -> str:
    return f"the database does not answer ({type(error.orig).__name__}); nothing was written: look whether it runs"


def _sqlite(address: URL) -> Engine:
    patience = {} if "timeout" in address.query else {"timeout": BUSY_SECONDS}
    engine = create_engine(address, hide_parameters=True, connect_args={"isolation_level": None, **patience})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{_CACHE_KIB}",
            "wal_autocheckpoint=4000",  # pages: a checkpoint each 16 MB and not at nearly every commit of a first scan
            "secure_delete=FAST",  # an erased text is overwritten where that costs nothing (DESIGN.md 11)
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("purpose") == "read"
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(address: URL) -> Engine:
    settings = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=600s -c timezone=UTC"
    given = address.query.get("options", "")
    if given:
        settings = f"{settings} {given if isinstance(given, str) else ' '.join(given)}"
        address = address.difference_update_query(["options"])
    # pre_ping: a restart of the database costs the statement under way, and not the next ones
    return create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        max_overflow=-1,  # each page that is worked on needs three: how many, `worker --pages` says
        connect_args={"options": settings, "connect_timeout": 10, "application_name": "hallmonitor"},
    )
