"""Consents: a student may be named or shown only with BOTH the parent's and the principal's written one (MATRIX.md, Consent; II.3, III)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.roster import folded_name
from moderators.base import Student


class ConsentKind(StrEnum):
    """To what somebody consents: that the student is named, shown in a photograph or video, or that their work is."""

    NAME = "name"
    PHOTO = "photo"
    VIDEO = "video"
    WORK = "work"


class Half(StrEnum):
    """Who has consented. One half alone changes nothing."""

    PARENT = "parent"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True)
class Consent:
    """One half, as it is on paper. `page` None: every page of the school. `until` None: until it is revoked."""

    half: Half
    kind: ConsentKind
    page: str | None
    since: datetime
    until: datetime | None = None
    revoked: datetime | None = None

    def holds(self, kind: ConsentKind, page: str, at: datetime) -> bool:
        """Whether it counts for this kind, on this page, at this time. On its last moment it does not any more."""
        ended = any(end is not None and end <= at for end in (self.until, self.revoked))
        return self.kind is kind and self.page in (None, page) and self.since <= at and not ended


@dataclass(frozen=True, slots=True)
class Cover:
    """That both halves hold. `until`: when the first of them ends by itself; None: neither does."""

    until: datetime | None


def covered(consents: Iterable[Consent], kind: ConsentKind, page: str, at: datetime) -> Cover | None:
    """Whether a student's consents cover this at this time; None: at least one half is missing.

    Of several papers of one half the one that ends last counts.
    """
    halves: list[datetime | None] = []
    given = list(consents)
    for half in Half:
        ends = [c.until for c in given if c.half is half and c.holds(kind, page, at)]
        if not ends:
            return None
        halves.append(None if None in ends else max(end for end in ends if end is not None))
    return Cover(min((end for end in halves if end is not None), default=None))


def key_of(student: Student, site: str, page: str) -> str:
    """What names a student from one roster to the next: the number in the whole school, or else the full name on one page."""
    if student.student_number:
        return f"{site}\n#{student.student_number}"
    return f"{page}\n{folded_name(f'{student.first} {student.last}')}"
