"""What SQLAlchemy compiles is kept for all schools of a process: each test's engine would compile the same statements anew.

A statement is kept under its dialect, and each engine has one of its own: here all of a kind are the same one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache


class SQLite(SQLiteDialect_pysqlite):
    """Our SQLite."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class PostgreSQL(PGDialect_psycopg):
    """Our PostgreSQL."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite", __name__, "SQLite")
registry.register("postgresql.psycopg", __name__, "PostgreSQL")
_KEPT: LRUCache[Any, Any] = LRUCache(4000)


@event.listens_for(Engine, "engine_connect")
def _shares(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_KEPT)
