"""Rosters: read from the school's files, sealed in the database, handed to the detectors."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlmodel import col, delete, select

from bot.domain.roster import BadRoster, from_json, read_csv, read_oneroster, to_json
from bot.records import Page, RosterStudent, new_id
from bot.store import Session
from bot.vault import Vault
from moderators.base import Student

_SEALED = "student.student_sealed"
_LARGEST = 50 * 1024 * 1024


def read_roster(source: Path, page_id: str) -> tuple[Student, ...]:
    """Read a roster: a CSV file, a OneRoster folder, or a OneRoster zip.

    Raises:
        BadRoster: it is missing or wrong; nothing was imported.
    """
    try:
        if source.is_dir():
            files = {file.name: file.read_bytes() for file in source.glob("*.csv")}
            return read_oneroster(files, page_id, str(source))
        if source.suffix.lower() == ".zip":
            return read_oneroster(_unzip(source), page_id, str(source))
        if source.stat().st_size > _LARGEST:
            raise BadRoster(f"{source}: larger than {_LARGEST // 2**20} MB; that is no class roster")
        return read_csv(source.read_bytes(), str(source))
    except FileNotFoundError:
        raise BadRoster(
            f"{source}: no such file or folder; write its path relative to the configuration folder"
        ) from None
    except OSError as error:
        raise BadRoster(f"{source}: cannot be read: {error.strerror}") from None


def store_roster(session: Session, vault: Vault, page: Page, students: Sequence[Student], now: datetime) -> bool:
    """Put a roster in place of the page's earlier one. False: it is the same one, and nothing changed."""
    sealed = sorted(to_json(student) for student in students)
    digest = vault.index("page.roster", "\n".join(sealed)).hex()
    if page.roster_digest == digest:
        return False
    session.exec(delete(RosterStudent).where(col(RosterStudent.page_id) == page.id))
    for student in sealed:
        id = new_id()
        session.add(RosterStudent(id=id, page_id=page.id, student_sealed=vault.seal(_SEALED, id, student)))
    page.roster_digest, page.roster_at = digest, now
    return True


def forget_roster(session: Session, page: Page) -> None:
    """The page names no roster any more: forget the names."""
    if page.roster_digest:
        session.exec(delete(RosterStudent).where(col(RosterStudent.page_id) == page.id))
        page.roster_digest, page.roster_at = "", None


def students_of(session: Session, vault: Vault, page_id: str) -> tuple[Student, ...]:
    """The students of a page, in no order that means anything."""
    rows = session.exec(select(RosterStudent).where(RosterStudent.page_id == page_id).order_by(col(RosterStudent.id)))
    return tuple(from_json(vault.open(_SEALED, row.id, row.student_sealed)) for row in rows)


def _unzip(source: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".csv")]
            if sum(entry.file_size for entry in entries) > _LARGEST:
                raise BadRoster(f"{source}: unpacks to more than {_LARGEST // 2**20} MB; that is no class roster")
            return {PurePosixPath(entry.filename).name: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise BadRoster(f"{source}: not a zip file that can be read, or one with a password") from None
