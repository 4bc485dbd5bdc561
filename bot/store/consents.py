"""Consents as rows, and what they cover (MATRIX.md, Consent)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, exists, or_, select, update

from bot.domain.consent import Consent, ConsentKind, Half, key_of
from bot.domain.review import Outcome
from bot.records import ConsentRecord, Covered, Flag, Revision
from bot.store.bulk import insert_rows, parts
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


def look_again_at(session: Session, student: bytes, site_id: str, now: datetime) -> None:
    """Make the policy look again at all that a student's consents cover, and at what people have closed as covered at that school."""
    _look_again(session, select(Covered.revision_id).where(Covered.student_index == student))
    _look_again(session, _closed_as_covered(now).where(Flag.site_id == site_id))


def look_again_at_ended(session: Session, page_id: str, now: datetime) -> None:
    """The same for what a page's consents do not cover any more, since their time is over."""
    _look_again(session, select(Covered.revision_id).where(Covered.page_id == page_id, col(Covered.until) <= now))
    _look_again(session, _closed_as_covered(now).where(Flag.page_id == page_id))


def pages_with_ended(session: Session, now: datetime) -> list[str]:
    """The pages on which a consent has ended, and the policy has not looked again."""
    closed = _closed_as_covered(now).with_only_columns(col(Flag.page_id))
    found = session.exec(select(Covered.page_id).where(col(Covered.until) <= now).distinct()).all()
    return sorted({*found, *session.exec(closed.distinct())})


def _closed_as_covered(now: datetime) -> Any:
    """The wordings of flags that a person has closed as covered, if a consent of their school has ended since the policy looked at them.

    Whether that consent had covered them is for the policy to say. Nothing of it is remembered: a death cannot lose it.
    """
    ends = (col(ConsentRecord.until), col(ConsentRecord.revoked))
    ended = exists().where(
        col(ConsentRecord.site_id) == Flag.site_id, or_(*((end <= now) & (end >= Revision.flagged) for end in ends))
    )
    wordings: Any = select(Revision.id).select_from(Revision).join(Flag, col(Flag.revision_id) == Revision.id)
    return wordings.where(Flag.outcome == Outcome.CONSENTED, ended)


def _look_again(session: Session, revisions: Any) -> None:
    for part in parts(session.exec(revisions.distinct()).all()):
        session.exec(update(Revision).where(col(Revision.id).in_(part)).values(flagged=None))
        session.exec(delete(Covered).where(col(Covered.revision_id).in_(part)))
