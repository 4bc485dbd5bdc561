"""The review queue: a school's flags that wait for a person, the most urgent first, and one flag with all that is needed to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, literal, select, tuple_

from bot.domain.deadlines import is_overdue
from bot.domain.own_rules import is_only_drawn
from bot.domain.review import FlagState
from bot.domain.rights import may_see, why_not
from bot.house import House
from bot.people import KnownPerson, email_of, find_person, sites_of, situation
from bot.records import IS_UNSCORED, WAITS, Action, ActionState, Case, Comment, Flag, FlagRule, Revision, SiteRecord
from bot.records.columns import UtcDateTime
from bot.store import Session
from bot.store.comments import StoredComment, external_id, opened, stored_comment, thread_around
from bot.vault import KeyProblem, Vault
from connectors.base import CommentState

PAGE = 50
"""Flags that are looked up at a time: more than anybody decides between two meetings."""

_WHY = "flag_rule.why_sealed"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule of a flag, in words. `start` and `end` point into the comment's text (0, 0: the whole of it)."""

    rule: str
    title: str
    clause: str
    severity: str
    recommend: str
    why: str
    score: float
    moderator: str
    version: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QueuedFlag:
    """One line of the queue: everything but the words themselves."""

    flag: str
    page: str
    comment: str
    rules: tuple[BrokenRule, ...]
    severity: str
    deadline: datetime
    time_zone: str
    overdue: bool
    state: str
    held: bool
    """Hidden on the platform until somebody has looked."""
    deleted: bool
    edited: bool
    """Other words stand there now: those that the flag is about are kept, and wait for a decision all the same."""
    restricted: bool
    acknowledged: bool
    not_serious: bool
    assigned: str
    """The address of the person whose turn it is; empty: nobody's more than the others'."""
    bundle: str | None
    """The flags with which it is shown and decided together (`bot/bundles`); None: it stands by itself."""
    version: int
    """To be handed back with the decision: it says which state of the flag was shown."""
    place: tuple[int, datetime, str]
    """Where it stands in the queue: what `queue` goes on behind."""

    @property
    def why(self) -> str:
        """One sentence or two that quote nothing of the comment."""
        return " ".join(dict.fromkeys(rule.why for rule in self.rules))

    @property
    def only_drawn(self) -> bool:
        """Drawn at random: whoever says that it breaks the policy has to say which rule."""
        return is_only_drawn(rule.rule for rule in self.rules)


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag opened for somebody with the right to decide it: the words, and the thread around them."""

    queued: QueuedFlag
    comment: StoredComment
    thread: tuple[StoredComment, ...]
    policy_version: str
    reason_not: str | None
    """Why this person may look but not decide, or None."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What else waits, as counts."""

    unscored: int
    failed: int
    cases: int
    actions: int
    manual: int


def queue(
    house: House,
    email: str | None = None,
    *,
    now: datetime,
    limit: int = PAGE,
    behind: tuple[int, datetime, str] | None = None,
    bundled: bool = True,
) -> list[QueuedFlag]:
    """The most urgent flags that wait for a decision, of all schools or of those that this person may see, at most `limit`.

    `behind` is the `place` of the last flag of the page before. `bundled`: also those that are decided together with others.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    found: list[QueuedFlag] = []
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now) if email else None
        while len(found) < limit:
            rows = _next_flags(session, person, behind, bundled=bundled)
            rules = _rules_of(session, house, [flag for flag, *_ in rows])
            assigned = _assigned(session, house.store.vault, [flag for flag, *_ in rows])
            found += [
                _queued(house.store.vault, flag, comment, rules.get(flag.id, ()), assigned, zone, now)
                for flag, comment, revision, zone in rows
                if person is None or _may_see(session, house.store.vault, person, flag, comment, revision)
            ]
            if len(rows) < PAGE:
                break
            behind = _place(rows[-1][0])
    return found[:limit]


def _next_flags(
    session: Session, person: KnownPerson | None, behind: tuple[int, datetime, str] | None, *, bundled: bool
) -> Sequence[tuple[Flag, Comment, Revision, str]]:
    """The next flags in the order of the queue, found by its index however many wait."""
    query = (
        select(Flag, Comment, Revision, SiteRecord.time_zone)
        .join(Comment, col(Comment.id) == Flag.comment_id)
        .join(Revision, col(Revision.id) == Flag.revision_id)
        .join(SiteRecord, col(SiteRecord.id) == Flag.site_id)
        .where(WAITS)
        .order_by(col(Flag.rank), col(Flag.due), col(Flag.id))
        .limit(PAGE)
    )
    if person is not None:
        query = query.where(col(Flag.site_id).in_(sites_of(person)))
    if not bundled:
        query = query.where(col(Flag.bundle_id).is_(None))
    if behind is not None:
        rank, due, id = behind
        place = tuple_(col(Flag.rank), col(Flag.due), col(Flag.id))
        query = query.where(place > tuple_(literal(rank), literal(due, UtcDateTime()), literal(id)))
    return session.exec(query).all()


def open_flag(house: House, flag_id: str, email: str, *, now: datetime) -> OpenFlag | None:
    """One flag with its words for somebody who may see it; None where it is not for their eyes.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        flag = session.get(Flag, flag_id)
        if flag is None:
            return None
        comment = stored_comment(session, vault, flag.revision_id)
        stands = situation(session, person, flag, comment.author.name, comment.text)
        if not may_see(stands):
            return None
        row = session.get_one(Comment, flag.comment_id)
        rules = _rules_of(session, house, [flag]).get(flag.id, ())
        return OpenFlag(
            queued=_queued(
                vault,
                flag,
                row,
                rules,
                _assigned(session, vault, [flag]),
                session.get_one(SiteRecord, flag.site_id).time_zone,
                now,
            ),
            comment=comment,
            thread=tuple(thread_around(session, vault, flag.comment_id)),
            policy_version=flag.policy_version,
            reason_not=why_not(stands),
        )


