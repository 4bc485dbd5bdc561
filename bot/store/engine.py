"""Engine and transactions.

Every write is `Store.transaction()`: on SQLite BEGIN IMMEDIATE with a busy timeout (a deferred one fails at once when two
processes write), and never with a network or model call inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from bot.records import KeyCheck
from bot.store.databases import StoreProblem, advice, make_engine, problem, write_lock
from bot.store.migrating import applied, bring_up_to_date, newest
from bot.vault import KeyProblem, Vault


@dataclass(frozen=True, slots=True)
class Store:
    """The database together with the keys that open it."""

    engine: Engine
    vault: Vault
    queue: Lock | None = field(default=None, repr=False)
    """Where the writing threads of this process wait for each other, on a database that takes one writer at a time."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction; committed at the end, undone whole by any exception.

        Raises:
            StoreProblem: the database is locked, full, read-only or gone, or has ended this transaction for another one's sake
                (`Overtaken`; `again`); nothing was written.
        """
        with self.queue or nullcontext(), self._session({"purpose": "write"}) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One read-only view of the database, the same from its first query to its last."""
        options: dict[str, object] = {"purpose": "read"}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        with self._session(options) as session:
            yield session

    @contextmanager
    def _session(self, options: dict[str, object]) -> Iterator[Session]:
        try:
            with Session(self.engine.execution_options(**options), expire_on_commit=False) as session:
                yield session
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise problem(error) from None

    def is_current(self) -> bool:
        """Whether every migration has been applied."""
        with self.engine.execution_options(purpose="read").connect() as connection:
            return applied(connection) == newest()


def open_store(url: str, vault: Vault, *, migrate: bool) -> Store:
    """Open the database at `url` (SQLAlchemy form), and bring it up to date where `migrate` asks for it.

    Raises:
        StoreProblem: it cannot be opened, or is not up to date.
        KeyProblem: the index key is not the one that the database was made with.
    """
    store = open_as_it_is(url, vault)
    try:
        if migrate:
            with store.engine.begin() as connection:
                bring_up_to_date(connection)
        elif not store.is_current():
            raise StoreProblem("the database is not set up or not up to date: run `hallmonitor init`")
    except DBAPIError as error:
        raise StoreProblem(advice(error)) from None
    _check_keys(store)
    return store


def open_as_it_is(url: str, vault: Vault) -> Store:
    """The database at `url`, whatever it holds: nothing is asked of it yet."""
    engine = make_engine(url)
    return Store(engine, vault, write_lock(engine))


def is_set_up(url: str) -> bool:
    """Whether there is a database with our tables at `url`: then new keys would open nothing of it.

    Raises:
        StoreProblem: it cannot be asked.
    """
    engine = make_engine(url)
    try:
        with engine.execution_options(purpose="read").connect() as connection:
            return inspect(connection).has_table("key_check")
    except DBAPIError as error:
        raise StoreProblem(advice(error)) from None
    finally:
        engine.dispose()


def check_keys(session: Session, vault: Vault) -> bool:
    """Whether the database knows its index key yet; it does as soon as it is set up.

    Raises:
        KeyProblem: it was made with another one.
    """
    stored = session.exec(select(KeyCheck.check).where(KeyCheck.name == "index")).first()
    if stored is not None and stored != key_check(vault):
        raise KeyProblem(
            "this database was made with another key ring: restore the keys that belong to it (the key named index does not fit)"
        )
    return stored is not None


def key_check(vault: Vault) -> bytes:
    """What a database keeps to know its index key by."""
    return vault.index("key_check.check", "hallmonitor")


def _check_keys(store: Store) -> None:
    with store.reading() as session:
        known = check_keys(session, store.vault)
    if not known:
        with store.transaction() as session:
            session.add(KeyCheck(id=1, name="index", check=key_check(store.vault)))
