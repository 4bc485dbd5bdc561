"""Databases that are used again: to copy one takes a fifth of a second of a processor where files are slow, to put it back a hundredth.

A test gets its database under a name that no other had: whoever of the test before is still awake finds no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.servers.postgres import PostgresServer

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= 16384 ORDER BY 1
"""
_SEQUENCES = """
SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
    last_value IS NOT NULL) FROM pg_sequences
"""
_MADE_OF = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws(' ', oid, xmin, relfilenode) FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_trigger WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_attrdef WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_namespace
    UNION ALL SELECT concat_ws(' ', datdba, datacl) FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting
) AS parts (part)
"""
"""Another answer where somebody has made, dropped or changed a table, a function, a trigger, a right or a setting."""
_USES = 200
"""After so many a database is copied anew: what was deleted leaves its room behind."""


class Pool:
    """Copies of one database, to which nobody is connected: `template` by name."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._made_of = server.sql(_MADE_OF, template)
        self._put_back = self._script()
        self._waiting: list[tuple[str, int]] = []
        self._numbers = count(1)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database like the template, for as long as the block lasts."""
        name, uses = self._take()
        yield self._server.url(name)
        self._give_back(name, uses + 1)

    def _take(self) -> tuple[str, int]:
        while self._waiting:
            name, uses = self._waiting.pop()
            if uses < _USES and self._is_put_back(name):
                return name, uses
            self._server.sql(f"DROP DATABASE {name} WITH (FORCE)")
        name = f"pool{next(self._numbers)}"
        self._server.copy_database(self._template, name)
        return name, 0

    def _is_put_back(self, name: str) -> bool:
        """Leave a database with the rows of the template; False: a test has changed more than rows in it."""
        with self._server.administrator(name) as connection:
            if connection.execute(_MADE_OF.encode()).fetchall() != self._made_of:
                return False
            connection.execute(self._put_back.encode())
            return True

    def _give_back(self, name: str, uses: int) -> None:
        if not self._server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return  # the test has dropped it
        other = f"pool{next(self._numbers)}"
        self._server.sql(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")
        self._server.sql(f"ALTER DATABASE {name} RENAME TO {other}")
        self._waiting.append((other, uses))

    def _script(self) -> str:
        """The statements that leave a database with the rows of the template, and nothing else."""
        tables = [str(name) for (name,) in self._server.sql(_TABLES, self._template)]
        script = ["SET session_replication_role = replica", *(f"DELETE FROM {table}" for table in tables)]
        for table in tables:
            ((rows,),) = self._server.sql(f"SELECT json_agg(t)::text FROM {table} t", self._template)
            if rows:
                script.append(
                    f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $rows${rows}$rows$)"
                )
        script += [str(statement) for (statement,) in self._server.sql(_SEQUENCES, self._template)]
        return "BEGIN; " + "; ".join(script) + "; COMMIT"
