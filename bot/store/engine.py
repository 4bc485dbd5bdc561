"""Engine and transactions.

Every write is `Store.transaction()`: on SQLite BEGIN IMMEDIATE with a busy timeout (a deferred one fails at once when two
processes write), and never with a network or model call inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlmodel import Session, select

from bot.domain.errors import Advice
from bot.records import KeyCheck
from bot.vault import KeyProblem, Vault

BUSY_SECONDS = 30
_NO_ADDRESS = "HALLMONITOR_DATABASE_URL is not an address such as sqlite:////var/lib/hallmonitor.db"
_NO_SPACE = "the disk with the database is full or failing; nothing was written: free some space and run it again"
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


class StoreProblem(Advice):
    """The database cannot be used: locked, full, read-only, unreachable or not migrated. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """The database together with the keys that open it."""

    engine: Engine
    vault: Vault

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction; committed at the end, undone whole by any exception.

        Raises:
            StoreProblem: the database is locked, full, read-only or gone; nothing was written.
        """
        with self._session("write") as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One read-only view of the database."""
        with self._session("read") as session:
            yield session

    @contextmanager
    def _session(self, purpose: str) -> Iterator[Session]:
        try:
            with Session(self.engine.execution_options(purpose=purpose), expire_on_commit=False) as session:
                yield session
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise StoreProblem(_advice(error)) from None

    def is_current(self) -> bool:
        """Whether every migration has been applied."""
        with self.engine.execution_options(purpose="read").connect() as connection:
            applied = MigrationContext.configure(connection).get_current_heads()
        return set(applied) == set(ScriptDirectory(str(_MIGRATIONS)).get_heads())


def open_store(url: str, vault: Vault, *, migrate: bool) -> Store:
    """Open the database at `url` (SQLAlchemy form), and bring it up to date where `migrate` asks for it.

    Raises:
        StoreProblem: it cannot be opened, or is not up to date.
        KeyProblem: the index key is not the one that the database was made with.
    """
    try:
        engine = _engine(url)
    except ArgumentError:
        raise StoreProblem(_NO_ADDRESS) from None
    store = Store(engine, vault)
    try:
        if migrate:
            _upgrade(engine)
        elif not store.is_current():
            raise StoreProblem("the database is not set up or not up to date: run `hallmonitor init`")
    except DBAPIError as error:
        raise StoreProblem(_advice(error)) from None
    _check_keys(store)
    return store


def is_set_up(url: str) -> bool:
    """Whether there is a database with our tables at `url`: then new keys would open nothing of it.

    Raises:
        StoreProblem: it cannot be asked.
    """
    try:
        with _engine(url).execution_options(purpose="read").connect() as connection:
            return inspect(connection).has_table("key_check")
    except ArgumentError:
        raise StoreProblem(_NO_ADDRESS) from None
    except DBAPIError as error:
        raise StoreProblem(_advice(error)) from None


def _engine(url: str) -> Engine:
    # hide_parameters: a failed insert would print its whole batch of comments (measured)
    try:
        address = make_url(url)
        return (
            _sqlite(address) if address.get_backend_name() == "sqlite" else create_engine(address, hide_parameters=True)
        )
    except ModuleNotFoundError as missing:
        raise StoreProblem(
            f"this kind of database needs the Python package {missing.name}: install it, or mend the address"
        ) from None


def _sqlite(address: URL) -> Engine:
    patience = {} if "timeout" in address.query else {"timeout": BUSY_SECONDS}
    engine = create_engine(address, hide_parameters=True, connect_args={"isolation_level": None, **patience})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("purpose") == "read"
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _check_keys(store: Store) -> None:
    expected = store.vault.index("key_check.check", "hallmonitor")
    with store.reading() as session:
        stored = session.exec(select(KeyCheck).where(KeyCheck.name == "index")).first()
    if stored is None:
        with store.transaction() as session:
            session.add(KeyCheck(id=1, name="index", check=expected))
    elif stored.check != expected:
        raise KeyProblem(
            "this database was made with another key ring: restore the keys that belong to it (the key named index does not fit)"
        )


def _advice(error: DBAPIError) -> str:
    words = str(error.orig).lower()
    for sign, advice in (
        (
            "locked",
            "the database is locked by another program; nothing was written: try again, or end the other program",
        ),
        (
            "readonly",
            "the database is read-only; nothing was written: give this user the right to write the file and its folder",
        ),
        ("full", _NO_SPACE),
        ("disk i/o", _NO_SPACE),
        ("unable to open", "the database file cannot be opened: check that its folder exists and may be written"),
        ("malformed", "the database file is damaged: restore it from the backup"),
        (
            "not a database",
            "the file at HALLMONITOR_DATABASE_URL is no database: check the path, or restore it from the backup",
        ),
        ("no such table", "the database is not set up: run `hallmonitor init`"),
    ):
        if sign in words:
            return advice
    return f"the database does not answer ({type(error.orig).__name__}); nothing was written: look whether it runs"
