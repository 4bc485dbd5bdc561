"""Alembic's steps: which of them a database has seen, and the rest of them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

_STEPS = Path(__file__).parent.parent / "migrations"
_MIGRATING = 0x48414C4C  # the key of PostgreSQL's lock: two machines that set up at once wait for each other


def applied(connection: Connection) -> str | None:
    """The last step that a database has seen; None: it holds no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The last step that there is."""
    return ScriptDirectory(str(_STEPS)).get_current_head()


def is_known(step: str) -> bool:
    """Whether it is one of our steps; one of a newer Hallmonitor is not."""
    return step in {each.revision for each in ScriptDirectory(str(_STEPS)).walk_revisions()}


def bring_up_to_date(connection: Connection) -> None:
    """Apply the steps that are missing, in the transaction that is open on this connection."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
