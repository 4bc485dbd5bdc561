"""Signals as rows, and back. Everything here takes many revisions at once: a batch is a handful of statements."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from bot.domain.errors import Advice
from bot.records import IS_UNFLAGGED, IS_UNSCORED, Comment, Page, Revision, Scoring, StoredSignal, new_id
from bot.store.bulk import insert_rows
from bot.store.saving import lock_page
from bot.vault import Vault
from moderators.base import Signal

_DETAIL = "signal.detail_sealed"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A signal together with the detector, and its version, that found it."""

    moderator: str
    version: str
    signal: Signal


class Outdated(Advice):
    """What was found rests on something that has changed since."""


@dataclass(slots=True)
class Verdict:
    """What all detectors together found on one revision, and which of them could not process it."""

    findings: list[StoredFinding]
    failures: list[str]


@dataclass(frozen=True, slots=True)
class Unflagged:
    """A scored revision that the policy has not looked at; nothing of it is opened yet.

    `parent` is the blind index of the comment that it answers. `edited`: since when the comment has these words; None: from the first.
    """

    revision_id: str
    comment_id: str
    is_current: bool
    scoring: str
    author_sealed: bytes
    found: datetime
    created: datetime
    edited: datetime | None
    parent: bytes | None


def keep_verdicts(
    session: Session, vault: Vault, page_id: str, verdicts: Mapping[str, Verdict], chain: str
) -> list[str]:
    """Store what was found on these revisions (by their ids), in place of an earlier scoring. Returns those that waited.

    A revision that somebody else has scored meanwhile is left as it is.

    Raises:
        Outdated: another process scores this page with newer detectors, roster or policy; nothing was stored.
    """
    lock_page(session, page_id)
    if session.exec(select(Page.scored_with).where(Page.id == page_id)).one() != chain:
        raise Outdated("roster, policy or detectors have changed in the middle: the next run scores with the new ones")
    waited = select(Revision.id, Revision.attempts, Revision.scored_with).where(
        col(Revision.id).in_(verdicts), IS_UNSCORED
    )
    rows = session.exec(waited).all()
    again = [id for id, attempts, scored_with in rows if attempts or scored_with]
    if again:
        session.exec(delete(StoredSignal).where(col(StoredSignal.revision_id).in_(again)))
    signals = [_row(vault, id, finding) for id, *_ in rows for finding in verdicts[id].findings]
    if signals:
        insert_rows(session, StoredSignal, signals)
    scored = [id for id, *_ in rows if not verdicts[id].failures]
    fields = {"scored_with": chain, "flagged": None}
    done = {"scoring": Scoring.SCORED.value, "failure": "", "attempts": 0}
    session.exec(update(Revision).where(col(Revision.id).in_(scored)).values(**fields, **done))
    for id, attempts, _ in rows:
        if failures := verdicts[id].failures:
            why = {"scoring": Scoring.FAILED.value, "failure": ", ".join(failures), "attempts": attempts + 1}
            session.exec(update(Revision).where(col(Revision.id) == id).values(**fields, **why))
    return [id for id, *_ in rows]


def unflagged(session: Session, page_id: str, limit: int) -> list[Unflagged]:
    """The oldest scored revisions that the policy has not looked at."""
    rows = session.exec(
        _LOOKED_AT.where(Revision.page_id == page_id, IS_UNFLAGGED).order_by(col(Revision.id)).limit(limit)
    )
    return [_unflagged(*row) for row in rows]


def looked_at(session: Session, comment_ids: Sequence[str]) -> list[Unflagged]:
    """The wording that these comments have now, where it has been scored."""
    scored = (col(Revision.number) == Comment.current, col(Revision.scoring) != Scoring.UNSCORED)
    rows = session.exec(_LOOKED_AT.where(col(Comment.id).in_(comment_ids), *scored).order_by(col(Revision.id)))
    return [_unflagged(*row) for row in rows]


_LOOKED_AT: Any = select(
    Revision.id, Revision.number, Revision.scoring, Revision.edited, Revision.found,
    Comment.id, Comment.current, Comment.author_sealed, Comment.created, Comment.parent_index,
).join(Comment, col(Comment.id) == Revision.comment_id)  # type: ignore[call-overload]  # SQLModel counts to four  # fmt: skip


def _unflagged(
    id: str, number: int, scoring: str, edited: datetime | None, found: datetime,
    comment_id: str, current: int, author: bytes, created: datetime, parent: bytes | None,
) -> Unflagged:  # fmt: skip
    since = None if number == 1 else edited or found
    return Unflagged(id, comment_id, number == current, scoring, author, found, created, since, parent)


def signals_of(
    session: Session, vault: Vault, revision_ids: Sequence[str], names: Collection[str] | None = None
) -> dict[str, list[StoredFinding]]:
    """What the detectors found on each of these revisions, or what of these names; one without signals is not in the answer."""
    found: dict[str, list[StoredFinding]] = {}
    query = select(StoredSignal).where(col(StoredSignal.revision_id).in_(revision_ids)).order_by(col(StoredSignal.id))
    if names is not None:
        query = query.where(col(StoredSignal.name).in_(sorted(names)))
    for row in session.exec(query):
        found.setdefault(row.revision_id, []).append(_finding(vault, row))
    return found


def _row(vault: Vault, revision_id: str, finding: StoredFinding) -> dict[str, object]:
    signal, id = finding.signal, new_id()
    detail = json.dumps({"why": signal.why, "student": signal.student, "traits": sorted(signal.traits)})
    return {
        "id": id,
        "revision_id": revision_id,
        "moderator": finding.moderator,
        "version": finding.version,
        "name": signal.name,
        "score": signal.score,
        "start": signal.start,
        "end": signal.end,
        "detail_sealed": vault.seal(_DETAIL, id, detail),
    }


def _finding(vault: Vault, row: StoredSignal) -> StoredFinding:
    detail = json.loads(vault.open(_DETAIL, row.id, row.detail_sealed))
    signal = Signal(
        name=row.name,
        score=row.score,
        start=row.start,
        end=row.end,
        why=detail["why"],
        student=detail["student"],
        traits=frozenset(detail["traits"]),
    )
    return StoredFinding(row.moderator, row.version, signal)
