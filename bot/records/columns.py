"""Column types that all tables share."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import DateTime, Index, LargeBinary, MetaData, String, TypeDecorator, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _AsWritten(sqlite.DATETIME):
    """SQLite's times, whose text `UtcDateTime` writes and reads."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing is left to do."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing is left to do."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on every database. SQLite has none of its own: there it is a text, in the order of time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A text on SQLite: SQLAlchemy's own form of it, written and read by Python's faster functions."""
        return dialect.type_descriptor(
            _AsWritten() if dialect.name == "sqlite" else self.impl_instance  # type: ignore[no-untyped-call]  # SQLAlchemy's
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a time without a zone, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None).isoformat(" ", "microseconds") if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite dropped."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        aware: datetime = value
        return aware.astimezone(UTC)


def new_id() -> str:
    """A UUIDv7: made before the insert, and in the order of time."""
    return str(uuid_utils.uuid7())


def id_from(ago: timedelta) -> str:
    """An id as it was made so long ago: those that were made since, by a clock that is right, are above it."""
    return str(uuid_utils.uuid7(nanoseconds=time.time_ns() - int(ago.total_seconds()) * 1_000_000_000))


def id_column() -> Any:
    """A primary key that the program fills."""
    return Field(default_factory=new_id, primary_key=True, sa_type=String(36))


def reference(target: str, *, nullable: bool = False, index: bool = True) -> Any:
    """A foreign key to another table's id."""
    return Field(
        default=None if nullable else ..., foreign_key=target, nullable=nullable, index=index, sa_type=String(64)
    )


def sealed(*, nullable: bool = False) -> Any:
    """A sealed value."""
    return Field(default=None if nullable else ..., nullable=nullable, sa_type=LargeBinary)


def time_column(*, nullable: bool = False, index: bool = False) -> Any:
    """A time, aware and in UTC."""
    return Field(default=None if nullable else ..., nullable=nullable, index=index, sa_type=UtcDateTime)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which `where` holds, on both databases: small, however many rows are done with."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
