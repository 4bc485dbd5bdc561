"""Which flags may be drawn into a bundle: they wait, nobody has them, and nothing of them has to be read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import and_, col, exists, false, func, or_, select

from bot.bundles.members import IS_DECIDED
from bot.domain.bundles import RECENT, Free
from bot.domain.class_pages import Severity
from bot.domain.own_rules import OWN_RULES
from bot.domain.policy import Fact, Policy
from bot.domain.review import FlagState, Verdict
from bot.house import House
from bot.records import WAITS, Comment, ConsentRecord, Decision, Flag, FlagRule, Revision
from bot.rosters import students_of
from bot.store import Session
from bot.store.consents import student_index
from bot.store.signals import signals_of

_IS_NOBODYS = (
    WAITS,
    Flag.state == FlagState.OPEN,
    col(Flag.restricted).is_(False),
    col(Flag.rank) > Severity.CRITICAL.rank,
    col(Flag.bundle_id).is_(None),
    col(Flag.bundle_place).is_(None),
    col(Flag.acknowledged).is_(None),
    col(Flag.assigned_to).is_(None),
    col(Flag.not_serious_by).is_(None),
    col(Flag.edited).is_(None),
    ~IS_DECIDED,
)
"""What makes a flag leave its bundle (`members`) keeps it out of all."""

_UNCOVERED = (
    select(func.max(Decision.at))
    .where(col(Decision.flag_id) == Flag.id, Decision.kind == Verdict.UNCOVER)
    .correlate(Flag)
    .scalar_subquery()
)
_SINCE: Any = func.coalesce(_UNCOVERED, Flag.opened)
"""Since when a flag waits: since it was raised, or since the end of a consent that covered it."""


def free_flags(session: Session, house: House, now: datetime, only: str | None = None) -> dict[str, list[Free]]:
    """The flags that may be drawn into a bundle, by their page; `only` of this page.

    Left out is whatever somebody has decided, taken, or been given, what is restricted or critical, and what is read one by one:
    a rule that is critical at its sternest, and comments in which nothing was found.
    """
    alone = _breaks(col(FlagRule.rule).in_(_read_one_by_one(house.policy)))
    which = (*_IS_NOBODYS, now - RECENT < _SINCE, ~alone, *((Flag.page_id == only,) if only else ()))
    query = select(Flag.id, Flag.page_id, Comment.created, _SINCE).join(Comment, col(Comment.id) == Flag.comment_id)
    rows = session.exec(query.where(*which)).all()
    names = set(session.exec(select(Flag.id).where(*which, ~_breaks(~_first_name(house.policy))))) if rows else set()
    uncovered = set(_uncovered(session, house, which, now)) if rows else set()
    found: dict[str, list[Free]] = {}
    for id, page, posted, opened in rows:
        found.setdefault(page, []).append(Free(id, posted, opened, id in names, id in uncovered))
    return found


def _breaks(which: Any) -> Any:
    """Whether a flag says that its comment breaks such a rule."""
    return exists().where(col(FlagRule.flag_id) == Flag.id, which)


def _read_one_by_one(policy: Policy) -> list[str]:
    """A cry for help of which the detector is not sure is medium; it is read all the same. So is what could not be checked."""
    return sorted(OWN_RULES | {rule.id for rule in policy.rules if rule.severity is Severity.CRITICAL})


def _first_name(policy: Policy) -> Any:
    """The rules and levels that say of a student's first name that it stands alone."""
    levels = [(r.id, level.severity) for r in policy.rules for level in r.levels if Fact.FIRST_NAME_ONLY in level.when]
    return or_(false(), *(and_(FlagRule.rule == rule, FlagRule.severity == severity) for rule, severity in levels))


def _uncovered(session: Session, house: House, which: Sequence[Any], now: datetime) -> Iterator[str]:
    """The flags on comments that consents covered until they ended: nothing else is said of them.

    Found from the rows alone, so that nothing has to be remembered between a consent's end and the flags: the comment was there before
    the end, the flag was raised after it, or waits again since then, and it names that student.
    """
    rules = {rule.id: rule for rule in house.policy.rules if rule.consent}
    ends = (col(ConsentRecord.revoked), col(ConsentRecord.until))
    ended = or_(*((col(Revision.found) <= end) & (end <= _SINCE) for end in ends))
    query = (
        select(Flag.id, Flag.page_id, Flag.site_id, Flag.revision_id)
        .join(Revision, col(Revision.id) == Flag.revision_id)
        .join(ConsentRecord, (col(ConsentRecord.site_id) == Flag.site_id) & ended)
        .where(*which, ~_breaks(col(FlagRule.rule).not_in(rules)))
        .distinct()
    )
    rows = session.exec(query).all()
    for page, site in {(page, site) for _, page, site, _ in rows}:
        of_page = {revision: id for id, at, _, revision in rows if at == page}
        students = _ended_students(session, house, site, page, now)
        signals = {name for rule in rules.values() for name in rule.signals}
        for revision, findings in signals_of(session, house.store.vault, list(of_page), signals).items():
            if any(f.signal.student in students for f in findings):
                yield of_page[revision]


def _ended_students(session: Session, house: House, site: str, page: str, now: datetime) -> set[str | None]:
    """The students of a page's roster of whose consents one has ended."""
    is_ended = col(ConsentRecord.revoked).is_not(None) | (col(ConsentRecord.until) <= now)
    ended = set(session.exec(select(ConsentRecord.student_index).where(ConsentRecord.site_id == site, is_ended)))
    vault = house.store.vault
    return {s.id for s in students_of(session, vault, page) if student_index(vault, s, site, page) in ended}
