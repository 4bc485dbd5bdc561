"""What has to hold of a database in a backup and of the one that was restored from it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, inspect, select, table

from bot.backup.manifest import NOT_CHECKED, WHOLE, Manifest, NotABackup
from bot.evidence import first_break
from bot.store import Session, StoreProblem
from bot.store.engine import check_keys
from bot.store.migrating import applied, bring_up_to_date, newest
from bot.vault import Vault

NOT_SET_UP = (
    "the database is not set up: there is nothing to back up (look at HALLMONITOR_HOME and HALLMONITOR_DATABASE_URL)"
)


def tables(session: Session) -> list[str]:
    """The tables of the schema that is ours."""
    return sorted(inspect(session.connection()).get_table_names())


def count_rows(session: Session, names: Iterable[str]) -> dict[str, int]:
    """How many rows each table holds."""
    query = {name: select(func.count()).select_from(table(name)) for name in names}
    return {name: session.connection().execute(each).scalar_one() for name, each in query.items()}


def examine(session: Session, vault: Vault) -> str:
    """Check the keys, and say of the evidence whether it is whole. An older database is asked for nothing but its keys.

    Raises:
        KeyProblem: the database was made with other keys.
        StoreProblem: it is not set up.
    """
    if not check_keys(session, vault):
        raise StoreProblem(NOT_SET_UP)
    if applied(session.connection()) != newest():
        return NOT_CHECKED
    return first_break(session, vault) or WHOLE


def prove(session: Session, vault: Vault, manifest: Manifest) -> str:
    """Compare what was restored with the manifest, bring it up to date, and say of the evidence whether it is whole.

    Raises:
        NotABackup: it is not what was backed up.
        KeyProblem: the keys do not open it.
    """
    missing = manifest.rows.keys() - set(tables(session))
    if missing or count_rows(session, manifest.rows) != manifest.rows:
        raise NotABackup(
            "the restored database does not hold the rows of the manifest; nothing was changed: take another backup"
        )
    bring_up_to_date(session.connection())
    evidence = examine(session, vault)
    if manifest.evidence not in (evidence, NOT_CHECKED):
        raise NotABackup(
            f"the evidence chain was {manifest.evidence} and does not fit at {evidence} now; nothing was changed: "
            "somebody changed the backup, take another one and tell the supervisor"
        )
    return evidence
