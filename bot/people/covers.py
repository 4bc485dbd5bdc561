"""Who stands in for whom at a moment, from the rows (MATRIX.md: a substitute's access begins and ends by itself)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.records import Cover, Duty, PersonRecord, SiteRecord
from bot.store import Session

EVER: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Covers:
    """The covers that hold at one moment: by substitute, the absent people."""

    now: datetime
    absent_of: Mapping[str, frozenset[str]]

    @property
    def away(self) -> frozenset[str]:
        """Everybody for whom somebody stands in."""
        return frozenset(absent for people in self.absent_of.values() for absent in people)

    def behind(self, substitute: str) -> frozenset[str]:
        """Everybody whose duties a person has: also of those for whom an absent one would have stood in."""
        found: set[str] = set()
        waiting = [substitute]
        while waiting:
            for absent in self.absent_of.get(waiting.pop(), frozenset()) - found - {substitute}:
                found.add(absent)
                waiting.append(absent)
        return frozenset(found)

    def ends_of(self, session: Session, substitutes: set[str]) -> dict[str, dict[str, datetime]]:
        """Until when each of these last stood in for whom, of the covers that have begun.

        As in `behind` also for those for whom an absent one stood in meanwhile: from when to when both held.
        """
        found: dict[str, dict[str, datetime]] = {}
        known: set[tuple[str, str, datetime, datetime]] = set()
        waiting = [(id, id, EVER[0], EVER[1]) for id in substitutes]
        while waiting:
            covers = _begun(session, {by for _, by, *_ in waiting}, self.now)
            steps = {
                (id, each.person_id, max(starts, each.starts), min(ends, each.ends))
                for id, by, starts, ends in waiting
                for each in covers.get(by, ())
            }
            waiting = [step for step in steps - known if step[0] != step[1] and step[2] < step[3]]
            known.update(waiting)
            for id, absent, _, ends in waiting:
                of_them = found.setdefault(id, {})
                of_them[absent] = max(ends, of_them.get(absent, ends))
        return found


def _begun(session: Session, substitutes: set[str], now: datetime) -> dict[str, list[Cover]]:
    """The covers by these people that have begun, also those that have ended."""
    found: dict[str, list[Cover]] = {}
    for cover in session.exec(select(Cover).where(col(Cover.substitute_id).in_(substitutes), col(Cover.starts) <= now)):
        found.setdefault(cover.substitute_id, []).append(cover)
    return found


def zone_of(session: Session, person_id: str) -> str:
    """The time zone of a person's first school, by whose days their covers are counted."""
    first = (
        select(SiteRecord.time_zone).join(Duty, col(Duty.site_id) == SiteRecord.id).where(Duty.person_id == person_id)
    )
    return session.exec(first.order_by(col(SiteRecord.id)).limit(1)).first() or "UTC"


def covers_at(session: Session, now: datetime) -> Covers:
    """The covers that hold now. Whoever has left, or has no duty of their own any more, is nobody's substitute."""
    absent, substitute = aliased(PersonRecord), aliased(PersonRecord)
    query = (
        select(Cover.person_id, Cover.substitute_id)
        .join(absent, col(absent.id) == Cover.person_id)
        .join(substitute, col(substitute.id) == Cover.substitute_id)
        .where(
            col(Cover.starts) <= now, col(Cover.ends) > now, col(absent.left).is_(None), col(substitute.left).is_(None)
        )
        .where(col(Cover.substitute_id).in_(select(Duty.person_id)))
    )
    found: dict[str, frozenset[str]] = {}
    for person_id, substitute_id in session.exec(query):
        found[substitute_id] = found.get(substitute_id, frozenset()) | {person_id}
    return Covers(now, found)
