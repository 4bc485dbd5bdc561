from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot import serve
from bot.records import metadata
from tests.houses import Town


def test_the_migrations_make_exactly_the_tables_of_the_models(town: Town) -> None:
    with town.house.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_setting_up_twice_changes_nothing(town: Town) -> None:
    assert serve.set_up(town.environment) == (False, False)
    assert town.house.store.is_current()


def test_the_database_itself_keeps_document_before_removal(town: Town) -> None:
    checks = inspect(town.house.store.engine).get_check_constraints("action")
    assert any("evidence_id IS NOT NULL" in str(check["sqltext"]) for check in checks)


def test_sqlite_runs_in_wal_mode(tmp_path: Path) -> None:
    with Town(tmp_path) as town, town.house.store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
