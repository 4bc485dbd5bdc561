"""Consents as rows, and what they cover (MATRIX.md, Consent)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from bot.domain.consent import Consent, ConsentKind, Half, key_of
from bot.records import ConsentRecord, Covered, Revision
from bot.store.bulk import insert_rows
from bot.vault import Vault
from moderators.base import Student


def student_index(vault: Vault, student: Student, site_id: str, page_id: str) -> bytes:
    """Blind index of a student, from one roster to the next."""
    return vault.index("consent.student", key_of(student, site_id, page_id))


def consents_by_student(session: Session, site_id: str) -> dict[bytes, list[Consent]]:
    """Every half that was ever given at a school, by the student's index."""
    found: dict[bytes, list[Consent]] = {}
    for row in session.exec(select(ConsentRecord).where(ConsentRecord.site_id == site_id)):
        found.setdefault(row.student_index, []).append(as_consent(row))
    return found


def as_consent(row: ConsentRecord) -> Consent:
    """The row without its sealed parts."""
    return Consent(Half(row.half), ConsentKind(row.kind), row.page_id, row.since, row.until, row.revoked)


def note_covered(
    session: Session, page_id: str, covers: Mapping[str, Iterable[tuple[str, bytes, datetime | None]]]
) -> None:
    """Write what consents cover now, in place of what stood there: by revision, (rule, student's index, until)."""
    known = list(covers)
    if not known:
        return
    session.exec(delete(Covered).where(col(Covered.revision_id).in_(known)))
    rows: Sequence[dict[str, object]] = [
        {"revision_id": revision, "rule": rule, "student_index": student, "page_id": page_id, "until": until}
        for revision, found in covers.items()
        for rule, student, until in found
    ]
    if rows:
        insert_rows(session, Covered, rows)


def look_again_at(session: Session, student: bytes) -> int:
    """Make the policy look again at all that a student's consents cover; how many wordings these are."""
    return _look_again(session, col(Covered.student_index) == student)


def look_again_at_ended(session: Session, page_id: str, now: datetime) -> int:
    """The same for what a page's consents do not cover any more, since their time is over."""
    return _look_again(session, (col(Covered.page_id) == page_id) & (col(Covered.until) <= now))


def pages_with_ended(session: Session, now: datetime) -> list[str]:
    """The pages on which a consent's time is over."""
    return list(session.exec(select(Covered.page_id).where(col(Covered.until) <= now).distinct()))


def _look_again(session: Session, which: object) -> int:
    ids = session.exec(select(Covered.revision_id).where(which).distinct()).all()  # type: ignore[arg-type]  # as in store
    session.exec(update(Revision).where(col(Revision.id).in_(ids)).values(flagged=None))
    session.exec(delete(Covered).where(col(Covered.revision_id).in_(ids)))
    return len(ids)
