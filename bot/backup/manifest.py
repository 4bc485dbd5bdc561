"""The manifest: what a backup holds, and how to tell that it is whole and which keys belong to it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.domain.errors import Advice
from bot.store.engine import key_check
from bot.vault import INDEX_KEY, KeyProblem, Vault

NAME = "manifest.json"
KEYS = "keys"
WHOLE, NOT_CHECKED = "whole", "not checked"
"""What is told of the evidence besides the id of the piece that does not fit; an older database is checked when it is restored."""

_KEY, _SEAL = "backup.key", "backup.manifest"


class NotABackup(Advice):
    """The folder is no backup, an interrupted one, or a damaged one. The message says which."""


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ValueError("a file outside of the backup")
    return name


class BackedUpFile(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    size: int
    sha256: str


class Copied(BaseModel):
    """The database as it was copied, all in one moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    database: Literal["sqlite", "postgresql"]
    schema_name: str
    migration: str
    rows: Mapping[str, int]
    evidence: str


class Manifest(Copied):
    """What a backup holds. It names no person and quotes nobody: tables, counts, checksums."""

    format: Literal[1] = 1
    hallmonitor: str
    made: AwareDatetime
    keys: Mapping[str, str]
    """By the name of each sealing key a word that it sealed: so that a ring can be told from another without holding it."""
    school: str
    """The check of the index key, which never changes: two backups with the same one are of the same database."""
    files: Mapping[Annotated[str, AfterValidator(_inside)], BackedUpFile]
    seal: str = ""

    def sealed(self, vault: Vault) -> Self:
        """The manifest with a seal on all that it says: whoever has no keys cannot write another."""
        return self.model_copy(update={"seal": self._seal(vault)})

    def check(self, ring: Mapping[str, bytes], origin: str, mend: str) -> Vault:
        """The vault of a key ring, if it is the one that belongs to this backup.

        Raises:
            KeyProblem: it is another one; the message names the key.
            NotABackup: the manifest was changed.
        """
        vault = Vault.from_ring(ring)
        wrong = [INDEX_KEY] if key_check(vault).hex() != self.school else []
        wrong += [name for name, word in self.keys.items() if not _opens(vault, name, word)]
        if wrong:
            raise KeyProblem(
                f"{origin}: the key `{wrong[0]}` is not the one that this backup was made with; nothing was changed: {mend}"
            )
        if self.seal != self._seal(vault):
            raise NotABackup(f"{NAME} was changed after the backup was made; nothing was changed: take another backup")
        return vault

    def _seal(self, vault: Vault) -> str:
        said = json.dumps(self.model_dump(mode="json", exclude={"seal"}), sort_keys=True)
        return vault.index(_SEAL, said).hex()


def describe(ring: Mapping[str, bytes], made: datetime, copied: Copied, files: Mapping[str, BackedUpFile]) -> Manifest:
    """The sealed manifest of what was copied."""
    vault = Vault.from_ring(ring)
    return Manifest(
        hallmonitor=version("hallmonitor"),
        made=made,
        keys={name: _word(ring, name) for name in ring if name != INDEX_KEY},
        school=key_check(vault).hex(),
        files=files,
        **copied.model_dump(),
    ).sealed(vault)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        NotABackup: there is none, or it cannot be understood.
    """
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise NotABackup(_what_is_there(folder)) from None
    except ValidationError:
        raise NotABackup(
            f"{folder / NAME} is damaged, or of a newer Hallmonitor; nothing was changed: take another backup, or update"
        ) from None


def _what_is_there(folder: Path) -> str:
    if not folder.is_dir():
        return f"no such folder: {folder}; name one that `hallmonitor backup` has made"
    inside = sorted(each.parent for each in folder.glob(f"hallmonitor-*/{NAME}"))
    if inside:
        return f"{folder} is the folder of backups: name one of those in it; the newest is {inside[-1]}"
    return (
        f"{folder} is no backup: it has no {NAME}. It was interrupted while it was made, or it is another folder; "
        "nothing was changed: name another one"
    )


def _word(ring: Mapping[str, bytes], name: str) -> str:
    alone = Vault.from_ring({name: ring[name], INDEX_KEY: ring[INDEX_KEY]})
    return b64encode(alone.seal(_KEY, name, "hallmonitor")).decode("ascii")


def _opens(vault: Vault, name: str, word: str) -> bool:
    try:
        return vault.open(_KEY, name, b64decode(word)) == "hallmonitor"
    except (KeyProblem, ValueError):
        return False
