"""What a receiver is told: ids, kinds and times. No word of a comment, no name, no address, nobody's note (DESIGN.md 11)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from sqlmodel import col, select

from bot.domain.webhooks import EventName
from bot.records import Action, Case, Decision, Flag, FlagRule
from bot.store import Session


def body_of(session: Session, event: EventName, subject: str, flag: Flag, at: datetime) -> str:
    """The JSON of one event. Kept as it is for every attempt, since it is what was signed."""
    rules = session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.rule)))
    data: dict[str, object] = {
        "site": flag.site_id,
        "page": flag.page_id,
        "flag": flag.id,
        "rules": list(rules),
        "severity": flag.severity,
        "state": flag.state,
        "outcome": flag.outcome,
        "opened": _time(flag.opened),
        "deadline": _time(flag.due),
        "look": f"/flag {flag.id[-8:]} in the review channel, or `hallmonitor review`",
    }
    return _written(event, at, data | _MORE[event](session, subject))


def test_body(site: str, now: datetime) -> str:
    """What `webhooks test` sends."""
    return _written("test", now, {"site": site})


def _nothing(_: Session, __: str) -> dict[str, object]:
    return {}


def _decision(session: Session, id: str) -> dict[str, object]:
    row = session.get_one(Decision, id)
    by = "policy" if row.person_id is None else "person"
    return {"decision": {"id": id, "kind": row.kind, "by": by, "at": _time(row.at)}}


def _action(session: Session, id: str) -> dict[str, object]:
    row = session.get_one(Action, id)
    told = {"id": id, "kind": row.kind, "state": row.state, "decision": row.decision_id, "ordered": _time(row.created)}
    return {"action": told | {"done": _time(row.done)}}


def _case(session: Session, id: str) -> dict[str, object]:
    row = session.get_one(Case, id)
    return {"case": {"id": id, "opened": _time(row.opened), "closed": _time(row.closed)}}


_MORE: Final[Mapping[EventName, Callable[[Session, str], dict[str, object]]]] = MappingProxyType(
    {
        EventName.FLAG_OPENED: _nothing,
        EventName.FLAG_DECIDED: _decision,
        EventName.ACTION_DONE: _action,
        EventName.ACTION_FAILED: _action,
        EventName.CASE_OPENED: _case,
        EventName.CASE_CLOSED: _case,
    }
)


def _written(type: str, at: datetime, data: Mapping[str, object]) -> str:
    return json.dumps({"type": type, "timestamp": _time(at), "data": data}, separators=(",", ":"))


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
