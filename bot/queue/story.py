"""The review queue: a school's flags that wait for a person, the most urgent first, and one flag with all that is needed to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import col, func, literal, select, tuple_

from bot.domain.deadlines import is_overdue
from bot.domain.review import Choice, FlagState, offered
from bot.domain.rights import Situation, may_see, why_no_appeal, why_not
from bot.domain.strikes import Strike
from bot.house import House
from bot.people import KnownPerson, email_of, find_person, name_of, sites_of, situation
from bot.queue.views import BrokenRule, LastDecision, OpenFlag, QueuedFlag, Waiting
from bot.records import (
    IS_UNSCORED,
    WAITS,
    Action,
    ActionState,
    Case,
    Comment,
    Decision,
    Flag,
    FlagRule,
    Revision,
    SiteRecord,
)
from bot.records.columns import UtcDateTime
from bot.store import Session
from bot.store.comments import NOBODY, StoredComment, external_id, opened, stored_comment, thread_around
from bot.store.deciding import flag_view, last_decision
from bot.strikes import Strikes
from bot.vault import KeyProblem, Vault
from connectors.base import CommentState

PAGE = 50
"""Flags that are looked up at a time: more than anybody decides between two meetings."""

_WHY = "flag_rule.why_sealed"


def queue(
    house: House,
    email: str | None = None,
    *,
    now: datetime,
    limit: int = PAGE,
    behind: tuple[int, datetime, str] | None = None,
    bundled: bool = True,
) -> list[QueuedFlag]:
    """The most urgent flags that wait for a decision, at most `limit`: those that this person may see.

    Without a person those of all schools, but for restricted ones: whoever has the machine learns nothing of them.
    `behind` is the `place` of the last flag of the page before. `bundled`: also those that are decided together with others.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    found: list[QueuedFlag] = []
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now) if email else None
        strikes = Strikes(session, house, person, now)
        while len(found) < limit:
            rows = _next_flags(session, person, behind, bundled=bundled)
            found += _lines(session, house, person, strikes, rows, now)
            if len(rows) < PAGE:
                break
            behind = _place(rows[-1][0])
    return found[:limit]


def _lines(
    session: Session,
    house: House,
    person: KnownPerson | None,
    strikes: Strikes,
    rows: Sequence[tuple[Flag, Comment, Revision, str]],
    now: datetime,
) -> Iterator[QueuedFlag]:
    """The lines that this person may see; whoever may decide one is told of its author's strikes, too."""
    vault, flags = house.store.vault, [flag for flag, *_ in rows]
    rules, assigned = _rules_of(session, house, flags), _assigned(session, vault, flags)
    for flag, row, revision, zone in rows:
        broken, strike = rules.get(flag.id, ()), None
        if person is not None:
            comment = _read(vault, revision, row)
            stands = _stands(session, person, flag, comment)
            if not may_see(stands):
                continue
            if comment is not None and why_not(stands) is None:
                strike = strikes.of(flag, comment.author, [rule.rule for rule in broken])
        yield _queued(vault, flag, row, broken, assigned, zone, now, strike)


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
    of_whom = col(Flag.restricted).is_(False) if person is None else col(Flag.site_id).in_(sites_of(person))
    query = query.where(of_whom)
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
        stands = situation(session, person, flag, comment.author, comment.text)
        if not may_see(stands):
            return None
        row, zone = session.get_one(Comment, flag.comment_id), session.get_one(SiteRecord, flag.site_id).time_zone
        rules, assigned = _rules_of(session, house, [flag]).get(flag.id, ()), _assigned(session, vault, [flag])
        strike = None
        if why_not(stands) is None:
            strike = Strikes(session, house, person, now).of(flag, comment.author, [rule.rule for rule in rules])
        last = last_decision(session, flag.id)
        return OpenFlag(
            queued=_queued(vault, flag, row, rules, assigned, zone, now, strike),
            comment=comment,
            thread=tuple(thread_around(session, vault, flag.comment_id)),
            policy_version=flag.policy_version,
            reason_not=why_not(stands),
            offered=_offered(session, flag, stands, now),
            decided=_decided(session, vault, last) if last else None,
        )


def _decided(session: Session, vault: Vault, last: Decision) -> LastDecision:
    by, name = (of(session, vault, last.person_id) for of in (email_of, name_of))
    return LastDecision(last.kind, by, last.at, name)


