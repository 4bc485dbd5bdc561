"""A backup is worth what can be restored from it: these tests destroy what they have backed up."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.backup import NotABackup, restore
from bot.backup.manifest import NAME, NOT_CHECKED, WHOLE
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.evidence import first_break
from bot.store.engine import key_check, open_as_it_is
from bot.vault import KeyProblem, Vault, make_key_file, read_ring
from tests.houses import ADMIN, NOW, SECOND, Town, rows, settle
from tests.unit.bot.backup.moves import (
    LATER,
    back_up,
    bring_back,
    burn,
    everything,
    lived_in,
    on_postgres,
)


def test_after_the_loss_of_everything_it_goes_on_as_if_nothing_had_happened(
    town: Town, lose_everything: Callable[[], None]
) -> None:
    lived_in(town)
    (town.environment.home / "sample").mkdir()
    (town.environment.home / "sample" / "page.json").write_text('{"1": "held"}')
    before = town.queue(by=ADMIN)
    made = back_up(town)
    lose_everything()
    restored = bring_back(town, made)
    assert (restored.keys, restored.evidence, restored.aside, restored.was_older) == ("restored", WHOLE, None, False)
    assert town.queue(by=ADMIN) == before
    assert rows(town, "SELECT count(*) FROM evidence") == [(1,)]
    assert town.scan().flagged == 0
    assert settle(town, before["2"].flag, SECOND, Choice.HIDE).won
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) is None
    assert (town.environment.home / "sample" / "page.json").read_text() == '{"1": "held"}'
    assert stat.S_IMODE(town.environment.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(town.environment.home.stat().st_mode) == 0o700


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def _write(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_what_is_not_whole_is_refused_and_nothing_is_changed(town: Town) -> None:
    lived_in(town)
    made = back_up(town)
    town.house.store.engine.dispose()
    database = "database.dump" if on_postgres(town) else "database.sqlite"
    harm: dict[str, Callable[[Path], object]] = {
        f"{database} is damaged": lambda folder: _flip(folder / database),
        f"{database} is missing": lambda folder: (folder / database).unlink(),
        "keys is damaged": lambda folder: _flip(folder / "keys"),
        "it has no manifest.json": lambda folder: (folder / NAME).unlink(),
        "is damaged, or of a newer": lambda folder: (folder / NAME).write_text("{"),
        "was changed after": lambda folder: _write(folder / NAME, '"evidence": "whole"', '"evidence": "not checked"'),
        "of a newer": lambda folder: _write(folder / NAME, '"keys": {', '"../keys": {'),
        "by a newer Hallmonitor": lambda folder: _write(folder / NAME, '"migration": "', '"migration": "9'),
        "can be read by others": lambda folder: (folder / "keys").chmod(0o640),
        "no such folder": shutil.rmtree,
    }
    before = everything(town)
    for words, hurt in harm.items():
        copy = town.folder / "hurt"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(made.folder, copy)
        hurt(copy)
        with pytest.raises(Advice, match=words):
            restore(town.environment, copy, LATER, replace=True)
        assert everything(town) == before, words
    with pytest.raises(NotABackup, match=r"the newest is .*hallmonitor-2026-11-25T200000Z"):
        restore(town.environment, made.folder.parent, LATER)


def test_other_keys_are_refused_and_the_right_ones_may_come_from_anywhere(town_on_sqlite: Town) -> None:
    town = town_on_sqlite
    lived_in(town)
    ring = town.environment.key_file.read_text()
    made = back_up(town, with_keys=False)
    assert not made.has_keys
    assert all(ring.splitlines()[0].partition(":")[2].encode() not in f.read_bytes() for f in made.folder.iterdir())
    burn(town)
    with pytest.raises(KeyProblem, match="put the key file to"):
        restore(town.environment, made.folder, LATER)
    make_key_file(town.environment.key_file)
    with pytest.raises(KeyProblem, match="the key `index` is not the one"):
        restore(town.environment, made.folder, LATER)
    other = town.environment.key_file.read_text().splitlines()
    town.environment.key_file.unlink()
    mixed = replace(town.environment, keys=f"{other[0]},{ring.splitlines()[1]}")
    with pytest.raises(KeyProblem, match="HALLMONITOR_KEYS: the key `k1` is not the one"):
        restore(mixed, made.folder, LATER)
    town.environment = replace(town.environment, keys=f"{other[0].replace('k1', 'k2')},{ring}")
    assert bring_back(town, made).keys == "from HALLMONITOR_KEYS"
    assert not town.environment.key_file.exists()
    assert set(town.queue()) == {"2"}


def test_a_key_file_is_never_overwritten(town_on_sqlite: Town) -> None:
    town = town_on_sqlite
    lived_in(town)
    made = back_up(town)
    burn(town)
    make_key_file(town.environment.key_file)
    stranger = town.environment.key_file.read_bytes()
    with pytest.raises(KeyProblem, match=r"move .* away .* the keys of the backup take its place"):
        restore(town.environment, made.folder, LATER)
    assert town.environment.key_file.read_bytes() == stranger


def test_a_database_that_is_there_is_replaced_only_on_demand_and_kept_aside(town: Town) -> None:
    lived_in(town)
    made = back_up(town)
    town.platform.post("3", "!threat")
    town.scan()
    town.house.store.engine.dispose()
    before = everything(town)
    with pytest.raises(Advice, match="--replace"):
        restore(town.environment, made.folder, LATER)
    assert everything(town) == before
    restored = bring_back(town, made, replace=True)
    assert restored.keys == "already there"
    assert set(town.queue()) == {"2"}
    count = "SELECT count(*) FROM {}comment"
    assert restored.aside is not None
    if on_postgres(town):
        assert rows(town, count.format(restored.aside + ".")) == [(3,)]
    else:
        with sqlite3.connect(restored.aside) as aside:
            assert aside.execute(count.format("")).fetchone() == (3,)
    town.scan()
    assert set(town.queue()) == {"2", "3"}


def test_a_database_in_use_is_not_replaced(town: Town) -> None:
    lived_in(town)
    made = back_up(town)
    town.house.store.engine.dispose()
    other = town.open()
    with other.store.reading() as session:
        session.connection().execute(text("SELECT 1"))
    before = everything(town)
    with pytest.raises(Advice, match="stop `hallmonitor serve`"):
        restore(town.environment, made.folder, LATER, replace=True)
    assert everything(town) == before
    other.store.engine.dispose()
    assert bring_back(town, made, replace=True).aside


def test_what_is_not_what_was_backed_up_never_takes_the_place_of_anything(
    town: Town, lose_everything: Callable[[], None]
) -> None:
    """A backup that is whole by its checksums, and is not what its manifest says: the proof comes before the place is taken."""
    lived_in(town)
    made = back_up(town)
    vault = Vault.from_ring(read_ring(None, town.environment.key_file))
    lie = made.manifest.model_copy(update={"rows": dict(made.manifest.rows) | {"comment": 99}}).sealed(vault)
    (made.folder / NAME).write_text(lie.model_dump_json())
    town.house.store.engine.dispose()
    before = everything(town)
    with pytest.raises(NotABackup, match="does not hold the rows"):
        restore(town.environment, made.folder, LATER, replace=True)
    assert everything(town) == before
    lose_everything()
    with pytest.raises(NotABackup, match="does not hold the rows"):
        restore(town.environment, made.folder, LATER)
    assert everything(town) == {}


def test_a_backup_of_one_kind_is_not_restored_to_the_other(town_on_sqlite: Town) -> None:
    town = town_on_sqlite
    made = back_up(town)
    url = "postgresql://u:p@127.0.0.1:1/x"
    with pytest.raises(Advice, match=r"this is a backup of .* names"):
        restore(replace(town.environment, database_url=url), made.folder, LATER)


def test_a_backup_of_an_older_database_is_brought_up_to_date(
    tmp_path: Path, database: str | None, request: pytest.FixtureRequest
) -> None:
    town = Town(tmp_path, database)
    make_key_file(town.environment.key_file)
    vault = Vault.from_ring(read_ring(None, town.environment.key_file))
    store = open_as_it_is(town.environment.database_url, vault)
    with store.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parents[4] / "bot" / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        insert = text("INSERT INTO key_check (id, name, \"check\") VALUES (1, 'index', :check)")
        connection.execute(insert, {"check": key_check(vault)})
    store.engine.dispose()
    made = back_up(town)
    assert (made.manifest.migration, made.manifest.evidence) == ("0001", NOT_CHECKED)
    restored = restore(town.environment, made.folder, LATER, replace=True)
    assert (restored.was_older, restored.evidence) == (True, WHOLE)
    town.house = town.open()
    assert town.house.store.is_current()
    town.house.store.engine.dispose()


def test_a_damaged_sqlite_database_is_kept_aside_and_no_stray_journal_is_read_into_the_new_one(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        lived_in(town)
        made = back_up(town)
        town.house.store.engine.dispose()
        file = town.environment.home / "hallmonitor.db"
        file.write_bytes(b"not a database at all" * 500)
        with pytest.raises(Advice, match="no database"):
            back_up(town, minutes=1)
        restored = bring_back(town, made, replace=True)
        assert Path(str(restored.aside)).read_bytes()[:5] == b"not a"
        town.house.store.engine.dispose()
        file.unlink()
        file.with_name("hallmonitor.db-wal").write_bytes(b"stray")
        restore(town.environment, made.folder, NOW)
        assert file.with_name("hallmonitor.db.before-2026-11-25T200000Z-wal").read_bytes() == b"stray"
        town.house = town.open()
        assert set(town.queue()) == {"2"}
