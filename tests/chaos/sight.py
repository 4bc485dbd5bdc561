"""Everything that the oracle looks at, read once: the rows with their seals opened, and the platform's own memory."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from bot.evidence import first_break
from bot.house import House
from bot.records import (
    Action,
    Case,
    CaseStep,
    Comment,
    Decision,
    Evidence,
    Flag,
    FlagRule,
    Revision,
    Run,
    StoredSignal,
)
from bot.store import Session
from bot.store.comments import external_id
from tests.chaos.platform import Board

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
_MARK = re.compile(r"!([a-z_]+)")


def marks(text: str) -> set[str]:
    """The rules that a text breaks: in the policy each is named like the one signal that raises it here."""
    return set(_MARK.findall(text))


@dataclass(frozen=True)
class Seen:
    """The platform's memory: wordings, what it has shown and knows to be stored, what it was asked and did."""

    now: Mapping[str, tuple[str, int]]
    """State and wording number of every comment that exists."""
    wordings: Mapping[tuple[str, int], str]
    shown: Mapping[str, list[int]]
    kept: Mapping[str, list[int]]
    last_batch: frozenset[str]
    """Comments that the newest batch showed for the first time, where nobody has said that it is stored."""
    asked: Mapping[tuple[str, str], int]
    acts: list[tuple[str, str, int]]

    @classmethod
    def read(cls, board: Board) -> Seen:
        """Read the platform's file."""
        shown = [
            (int(b), str(id), int(n)) for b, id, n in _rows(board, "SELECT batch, id, number FROM shown ORDER BY seq")
        ]
        kept = {int(batch) for (batch,) in _rows(board, "SELECT batch FROM kept")}
        last = max((batch for batch, _, _ in shown), default=0)
        before = {id for batch, id, _ in shown if batch != last}
        new = frozenset(id for batch, id, _ in shown if batch == last and last not in kept) - before
        return cls(
            now={str(id): (str(s), int(n)) for id, s, n in _rows(board, "SELECT id, state, wording FROM comment")},
            wordings={(str(id), int(n)): str(t) for id, n, t in _rows(board, "SELECT id, number, text FROM wording")},
            shown=_by_comment((id, number) for _, id, number in shown),
            kept=_by_comment((id, number) for batch, id, number in shown if batch in kept),
            last_batch=new,
            asked=Counter((str(id), str(kind)) for id, kind in _rows(board, "SELECT id, kind FROM asked")),
            acts=[
                (str(id), str(k), int(n)) for id, k, n in _rows(board, "SELECT id, kind, number FROM act ORDER BY seq")
            ],
        )


@dataclass(frozen=True)
class Sight:
    """The database, by the platform's ids."""

    seen: Seen
    comments: Mapping[str, Comment]
    revisions: Mapping[str, list[tuple[Revision, str]]]
    """A comment's wordings with their texts, in order."""
    signals: Mapping[str, list[str]]
    flags: Mapping[str, list[Flag]]
    rules: Mapping[str, set[str]]
    decisions: Mapping[str, list[Decision]]
    actions: Mapping[str, list[Action]]
    evidence: Mapping[str, tuple[Evidence, str]]
    cases: Mapping[str, list[list[int]]]
    """The numbers of the steps of each case of a flag."""
    runs: list[Run]
    broken_chain: str | None

    @classmethod
    def read(cls, house: House, board: Board) -> Sight:
        """Read the whole database in one view, and the platform's file."""
        vault = house.store.vault
        with house.store.reading() as session:
            comments = {external_id(vault, row): row for row in _all(session, Comment)}
            ours = {row.id: external for external, row in comments.items()}
            texts = {
                row.id: vault.open("revision.text_sealed", row.id, row.text_sealed) if row.text_sealed else ""
                for row in _all(session, Revision)
            }
            steps = _all(session, CaseStep)
            return cls(
                seen=Seen.read(board),
                comments=comments,
                revisions=_grouped(
                    (ours[r.comment_id], (r, texts[r.id]))
                    for r in sorted(_all(session, Revision), key=lambda r: r.number)
                ),
                signals=_grouped((s.revision_id, s.name) for s in _all(session, StoredSignal)),
                flags=_grouped((f.revision_id, f) for f in _all(session, Flag)),
                rules={
                    id: set(names)
                    for id, names in _grouped((r.flag_id, r.rule) for r in _all(session, FlagRule)).items()
                },
                decisions=_grouped((d.flag_id, d) for d in _all(session, Decision)),
                actions=_grouped((ours[a.comment_id], a) for a in _all(session, Action)),
                evidence={e.id: (e, _words(vault, e)) for e in _all(session, Evidence)},
                cases=_grouped(
                    (c.flag_id, sorted(s.number for s in steps if s.case_id == c.id)) for c in _all(session, Case)
                ),
                runs=list(session.exec(select(Run).order_by(col(Run.id)))),
                broken_chain=first_break(session, vault),
            )


def _words(vault: Any, row: Evidence) -> str:
    payload = json.loads(vault.open_bytes("evidence.payload_sealed", row.id, row.payload_sealed))
    return str(payload.get("text", ""))


def _all(session: Session, table: type[Row]) -> list[Row]:
    return list(session.exec(select(table)))


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _by_comment(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """The wordings of each comment in the order of their numbers, each once."""
    return {id: sorted(set(numbers)) for id, numbers in _grouped(pairs).items()}


def _rows(board: Board, query: str) -> list[tuple[Any, ...]]:
    return board.rows(query)
