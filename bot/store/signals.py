"""Signals as rows, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from bot.records import StoredSignal, new_id
from bot.vault import Vault
from moderators.base import Signal

_DETAIL = "signal.detail_sealed"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A signal together with the detector, and its version, that found it."""

    moderator: str
    version: str
    signal: Signal


def replace_signals(session: Session, vault: Vault, revision_id: str, findings: Sequence[StoredFinding]) -> None:
    """Put the findings of a fresh scoring in place of those of an earlier one."""
    session.exec(delete(StoredSignal).where(col(StoredSignal.revision_id) == revision_id))
    session.add_all(_row(vault, revision_id, finding) for finding in findings)


def signals_of(session: Session, vault: Vault, revision_id: str) -> list[StoredFinding]:
    """What the detectors found on a revision."""
    rows = session.exec(select(StoredSignal).where(StoredSignal.revision_id == revision_id)).all()
    return [_finding(vault, row) for row in rows]


def _row(vault: Vault, revision_id: str, finding: StoredFinding) -> StoredSignal:
    signal, id = finding.signal, new_id()
    detail = json.dumps({"why": signal.why, "student": signal.student, "traits": sorted(signal.traits)})
    return StoredSignal(
        id=id,
        revision_id=revision_id,
        moderator=finding.moderator,
        version=finding.version,
        name=signal.name,
        score=signal.score,
        start=signal.start,
        end=signal.end,
        detail_sealed=vault.seal(_DETAIL, id, detail),
    )


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
