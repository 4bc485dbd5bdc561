"""What somebody may mean who types a flag's id: looked up at each key, so that no comment is opened that need not be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from bot.domain.class_pages import Severity
from bot.domain.review import FlagState, Outcome
from bot.house import House
from bot.people import KnownPerson, find_person, sees, sites_of
from bot.records import WAITS, Flag, FlagRule, Page, SiteRecord
from bot.store import Session
from bot.store.comments import stored_comment
from bot.store.deciding import last_decision
from bot.vault import KeyProblem, Vault

MOST_CHOICES: Final = 25
"""What Discord shows of what somebody may mean while they type."""

_MOST_WAITING: Final = 100
"""The most urgent flags among which is searched for what was typed."""


@dataclass(frozen=True, slots=True)
class Named:
    """A flag without a word of it. `rules` are ids with the policy's titles, the worst first.

    `decision` is the last one's kind and `when` its time; empty: it waits, and `when` is its deadline.
    """

    flag: str
    page: str
    severity: str
    rules: tuple[tuple[str, str], ...]
    decision: str
    when: datetime
    time_zone: str


def flags_to_name(house: House, email: str, now: datetime) -> list[Named]:
    """The flags that wait for somebody, the most urgent first; then the newest that were upheld on a teacher's own pages.

    An author's appeal is handed in against one of the latter.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now)
        waiting = [flag for flag in _waiting(session, person) if _may_see(session, house.store.vault, person, flag)]
        found = [*waiting, *_upheld(session, person)]
        rules = _rules(session, house, found)
        zones = {site.id: site.time_zone for site in session.exec(select(SiteRecord))}
        return [_named(session, flag, rules.get(flag.id, ()), zones[flag.site_id]) for flag in found]


def _waiting(session: Session, person: KnownPerson) -> Sequence[Flag]:
    query = select(Flag).where(WAITS, col(Flag.site_id).in_(sites_of(person)))
    return session.exec(query.order_by(col(Flag.rank), col(Flag.due), col(Flag.id)).limit(_MOST_WAITING)).all()


def _upheld(session: Session, person: KnownPerson) -> Sequence[Flag]:
    teachers = [person.id, *(absent.id for absent in person.stands_in_for)]
    own = select(Page.id).where(col(Page.teacher_id).in_(teachers))
    upheld = (Flag.state == FlagState.CLOSED, Flag.outcome == Outcome.UPHELD, col(Flag.restricted).is_(False))
    query = select(Flag).where(col(Flag.page_id).in_(own), *upheld)
    return session.exec(query.order_by(col(Flag.id).desc()).limit(MOST_CHOICES)).all()


def _may_see(session: Session, vault: Vault, person: KnownPerson, flag: Flag) -> bool:
    """Whether the flag exists for this person. Only of a restricted one does that hang on its words."""
    try:
        if flag.restricted:
            stored_comment(session, vault, flag.revision_id)
    except KeyProblem:
        return False
    return sees(session, person, flag)


def _rules(session: Session, house: House, flags: Iterable[Flag]) -> dict[str, tuple[tuple[str, str], ...]]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    query = select(FlagRule.flag_id, FlagRule.rule, FlagRule.severity, FlagRule.score).where(
        col(FlagRule.flag_id).in_([flag.id for flag in flags])
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for flag, rule, _, _ in sorted(session.exec(query), key=lambda row: (Severity(row[2]).rank, -row[3])):
        found.setdefault(flag, []).append((rule, titles.get(rule, rule)))
    return {flag: tuple(rules) for flag, rules in found.items()}


def _named(session: Session, flag: Flag, rules: tuple[tuple[str, str], ...], zone: str) -> Named:
    last = last_decision(session, flag.id) if flag.state == FlagState.CLOSED else None
    decision, when = (last.kind, last.at) if last else ("", flag.due)
    return Named(flag.id, flag.page_id, flag.severity, rules, decision, when, zone)
