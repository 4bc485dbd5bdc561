"""PostgreSQL: dumped by its own `pg_dump` from one snapshot, and loaded, proven and committed in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.ddl import CreateSchema

from bot.backup import proof, script
from bot.backup.client import dump, open_dump
from bot.backup.manifest import Manifest, NotABackup
from bot.domain.errors import Advice
from bot.records import metadata
from bot.store import Session, StoreProblem, is_set_up
from bot.store.databases import advice
from bot.store.engine import open_as_it_is
from bot.vault import Vault

FILE = "database.dump"
_TAKEN = (
    "the database holds Hallmonitor's tables; nothing was changed: say --replace, which moves them into a schema of another name, "
    "or name an empty database"
)
_IN_USE = (
    "other programs are connected to the database as this user ({}); nothing was changed: "
    "stop `hallmonitor serve`, the clock and the workers"
)
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""
_NOT_EMPTY = (
    "the database holds something of the same name that is not ours; nothing was changed: name an empty database"
)


def copy(session: Session, vault: Vault, target: Path, rows: dict[str, int]) -> str:
    """Dump the schema as this transaction sees it, and count what the dump holds. Returns what is to be told of the evidence.

    procrastinate's schema is left out: its jobs are alarm rings, and the rows say what is due.

    Raises:
        StoreProblem, Advice: pg_dump is missing, too old or failed; the message says what to do.
    """
    evidence = proof.examine(session, vault)
    connection = session.connection()
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # a long dump is no idleness
    snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
    schema = connection.execute(select(func.current_schema())).scalar_one()
    dump(_raw(session).info, snapshot, schema, target)
    with open_dump(target, schema) as lines:
        copied = script.count(lines)
    if copied != rows:
        raise NotABackup("the copy does not hold every row of the database: run it again, and look at the disk")
    return evidence


def refuse_if_taken(url: str, *, replace: bool) -> None:
    """Look whether a backup may be restored to this database.

    Raises:
        Advice: it holds our tables.
    """
    if is_set_up(url) and not replace:
        raise Advice(_TAKEN)


def load(
    url: str, vault: Vault, file: Path, manifest: Manifest, stamp: str, *, replace: bool
) -> tuple[str, str | None]:
    """Restore in one transaction: what was there goes into a schema of its own, the dump comes, is proven and stays.

    Returns what is to be told of the evidence, and the schema in which the tables lie now that were there before.

    Raises:
        StoreProblem: the database cannot be used; nothing of it was changed.
        NotABackup: it is not what was backed up.
    """
    store = open_as_it_is(url, vault)
    try:
        with store.transaction() as session, _explained():
            _refuse_other_schema(session, manifest)
            aside = _move_aside(session, f"hallmonitor_before_{stamp.lower().replace('-', '_')}", replace=replace)
            with open_dump(file, manifest.schema_name) as lines:
                script.play(_raw(session), lines)
            session.connection().execute(text("RESET ALL"))  # the script's own settings
            session.connection().execute(text("ANALYZE"))  # the first queries would be slow without it
            return proof.prove(session, vault, manifest), aside
    finally:
        store.engine.dispose()


def _refuse_other_schema(session: Session, manifest: Manifest) -> None:
    here = session.connection().execute(select(func.current_schema())).scalar_one()
    if here != manifest.schema_name:
        raise Advice(
            f"this backup is of the schema {manifest.schema_name}, and the database user works in {here}; nothing was changed: "
            f"make that schema and `ALTER ROLE ... SET search_path TO {manifest.schema_name}`"
        )


def _move_aside(session: Session, schema: str, *, replace: bool) -> str | None:
    connection = session.connection()
    there = set(inspect(connection).get_table_names())
    ours = sorted(there & {*metadata.tables, "alembic_version"})
    if not ours:
        return None
    if not replace:
        raise Advice(_TAKEN)
    if connected := connection.execute(text(_OTHERS)).scalar_one():
        raise StoreProblem(_IN_USE.format(connected))
    connection.execute(CreateSchema(schema))
    for table in ours:
        move = sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(table), sql.Identifier(schema))
        _raw(session).execute(move)
    return schema


def _raw(session: Session) -> psycopg.Connection[tuple[object, ...]]:
    return cast("psycopg.Connection[tuple[object, ...]]", session.connection().connection.driver_connection)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject):
        raise StoreProblem(_NOT_EMPTY) from None
    except psycopg.Error as error:
        raise StoreProblem(advice(DBAPIError(None, None, error))) from None