def _offered(session: Session, flag: Flag, stands: Situation, now: datetime) -> tuple[Choice, ...]:
    """What this person may press: to decide needs the right to decide, an author's appeal the right to hand it in."""
    needed = {Choice.APPEAL: why_no_appeal}
    choices = offered(flag_view(session, flag), now)
    return tuple(choice for choice in choices if needed.get(choice, why_not)(stands) is None)


def waiting(house: House) -> Waiting:
    """Counts of what no queue line shows: comments not classified, open cases, actions under way or for a person to do.

    What hangs on a restricted flag is in none of them: whoever has the machine may be the one who is meant.
    """
    known = col(Flag.restricted).is_(False)
    with house.store.reading() as session:

        def count(*conditions: object) -> int:
            return session.exec(select(func.count()).where(*conditions)).one()  # type: ignore[arg-type]  # as in store

        return Waiting(
            unscored=count(IS_UNSCORED, col(Revision.id).is_not(None)),
            failed=count(
                col(FlagRule.rule) == "unchecked",
                col(FlagRule.flag_id) == Flag.id,
                col(Flag.state) == FlagState.OPEN,
                known,
            ),
            cases=count(col(Case.closed).is_(None), col(Case.flag_id) == Flag.id, known),
            actions=count(col(Action.state) == ActionState.PENDING, col(Action.flag_id) == Flag.id, known),
            manual=count(col(Action.state) == ActionState.MANUAL, col(Action.flag_id) == Flag.id, known),
        )


def _read(vault: Vault, revision: Revision, row: Comment) -> StoredComment | None:
    """The comment; None: it does not open. One such row must not hide the others; opening it will say what is wrong."""
    try:
        return opened(vault, revision, row)
    except KeyProblem:
        return None


def _if_it_opens(opened: Callable[[], str]) -> tuple[str, str]:
    """What is sealed, and nothing; or, likewise, nothing, and what is the matter with its key."""
    try:
        return opened(), ""
    except KeyProblem as problem:
        return "", str(problem)


def _stands(session: Session, person: KnownPerson, flag: Flag, comment: StoredComment | None) -> Situation:
    return situation(session, person, flag, *((comment.author, comment.text) if comment else (NOBODY, "")))


def _rules_of(session: Session, house: House, flags: Sequence[Flag]) -> dict[str, tuple[BrokenRule, ...]]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    order = {severity: rank for rank, severity in enumerate(("critical", "high", "medium", "low"))}
    found: dict[str, list[BrokenRule]] = {}
    ids = [flag.id for flag in flags]
    for row in session.exec(select(FlagRule).where(col(FlagRule.flag_id).in_(ids))):
        why, sealed = _if_it_opens(partial(house.store.vault.open, _WHY, f"{row.flag_id}:{row.rule}", row.why_sealed))
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
                sealed=sealed,
            )
        )
    return {id: tuple(sorted(rules, key=lambda r: (order[r.severity], -r.score))) for id, rules in found.items()}


def _assigned(session: Session, vault: Vault, flags: Sequence[Flag]) -> Mapping[str, tuple[str, str]]:
    """The addresses of the people to whom these flags are assigned, by person; each as `_if_it_opens` has it."""
    people = {flag.assigned_to for flag in flags if flag.assigned_to is not None}
    return {person: _if_it_opens(partial(email_of, session, vault, person)) for person in people}


def _queued(
    vault: Vault,
    flag: Flag,
    comment: Comment,
    rules: tuple[BrokenRule, ...],
    assigned: Mapping[str, tuple[str, str]],
    zone: str,
    now: datetime,
    strike: Strike | None,
) -> QueuedFlag:
    id, sealed = _if_it_opens(partial(external_id, vault, comment))
    whose, lost = assigned.get(flag.assigned_to or "", ("", ""))
    return QueuedFlag(
        flag=flag.id,
        page=flag.page_id,
        comment=id,
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
        assigned=whose,
        bundle=flag.bundle_id,
        version=flag.version,
        place=_place(flag),
        strike=strike,
        sealed=next(filter(None, (sealed, lost, *(rule.sealed for rule in rules))), ""),
    )


def _place(flag: Flag) -> tuple[int, datetime, str]:
    return (flag.rank, flag.due, flag.id)
