"""Alembic's steps: which of them a database has seen, and the rest of them.

Alembic itself is imported where a step is applied, and nowhere else: it is a sixth of a second of every command's start (measured).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

_STEPS = Path(__file__).parent.parent / "migrations"
_MIGRATING = 0x48414C4C  # the key of PostgreSQL's lock: two machines that set up at once wait for each other
_VERSION = table("alembic_version", column("version_num"))
"""Where Alembic keeps the last step that it has applied, in its one row."""


def applied(connection: Connection) -> str | None:
    """The last step that a database has seen; None: it holds no tables of ours."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def newest() -> str:
    """The last step that there is."""
    return max(_steps())


def is_known(step: str) -> bool:
    """Whether it is one of our steps; one of a newer Hallmonitor is not."""
    return step in _steps()


def _steps() -> set[str]:
    """The numbers of our steps: each file's name begins with its own, in the order in which they are applied."""
    return {file.name.partition("_")[0] for file in (_STEPS / "versions").glob("[0-9]*.py")}


def bring_up_to_date(connection: Connection) -> None:
    """Apply the steps that are missing, in the transaction that is open on this connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
