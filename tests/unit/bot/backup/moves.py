"""What happens to a school in the tests of its backups."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import psycopg

from bot.backup import Made, Restored, make_backup, restore
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, Town, flagged, settle

LATER = NOW + timedelta(minutes=5)
WORDS, AUTHOR = "canaryword about a pupil !disparagement", "Quentin Canary"


def burn(town: Town) -> None:
    town.house.store.engine.dispose()
    shutil.rmtree(town.environment.home)


def on_postgres(town: Town) -> bool:
    return town.environment.database_url.startswith("postgresql")


def back_up(town: Town, *, minutes: int = 0, with_keys: bool = True, keep: int | None = None) -> Made:
    now = NOW + timedelta(minutes=minutes)
    return make_backup(town.environment, town.folder / "backups", now, with_keys=with_keys, keep=keep)


def bring_back(town: Town, made: Made, *, replace: bool = False) -> Restored:
    """Restore, as the school goes on with it."""
    town.house.store.engine.dispose()
    restored = restore(town.environment, made.folder, LATER, replace=replace)
    town.house = town.open()
    return restored


def lived_in(town: Town) -> None:
    """A decision with evidence, and a flag that waits."""
    settle(town, flagged(town, WORDS, author=AUTHOR), ADMIN, Choice.HIDE)
    town.platform.post("2", "!hate")
    town.scan()


def everything(town: Town) -> dict[str, object]:
    """What the home folder and the database hold."""
    home = town.environment.home
    found: dict[str, object] = {str(f): f.read_bytes() for f in home.glob("*") if f.is_file() and ".db" not in f.name}
    if on_postgres(town):
        with psycopg.connect(town.environment.database_url) as connection:
            schemas = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema ~ '^(public|hallmonitor)'"
            tables = connection.execute(schemas + " ORDER BY 1, 2").fetchall()
            found |= {f"{s}.{t}": connection.execute(f'SELECT * FROM {s}."{t}"'.encode()).fetchall() for s, t in tables}
    for file in home.glob("*.db*"):
        if not file.name.endswith(("-wal", "-shm")):
            with closing(sqlite3.connect(file)) as database:
                found[file.name] = list(database.iterdump())
    return found
