"""Restoring a backup: everything is checked before anything is touched, and the database is replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.backup import folder as folders
from bot.backup.making import KINDS, SAMPLE
from bot.backup.manifest import KEYS, WHOLE, Manifest, NotABackup, read_manifest
from bot.domain.errors import Advice
from bot.settings import Environment
from bot.store.databases import make_engine
from bot.store.migrating import is_known, newest
from bot.vault import KeyProblem, parse_ring, read_ring, write_ring


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `aside` is where the database lies that was there before."""

    manifest: Manifest
    keys: Literal["restored", "already there", "from HALLMONITOR_KEYS"]
    evidence: str
    aside: str | None

    @property
    def was_older(self) -> bool:
        """Whether the database had to be brought up to date."""
        return self.manifest.migration != newest()

    @property
    def is_sound(self) -> bool:
        """Whether all the evidence fits."""
        return self.evidence == WHOLE


@dataclass(frozen=True, slots=True)
class _Keys:
    ring: Mapping[str, bytes]
    origin: str
    fate: Literal["restored", "already there", "from HALLMONITOR_KEYS"]


def restore(
    environment: Environment, folder: Path, now: datetime, *, replace: bool = False, tell: Callable[[str], object] = str
) -> Restored:
    """Bring back the database, the keys and the state of the sample pages.

    Raises:
        NotABackup: the folder is none, or is damaged.
        KeyProblem: the keys at hand are not those of the backup.
        Advice: the place is taken, of another kind, or in use. Whatever is raised, what was there before is there still.
    """
    tell("Checking the backup")
    manifest = read_manifest(folder)
    kind = KINDS[_same_kind(manifest, environment)]
    folders.check_private(folder)
    folders.check_files(folder, manifest.files)
    if kind.FILE not in manifest.files:
        raise NotABackup(f"{folder} holds no {kind.FILE}; nothing was changed: take another backup")
    keys = _keys_for(environment, folder)
    vault = manifest.check(keys.ring, keys.origin, _mend(environment, folder, keys))
    kind.refuse_if_taken(environment.database_url, replace=replace)
    tell("Restoring the database")
    with _key_file(environment, keys):
        evidence, aside = kind.load(
            environment.database_url, vault, folder / kind.FILE, manifest, f"{now:%Y-%m-%dT%H%M%SZ}", replace=replace
        )
    _restore_samples(environment, folder, manifest)
    return Restored(manifest, keys.fate, evidence, aside)


def _same_kind(manifest: Manifest, environment: Environment) -> str:
    engine = make_engine(environment.database_url)
    engine.dispose()
    if engine.dialect.name != manifest.database:
        raise Advice(
            f"this is a backup of {manifest.database}, and HALLMONITOR_DATABASE_URL names {engine.dialect.name}; nothing was "
            f"changed: name a {manifest.database} database there (without that variable it is SQLite in the home folder)"
        )
    if not is_known(manifest.migration):
        raise Advice(
            f"this backup was made by a newer Hallmonitor ({manifest.hallmonitor}); nothing was changed: install that one"
        )
    return engine.dialect.name


def _keys_for(environment: Environment, folder: Path) -> _Keys:
    """The keys of the environment or the home folder go before those of the backup: they may know newer ones as well."""
    if environment.keys is not None:
        return _Keys(parse_ring(environment.keys, "HALLMONITOR_KEYS"), "HALLMONITOR_KEYS", "from HALLMONITOR_KEYS")
    file = environment.key_file
    if file.exists():
        return _Keys(read_ring(None, file), str(file), "already there")
    if (folder / KEYS).exists():
        return _Keys(read_ring(None, folder / KEYS), str(folder / KEYS), "restored")
    raise KeyProblem(
        f"this backup holds no keys, and neither does {environment.home}; nothing was changed: put the key file to {file}, "
        "or set HALLMONITOR_KEYS"
    )


def _mend(environment: Environment, folder: Path, keys: _Keys) -> str:
    if keys.fate == "already there" and (folder / KEYS).exists():
        return f"move {environment.key_file} away (never delete a key), and the keys of the backup take its place"
    return "give it the key ring that belongs to the backup"


@contextmanager
def _key_file(environment: Environment, keys: _Keys) -> Iterator[None]:
    """The keys are there before the database is, and go again when it does not come."""
    environment.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if keys.fate != "restored":
        yield
        return
    folders.write_private(environment.key_file, write_ring(keys.ring).encode("ascii"))
    folders.give_to_owner_of(environment.home, environment.key_file)
    folders.to_disk(environment.home)
    try:
        yield
    except BaseException:
        environment.key_file.unlink()
        raise


def _restore_samples(environment: Environment, folder: Path, manifest: Manifest) -> None:
    for name in sorted(name for name in manifest.files if name.startswith(f"{SAMPLE}/")):
        target = environment.home / name
        target.parent.mkdir(exist_ok=True)
        draft = target.with_name(f".{target.name}.restoring")
        draft.unlink(missing_ok=True)
        folders.copy_private(folder / name, draft)
        folders.give_to_owner_of(environment.home, draft)
        draft.replace(target)
