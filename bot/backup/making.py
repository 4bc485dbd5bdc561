"""Making a backup: one moment of the database, the keys, the state of the sample pages; each proven before it counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect

from bot.backup import folder as folders
from bot.backup import postgres, proof, sqlite
from bot.backup.manifest import KEYS, NOT_CHECKED, WHOLE, Copied, Manifest, describe
from bot.backup.place import file_of
from bot.domain.errors import Advice
from bot.settings import Environment
from bot.store import Store, StoreProblem, is_set_up
from bot.store.engine import open_as_it_is
from bot.store.migrating import applied
from bot.vault import Vault, read_ring, write_ring

KINDS = {"sqlite": sqlite, "postgresql": postgres}
SAMPLE = "sample"
"""Below the home folder: what became of the comments of the sample pages. The locks beside it are nobody's after a crash."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and proven. `removed` are older ones, `unfinished` are folders without a manifest."""

    folder: Path
    manifest: Manifest
    removed: Sequence[Path]
    unfinished: Sequence[Path]

    @property
    def has_keys(self) -> bool:
        """Whether the key file lies in it."""
        return KEYS in self.manifest.files

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.manifest.files.values())

    @property
    def is_sound(self) -> bool:
        """Whether no piece of evidence was found that does not fit."""
        return self.manifest.evidence in (WHOLE, NOT_CHECKED)


def make_backup(
    environment: Environment,
    parent: Path,
    now: datetime,
    *,
    with_keys: bool = True,
    keep: int | None = None,
    tell: Callable[[str], object] = str,
) -> Made:
    """Make a dated folder in `parent`, while others write; then remove the oldest beyond `keep`.

    A broken evidence chain is backed up all the same, but then nothing older is removed: the last whole one is needed.

    Raises:
        Advice: it cannot be made, and the message says why; what was begun is removed.
    """
    ring = read_ring(environment.keys, environment.key_file)
    store = _open(environment, Vault.from_ring(ring))
    place = folders.make_folder(parent, now)
    try:
        tell("Copying the database")
        copied = _copy(store, place)
        if with_keys:
            _write_keys(place, ring)
        _copy_samples(environment, place)
        tell("Reading it again")
        manifest = describe(ring, now, copied, folders.describe_files(place))
        folders.seal_folder(place, manifest)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        store.engine.dispose()
    return _tidied(Made(place, manifest, (), folders.unfinished(parent)), keep)


def _open(environment: Environment, vault: Vault) -> Store:
    store = open_as_it_is(environment.database_url, vault)
    if store.engine.dialect.name not in KINDS:
        raise Advice(
            "only SQLite and PostgreSQL are backed up; back this database up with its own tools, and the keys with it"
        )
    gone = store.engine.dialect.name == "sqlite" and not file_of(environment.database_url).exists()
    if gone or not is_set_up(environment.database_url):
        raise StoreProblem(proof.NOT_SET_UP)
    return store


def _copy(store: Store, place: Path) -> Copied:
    kind = KINDS[store.engine.dialect.name]
    with store.reading() as session:
        rows = proof.count_rows(session, proof.tables(session))  # the first question: its moment is that of the copy
        evidence = kind.copy(session, store.vault, place / kind.FILE, rows)
        connection = session.connection()
        return Copied(
            database="sqlite" if kind is sqlite else "postgresql",
            schema_name=inspect(connection).default_schema_name or "",
            migration=applied(connection) or "",
            rows=rows,
            evidence=evidence,
        )


def _write_keys(place: Path, ring: Mapping[str, bytes]) -> None:
    folders.write_private(place / KEYS, write_ring(ring).encode("ascii"))
    folders.check_private(place)  # not every disk keeps rights


def _copy_samples(environment: Environment, place: Path) -> None:
    states = sorted((environment.home / SAMPLE).glob("*.json"))
    if states:
        (place / SAMPLE).mkdir(mode=0o700)
    for state in states:
        folders.copy_private(state, place / SAMPLE / state.name)


def _tidied(made: Made, keep: int | None) -> Made:
    if keep is None or not made.is_sound:
        return made
    return replace(made, removed=folders.remove_oldest(made.folder.parent, made.manifest.school, keep))
