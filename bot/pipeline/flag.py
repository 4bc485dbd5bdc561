"""Flag: the policy looks at the signals. One flag a revision, carrying every rule that it breaks (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot import actions
from bot.domain import deadlines
from bot.domain.class_pages import ClassPage
from bot.domain.policy import Broken, Fact, broken_rules, held_by_machine
from bot.domain.review import FlagState, Outcome, Verdict
from bot.domain.roster import is_student
from bot.house import House
from bot.pipeline.reflag import add_rules, flag_rule, is_waiting_for_nothing
from bot.records import Comment, Decision, Flag, Page, Revision, Scoring, new_id
from bot.rosters import students_of
from bot.store import Session, StoredFinding
from bot.store.comments import StoredComment, unflagged
from bot.store.pages import page_document
from bot.store.signals import signals_of
from connectors.base import ActionKind
from moderators.base import Signal, Student

BATCH = 200
UNCHECKED = StoredFinding(
    "pipeline",
    "1",
    Signal("unchecked", 1.0, why="This comment could not be checked by every detector: a person has to read it."),
)
"""The finding of a comment that could not be classified."""

_LATE = timedelta(days=1)
"""A comment found longer ago is flagged because a roster, a detector or the policy is new: its deadline counts from now."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the policy needs to look at the comments of one page."""

    house: House
    page: Page
    document: ClassPage
    students: Sequence[Student]
    now: datetime


def flag_page(house: House, page_id: str, now: datetime) -> int:
    """Raise the flags that the stored signals of a page call for; returns how many are new."""
    vault = house.store.vault
    flagged = 0
    while True:
        with house.store.transaction() as session:
            waiting = unflagged(session, vault, page_id, BATCH)
            if not waiting:
                return flagged
            document = page_document(session, vault, page_id)
            students = students_of(session, vault, page_id)
            desk = _Desk(house, session.get_one(Page, page_id), document, students, now)
            flagged += sum(_judge(session, desk, comment) for comment in waiting)


def _judge(session: Session, desk: _Desk, comment: StoredComment) -> bool:
    """Look at one revision; True: a flag is new."""
    vault = desk.house.store.vault
    revision = session.get_one(Revision, comment.revision_id)
    revision.flagged = desk.now
    row = session.get_one(Comment, comment.comment_id)
    if row.current != revision.number:
        return False  # it has been edited since: the newer wording is judged by itself
    findings = signals_of(session, vault, revision.id)
    if revision.scoring == Scoring.FAILED:
        findings.append(UNCHECKED)
    broken = broken_rules(desk.house.policy, desk.document, [f.signal for f in findings], _facts(desk, comment))
    flag = session.exec(select(Flag).where(Flag.revision_id == revision.id).with_for_update()).first()
    if not broken:
        _let_go(session, desk, row, revision, flag)
        return False
    is_new = flag is None
    if flag is None:
        flag = _open_flag(session, desk, comment, broken, findings)
    elif not add_rules(session, desk.house, flag, broken, findings, desk.now):
        return False
    _hold_or_release(session, desk, flag, broken)
    return is_new


def _open_flag(
    session: Session, desk: _Desk, comment: StoredComment, broken: Sequence[Broken], findings: Sequence[StoredFinding]
) -> Flag:
    found = comment.found if desk.now - comment.found < _LATE else desk.now
    severity = broken[0].severity
    earlier = _held_before(session, comment.comment_id)
    flag = Flag(
        id=new_id(),
        site_id=desk.page.site_id,
        page_id=desk.page.id,
        comment_id=comment.comment_id,
        revision_id=comment.revision_id,
        severity=severity,
        rank=severity.rank,
        due=deadlines.due(broken, found),
        state=FlagState.OPEN,
        restricted=any(b.restricted for b in broken),
        held=bool(earlier),
        policy_version=desk.house.policy_version,
        opened=desk.now,
    )
    for held in earlier:  # what we hid for other words is still hidden: the new flag answers for it
        held.held = False
    session.add(flag)
    session.flush()
    session.add_all(flag_rule(desk.house.store.vault, flag.id, b, findings) for b in broken)
    session.flush()
    return flag


def _hold_or_release(session: Session, desk: _Desk, flag: Flag, broken: Sequence[Broken]) -> None:
    """Hide until a person has looked, where page or policy ask for it; and never a cry for help."""
    if flag.state != FlagState.OPEN:
        return
    if flag.held and any(b.rule.never_hold for b in broken):
        _machine_orders(session, desk, flag, ActionKind.RESTORE)
    elif not flag.held and held_by_machine(desk.document, broken, open_to_public=desk.page.is_public is not False):
        _machine_orders(session, desk, flag, ActionKind.HIDE)


def _let_go(session: Session, desk: _Desk, comment: Comment, revision: Revision, flag: Flag | None) -> None:
    """Let go of what waits on nothing any more: what could not be checked and now was, a hold on words since edited."""
    if flag is not None and is_waiting_for_nothing(session, flag):
        flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
    for earlier in _held_before(session, comment.id):
        _machine_orders(session, desk, earlier, ActionKind.RESTORE, revision_id=revision.id)


def _held_before(session: Session, comment_id: str) -> Sequence[Flag]:
    """Flags on earlier words of a comment, for which we hid it."""
    held = (col(Flag.held).is_(True), Flag.outcome == Outcome.SUPERSEDED)
    return session.exec(select(Flag).where(Flag.comment_id == comment_id, *held).with_for_update()).all()


def _machine_orders(
    session: Session, desk: _Desk, flag: Flag, kind: ActionKind, *, revision_id: str | None = None
) -> None:
    verdict = Verdict.HOLD if kind is ActionKind.HIDE else Verdict.RELEASE
    decision = Decision(id=new_id(), flag_id=flag.id, flag_version=flag.version, kind=verdict, at=desk.now)
    session.add(decision)
    flag.version += 1
    session.flush()
    actions.order(session, desk.house, flag, decision.id, kind, desk.now, revision_id=revision_id)


def _facts(desk: _Desk, comment: StoredComment) -> set[Fact]:
    facts: set[Fact] = set()
    if comment.author.is_staff:
        facts.add(Fact.AUTHOR_IS_STAFF)
    elif comment.author.id and is_student(comment.author.name, desk.students):
        # a guest may sign with any name: only an account counts, since a student's flag may be milder
        facts.add(Fact.AUTHOR_IS_STUDENT)
    if desk.page.is_public is False:
        facts.add(Fact.PAGE_IS_NOT_PUBLIC)
    return facts
