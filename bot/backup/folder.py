"""The folders of backups: private files that are on the disk before the manifest says so, checksums, and what is too old."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.backup.manifest import KEYS, NAME, BackedUpFile, Manifest, NotABackup, read_manifest
from bot.domain.errors import Advice

_DATED = re.compile(r"hallmonitor-\d{4}-\d\d-\d\dT\d{6}Z")
_OTHERS = 0o077


def make_folder(parent: Path, now: datetime) -> Path:
    """A new folder for one backup, which its owner alone can enter.

    Raises:
        Advice: there is one of this second.
    """
    folder = parent / f"hallmonitor-{now:%Y-%m-%dT%H%M%SZ}"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise Advice(f"{folder} is there already: another backup was started in this second; try again") from None
    return folder


def write_private(file: Path, content: bytes) -> None:
    """Write a new file that its owner alone can read (mode 0600); it is on the disk when this returns."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def copy_private(source: Path, target: Path) -> None:
    """As `write_private`, of a file of any size."""
    with (
        source.open("rb") as read,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
    ):
        shutil.copyfileobj(read, out, 2**20)
        out.flush()
        os.fsync(out.fileno())


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_to_owner_of(folder: Path, file: Path) -> None:
    """What root restores belongs to the user who runs the service, as the folder does."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def seal_folder(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last and at once: from here on the folder is a backup."""
    draft = folder / f"{NAME}.new"
    write_private(draft, manifest.model_dump_json(indent=2).encode("ascii") + b"\n")
    to_disk(folder)
    draft.rename(folder / NAME)
    to_disk(folder)
    to_disk(folder.parent)


def describe_files(folder: Path) -> dict[str, BackedUpFile]:
    """Each file below a folder, with size and checksum."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _measured(path) for path in files}


def check_files(folder: Path, files: Mapping[str, BackedUpFile]) -> None:
    """Compare each file with the manifest. The key file may be elsewhere: it is to be kept apart.

    Raises:
        NotABackup: one is missing or was changed.
    """
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            if name != KEYS:
                raise NotABackup(f"{path} is missing; nothing was changed: the backup is not whole, take another one")
        elif _measured(path) != expected:
            raise NotABackup(f"{path} is damaged: its checksum is another; nothing was changed: take another backup")


def check_private(folder: Path) -> None:
    """Where the keys lie, nobody else may read.

    Raises:
        Advice: others can.
    """
    keys = folder / KEYS
    open_to_others = folder.stat().st_mode & keys.stat().st_mode & _OTHERS if keys.exists() else 0
    if open_to_others or (keys.exists() and keys.stat().st_mode & _OTHERS):
        raise Advice(
            f"{keys} can be read by others: run `chmod -R go= {folder}`; where the disk keeps no such rights, use one that does, "
            "or keep the keys elsewhere. Whoever has read them can read everything"
        )


def remove_oldest(parent: Path, school: str, keep: int) -> list[Path]:
    """Remove the oldest whole backups of this school's database beyond `keep`; returns them."""
    ours = [folder for folder in _dated(parent) if (found := _manifest_of(folder)) and found.school == school]
    removed = ours[:-keep]
    for folder in removed:
        (folder / NAME).unlink()  # first: half of a backup must not look like one
        shutil.rmtree(folder)
    return removed


def unfinished(parent: Path) -> list[Path]:
    """The folders of backups that were interrupted, or that are being made now."""
    return [folder for folder in _dated(parent) if not (folder / NAME).exists()]


def _dated(parent: Path) -> list[Path]:
    folders = (path for path in parent.iterdir() if _DATED.fullmatch(path.name))
    return sorted(path for path in folders if path.is_dir() and not path.is_symlink())


def _manifest_of(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except NotABackup:
        return None


def _measured(path: Path) -> BackedUpFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BackedUpFile(size=path.stat().st_size, sha256=digest)
