"""Flag: the policy looks at the signals. One flag a revision, carrying every rule that it breaks (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from bot import actions
from bot.domain import deadlines
from bot.domain.class_pages import ClassPage
from bot.domain.policy import Broken, Fact, broken_rules, held_by_machine
from bot.domain.review import FlagState, Outcome, Verdict
from bot.domain.roster import is_student
from bot.house import House
from bot.records import Comment, Decision, Flag, FlagRule, Page, Revision, Scoring, new_id
from bot.rosters import students_of
from bot.store import Session, StoredFinding
from bot.store.comments import StoredComment, unflagged
from bot.store.signals import signals_of
from bot.vault import Vault
from connectors.base import ActionKind
from moderators.base import Signal, Student

BATCH = 200
UNCHECKED = "unchecked"
_UNCHECKED = StoredFinding(
    "pipeline",
    "1",
    Signal(UNCHECKED, 1.0, why="This comment could not be checked by every detector: a person has to read it."),
)
"""The finding of a comment that could not be classified."""


def flag_page(house: House, page_id: str, now: datetime) -> int:
    """Raise the flags that the stored signals of a page call for; returns how many are new."""
    vault = house.store.vault
    with house.store.reading() as session:
        students = students_of(session, vault, page_id)
    flagged = 0
    while True:
        with house.store.transaction() as session:
            waiting = unflagged(session, vault, page_id, BATCH)
            if not waiting:
                return flagged
            page = session.get_one(Page, page_id)
            document = ClassPage.model_validate_json(vault.open("page.document_sealed", page_id, page.document_sealed))
            for comment in waiting:
                flagged += _judge(session, house, page, document, comment, students, now)


def _judge(
    session: Session,
    house: House,
    page: Page,
    document: ClassPage,
    comment: StoredComment,
    students: Sequence[Student],
    now: datetime,
) -> bool:
    revision = session.get_one(Revision, comment.revision_id)
    revision.flagged = now
    row = session.get_one(Comment, comment.comment_id)
    if row.current != revision.number:
        return False  # it has been edited since: the newer wording is judged by itself
    findings = signals_of(session, house.store.vault, revision.id)
    if revision.scoring == Scoring.FAILED:
        findings.append(_UNCHECKED)
    facts = _facts(page, comment, students)
    broken = broken_rules(house.policy, document, [f.signal for f in findings], facts)
    flag = session.exec(select(Flag).where(Flag.revision_id == revision.id)).first()
    if not broken:
        _nothing_broken(session, house, row, revision, flag, now)
        return False
    if flag is not None:
        _add_rules(session, house.store.vault, flag, broken, findings, now)
        return False
    flag = _open_flag(session, house, page, comment, broken, findings, now)
    if held_by_machine(document, broken, open_to_public=page.open_to_public is True):
        flag.held = True
        _machine_orders(session, house, flag, ActionKind.HIDE, now)
    return True


def _open_flag(
    session: Session,
    house: House,
    page: Page,
    comment: StoredComment,
    broken: Sequence[Broken],
    findings: Sequence[StoredFinding],
    now: datetime,
) -> Flag:
    severity = broken[0].severity
    flag = Flag(
        id=new_id(),
        site_id=page.site_id,
        page_id=page.id,
        comment_id=comment.comment_id,
        revision_id=comment.revision_id,
        severity=severity,
        rank=severity.rank,
        due=deadlines.due(broken, now),
        state=FlagState.OPEN,
        restricted=any(b.restricted for b in broken),
        policy_version=house.policy_version,
        opened=now,
    )
    session.add(flag)
    session.flush()
    session.add_all(_flag_rule(house.store.vault, flag.id, b, findings) for b in broken)
    session.flush()
    return flag


def _add_rules(
    session: Session,
    vault: Vault,
    flag: Flag,
    broken: Sequence[Broken],
    findings: Sequence[StoredFinding],
    now: datetime,
) -> None:
    """A fresh scoring found more than the flag says. It waits again if it was cleared, or if it is now more serious."""
    known = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
    more = [b for b in broken if b.rule.id not in known]
    if not more:
        return
    session.add_all(_flag_rule(vault, flag.id, b, findings) for b in more)
    severity = more[0].severity
    was_let_go = flag.outcome in (Outcome.CLEARED, Outcome.CONSENTED, Outcome.SUPERSEDED)
    if flag.state == FlagState.CLOSED and (was_let_go or severity.rank < flag.rank):
        flag.state, flag.outcome, flag.due, flag.not_serious_by = FlagState.OPEN, None, deadlines.due(more, now), None
    if severity.rank < flag.rank:
        flag.severity, flag.rank = severity, severity.rank
        flag.due = min(flag.due, deadlines.due(more, now))
    flag.restricted = flag.restricted or any(b.restricted for b in more)
    flag.version += 1


def _nothing_broken(
    session: Session, house: House, comment: Comment, revision: Revision, flag: Flag | None, now: datetime
) -> None:
    """Let go of what waits on nothing any more: a comment that could not be checked and now was, a hold on words since edited."""
    if flag is not None and flag.state == FlagState.OPEN:
        rules = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
        if rules == {UNCHECKED}:
            flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
    held = session.exec(
        select(Flag).where(Flag.comment_id == comment.id, col(Flag.held).is_(True), Flag.outcome == Outcome.SUPERSEDED)
    ).all()
    for earlier in held:
        earlier.held = False
        _machine_orders(session, house, earlier, ActionKind.RESTORE, now, revision_id=revision.id)


def _machine_orders(
    session: Session, house: House, flag: Flag, kind: ActionKind, now: datetime, *, revision_id: str | None = None
) -> None:
    decision = Decision(id=new_id(), flag_id=flag.id, flag_version=flag.version, kind=Verdict.HOLD, at=now)
    session.add(decision)
    flag.version += 1
    session.flush()
    actions.order(session, house, flag, decision.id, kind, now, revision_id=revision_id)


def _flag_rule(vault: Vault, flag_id: str, broken: Broken, findings: Sequence[StoredFinding]) -> FlagRule:
    source = next(f for f in findings if f.signal is broken.signal)
    return FlagRule(
        flag_id=flag_id,
        rule=broken.rule.id,
        clause=broken.rule.clause,
        severity=broken.severity,
        recommend=broken.recommend,
        score=broken.signal.score,
        moderator=source.moderator,
        moderator_version=source.version,
        start=broken.signal.start,
        end=broken.signal.end,
        why_sealed=vault.seal("flag_rule.why_sealed", f"{flag_id}:{broken.rule.id}", broken.why),
    )


def _facts(page: Page, comment: StoredComment, students: Sequence[Student]) -> set[Fact]:
    facts: set[Fact] = set()
    if comment.author.is_staff:
        facts.add(Fact.AUTHOR_IS_STAFF)
    elif is_student(comment.author.name, students):
        facts.add(Fact.AUTHOR_IS_STUDENT)
    if page.open_to_public is False:
        facts.add(Fact.PAGE_IS_NOT_PUBLIC)
    return facts