def waiting(house: House) -> Waiting:
    """Counts of what no queue line shows: comments not classified, open cases, actions under way or for a person to do."""
    with house.store.reading() as session:

        def count(*conditions: object) -> int:
            return session.exec(select(func.count()).where(*conditions)).one()  # type: ignore[arg-type]  # as in store

        return Waiting(
            unscored=count(IS_UNSCORED, col(Revision.id).is_not(None)),
            failed=count(
                col(FlagRule.rule) == "unchecked", col(FlagRule.flag_id) == Flag.id, col(Flag.state) == FlagState.OPEN
            ),
            cases=count(col(Case.closed).is_(None), col(Case.id).is_not(None)),
            actions=count(col(Action.state) == ActionState.PENDING),
            manual=count(col(Action.state) == ActionState.MANUAL),
        )


def _may_see(session: Session, vault: Vault, person: KnownPerson, flag: Flag, row: Comment, revision: Revision) -> bool:
    try:
        comment = opened(vault, revision, row)
    except KeyProblem:  # one row that does not open must not hide the others; opening it will say what is wrong
        return may_see(situation(session, person, flag, "", ""))
    return may_see(situation(session, person, flag, comment.author.name, comment.text))


def _rules_of(session: Session, house: House, flags: Sequence[Flag]) -> dict[str, tuple[BrokenRule, ...]]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    order = {severity: rank for rank, severity in enumerate(("critical", "high", "medium", "low"))}
    found: dict[str, list[BrokenRule]] = {}
    ids = [flag.id for flag in flags]
    for row in session.exec(select(FlagRule).where(col(FlagRule.flag_id).in_(ids))):
        why = house.store.vault.open(_WHY, f"{row.flag_id}:{row.rule}", row.why_sealed)
        found.setdefault(row.flag_id, []).append(
            BrokenRule(
                rule=row.rule,
                title=titles.get(row.rule, row.rule),
                clause=row.clause,
                severity=row.severity,
                recommend=row.recommend,
                why=why,
                score=row.score,
                moderator=row.moderator,
                version=row.moderator_version,
                start=row.start,
                end=row.end,
            )
        )
    return {id: tuple(sorted(rules, key=lambda r: (order[r.severity], -r.score))) for id, rules in found.items()}


def _assigned(session: Session, vault: Vault, flags: Sequence[Flag]) -> Mapping[str, str]:
    """The addresses of the people to whom these flags are assigned, by person."""
    people = {flag.assigned_to for flag in flags if flag.assigned_to is not None}
    return {person: email_of(session, vault, person) for person in people}


def _queued(
    vault: Vault,
    flag: Flag,
    comment: Comment,
    rules: tuple[BrokenRule, ...],
    assigned: Mapping[str, str],
    zone: str,
    now: datetime,
) -> QueuedFlag:
    return QueuedFlag(
        flag=flag.id,
        page=flag.page_id,
        comment=external_id(vault, comment),
        rules=rules,
        severity=flag.severity,
        deadline=flag.due,
        time_zone=zone,
        overdue=is_overdue(flag.due, now),
        state=flag.state,
        held=flag.held and comment.state == CommentState.HELD,
        deleted=comment.deleted is not None,
        edited=flag.edited is not None,
        restricted=flag.restricted,
        acknowledged=flag.acknowledged is not None,
        not_serious=flag.not_serious_by is not None,
        assigned=assigned.get(flag.assigned_to or "", ""),
        bundle=flag.bundle_id,
        version=flag.version,
        place=_place(flag),
    )


def _place(flag: Flag) -> tuple[int, datetime, str]:
    return (flag.rank, flag.due, flag.id)
