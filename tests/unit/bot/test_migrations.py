from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot import serve
from bot.records import metadata
from bot.store import StoreProblem, migrating
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


def test_the_names_of_the_files_say_what_alembic_says() -> None:
    steps = ScriptDirectory(str(Path(migrating.__file__).parent.parent / "migrations"))
    known = [each.revision for each in steps.walk_revisions()]
    assert (migrating.newest(), known) == (steps.get_current_head(), sorted(known, reverse=True))
    assert all(migrating.is_known(step) for step in known)
    assert not any(migrating.is_known(step) for step in ("", "0000", "9999"))


@pytest.mark.parametrize("statement", ["UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"])
def test_a_database_that_is_not_up_to_date_is_not_opened(town: Town, statement: str) -> None:
    with town.house.store.engine.begin() as connection:
        connection.execute(text(statement))
        said = MigrationContext.configure(connection).get_current_revision()
        assert migrating.applied(connection) == said
    with pytest.raises(StoreProblem, match="hallmonitor init"):
        town.open()


def test_no_command_waits_for_alembic_but_the_one_that_needs_it(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        house = f"Environment.read(Path({str(town.config)!r}), {{'HALLMONITOR_HOME': {str(tmp_path / 'home')!r}}})"
        ask = (
            "import sys; from datetime import UTC, datetime; from pathlib import Path; from bot import serve; "
            f"from bot.settings import Environment; serve.open_house({house}, datetime.now(UTC)); print('alembic' in sys.modules)"
        )
        root = Path(migrating.__file__).parents[2]
        answer = subprocess.run([sys.executable, "-c", ask], cwd=root, check=True, capture_output=True, text=True)
        assert answer.stdout.strip() == "False"
