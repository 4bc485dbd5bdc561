"""SQLite: copied page by page within one reading transaction, and restored into a file beside the database."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.backup import place, proof
from bot.backup.folder import copy_private, give_to_owner_of, to_disk
from bot.backup.manifest import Manifest, NotABackup
from bot.domain.errors import Advice
from bot.store import Session, Store, StoreProblem
from bot.store.engine import open_as_it_is
from bot.store.locks import open_lock
from bot.vault import Vault

FILE = "database.sqlite"
_WORKROOM = ".hallmonitor-restoring"


def copy(session: Session, vault: Vault, target: Path, rows: dict[str, int]) -> str:
    """Copy the database as this transaction sees it, and prove the copy. Returns what is to be told of its evidence.

    Others go on writing: they write behind the moment at which the transaction began.

    Raises:
        StoreProblem: the disk is full, or the copy is damaged.
    """
    source = session.connection().connection.driver_connection
    target.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as written:
            source.backup(written)  # type: ignore[union-attr]  # all pages in one step
            written.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            sound = [row[0] for row in written.execute("PRAGMA integrity_check(1)")]
    except sqlite3.Error as error:
        raise StoreProblem(
            f"the copy cannot be made ({error}): look whether the disk of {target.parent} is full or failing"
        ) from None
    if sound != ["ok"]:
        raise StoreProblem(
            "the copy is damaged, and so may be the database: restore the last good backup, and look at the disk"
        )
    return _proven(target, vault, rows)


def refuse_if_taken(url: str, *, replace: bool) -> None:
    """Look whether a backup may be restored to this place.

    Raises:
        Advice: it holds a database, or another program uses it.
    """
    place.refuse_if_taken(place.file_of(url), replace=replace)


def load(
    url: str, vault: Vault, file: Path, manifest: Manifest, stamp: str, *, replace: bool
) -> tuple[str, str | None]:
    """Restore into a file beside the database, prove it, and put it into its place at once.

    Returns what is to be told of the evidence, and where the database lies now that was there before.

    Raises:
        StoreProblem: another program uses the database, or the disk is full.
        NotABackup: it is not what was backed up.
    """
    target = place.file_of(url)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = target.parent / _WORKROOM / target.name
    store = open_as_it_is(f"sqlite:///{staged}", vault)
    with _workroom(store, staged.parent):
        copy_private(file, staged)
        try:
            with store.transaction() as session:
                evidence = proof.prove(session, vault, manifest)
        finally:
            store.engine.dispose()
        _into_one_file(staged)
        give_to_owner_of(target.parent, staged)
        aside = place.put(staged, target, stamp, replace=replace)
    return evidence, str(aside) if aside else None


def _proven(file: Path, vault: Vault, rows: dict[str, int]) -> str:
    store = open_as_it_is(f"sqlite:///{file}", vault)
    try:
        with store.reading() as session:
            if proof.count_rows(session, proof.tables(session)) != rows:
                raise NotABackup("the copy does not hold every row of the database: run it again, and look at the disk")
            evidence = proof.examine(session, vault)
    finally:
        store.engine.dispose()
    _into_one_file(file)
    return evidence


def _into_one_file(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    to_disk(file)


@contextmanager
def _workroom(store: Store, room: Path) -> Iterator[None]:
    """A folder on the database's own disk for what is not proven yet; what a killed restore left in it goes."""
    room.mkdir(mode=0o700, exist_ok=True)
    with open_lock(store, room, "lock") as take:
        if not take():
            raise Advice("another restore is under way here; nothing was changed: wait for its end")
        try:
            _empty(room)
            yield
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _empty(room: Path) -> None:
    for path in room.iterdir():
        if path.name != "lock":
            path.unlink()
