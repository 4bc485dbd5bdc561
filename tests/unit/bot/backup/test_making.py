"""Making a backup: one moment, private, proven, and no more of them than were asked for."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.backup.manifest import NAME, read_manifest
from bot.domain.errors import Advice
from bot.vault import make_key_file
from tests.houses import ADMIN, Town, rows
from tests.servers.postgres import PASSWORD, PostgresServer
from tests.unit.bot.backup.moves import (
    AUTHOR,
    back_up,
    bring_back,
    lived_in,
    on_postgres,
)


def test_a_backup_is_private_and_holds_nobodys_words_or_name(town: Town) -> None:
    lived_in(town)
    made = back_up(town)
    assert made.is_sound
    assert made.has_keys
    assert not made.unfinished
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    written = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    if on_postgres(town):
        dump = made.folder / "database.dump"
        written += subprocess.run(["pg_restore", "--file=-", str(dump)], capture_output=True, check=True).stdout
        assert b"COPY public.revision" in written
    for secret in (b"canaryword", AUTHOR.encode(), ADMIN.encode(), b"Dana Reyes"):
        assert secret not in written
        assert secret.hex().encode() not in written
    assert set(made.manifest.files) == {path.name for path in made.folder.iterdir()} - {NAME}


def test_a_backup_that_is_made_while_others_write_is_of_one_moment(
    town: Town, lose_everything: Callable[[], None]
) -> None:
    lived_in(town)
    done, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 10
        while not done.is_set():
            for _ in range(8):
                town.platform.post(str(number), "!hate", minutes_ago=5_000 - number)
                number += 1
            town.scan()
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(20)
    try:
        made = [back_up(town, minutes=number) for number in range(2)]
    finally:
        done.set()
        writer.join()
    after = len(town.platform.comments)
    assert made[0].manifest.rows["comment"] < after
    lose_everything()
    bring_back(town, made[1])
    assert rows(town, "SELECT count(*) FROM comment") == [(made[1].manifest.rows["comment"],)]
    assert rows(town, "SELECT id FROM flag WHERE id NOT IN (SELECT flag_id FROM flag_rule)") == []
    town.scan()  # what was written later is read again, once
    assert rows(town, "SELECT count(*), count(DISTINCT comment_id) FROM flag") == [(after, after)]


def test_a_broken_chain_is_backed_up_but_then_nothing_older_goes(town_on_sqlite: Town) -> None:
    town = town_on_sqlite
    lived_in(town)
    whole = back_up(town)
    with town.house.store.transaction() as session:
        session.connection().execute(text("UPDATE evidence SET link = 'x'"))
        broken_at = session.connection().execute(text("SELECT id FROM evidence")).scalar_one()
    made = back_up(town, minutes=1, keep=1)
    assert not made.is_sound
    assert made.manifest.evidence == broken_at
    assert whole.folder.exists()
    restored = bring_back(town, made, replace=True)
    assert (restored.is_sound, restored.evidence) == (False, broken_at)


def test_the_oldest_go_and_nobody_elses(tmp_path: Path) -> None:
    with Town(tmp_path / "a") as town, Town(tmp_path / "b") as neighbour:
        town.folder = neighbour.folder = tmp_path
        theirs = back_up(neighbour)
        old = [back_up(town, minutes=number) for number in (1, 2, 3)]
        interrupted = tmp_path / "backups" / "hallmonitor-2026-11-25T200030Z"
        interrupted.mkdir()
        (tmp_path / "backups" / "hallmonitor-notes").mkdir()
        made = back_up(town, minutes=4, keep=2)
        assert list(made.removed) == [old[0].folder, old[1].folder]
        assert list(made.unfinished) == [interrupted]
        left = {path.name for path in (tmp_path / "backups").iterdir()} - {"hallmonitor-notes"}
        assert left == {p.name for p in (theirs.folder, interrupted, old[2].folder, made.folder)}
        with pytest.raises(Advice, match="in this second"):
            back_up(town, minutes=4)
        assert read_manifest(made.folder) == made.manifest


def test_nothing_to_back_up_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    make_key_file(town.environment.key_file)
    with pytest.raises(Advice, match="not set up"):
        back_up(town)
    assert not (tmp_path / "backups").exists()
    assert not (town.environment.home / "hallmonitor.db").exists()


@pytest.fixture
def spied_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL's programs with somebody who notes their command lines."""
    folder, notes = tmp_path / "bin", tmp_path / "notes"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        shim = folder / name
        shim.write_text(f'#!/bin/sh\necho "$0 $*" >> {notes}\nexec {shutil.which(name)} "$@"\n')
        shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return notes


def test_no_password_stands_on_a_command_line_and_what_is_missing_is_named(
    postgres: PostgresServer, tmp_path: Path, spied_client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Town(tmp_path, postgres.make_database()) as town:
        back_up(town)
        said = spied_client.read_text()
        assert "--snapshot=" in said
        assert "user=hallmonitor" in said
        assert PASSWORD not in said
        _without_its_programs(town, tmp_path, monkeypatch)


def _without_its_programs(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    before = list((town.folder / "backups").iterdir())
    with pytest.raises(Advice, match=r"pg_dump is not on the PATH.*postgresql-client"):
        back_up(town, minutes=1)
    old = folder / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    with pytest.raises(Advice, match="pg_dump is of version 9, and the server of"):
        back_up(town, minutes=1)
    assert list((town.folder / "backups").iterdir()) == before
