"""Flag: the policy looks at the signals. One flag a revision, carrying every rule that it breaks (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from bot import actions
from bot.domain import deadlines
from bot.domain.class_pages import ClassPage
from bot.domain.policy import Broken, Fact, broken_rules, held_by_machine
from bot.domain.review import FlagState, Outcome, Verdict
from bot.domain.roster import is_student
from bot.house import House
from bot.pipeline.reflag import add_rules, flag_rule, is_waiting_for_nothing
from bot.records import Decision, Flag, FlagRule, Page, Revision, Scoring, new_id
from bot.rosters import students_of
from bot.store import Session, StoredFinding
from bot.store.comments import author_of
from bot.store.pages import page_document
from bot.store.runs import add_to_run
from bot.store.saving import lock_page
from bot.store.signals import Unflagged, signals_of, unflagged
from bot.vault import KeyProblem
from connectors.base import ActionKind, Author
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
    """What the policy needs to look at a batch of comments of one page: all of it is looked up at once."""

    house: House
    page: Page
    document: ClassPage
    students: Sequence[Student]
    findings: Mapping[str, Sequence[StoredFinding]]
    flags: Mapping[str, Flag]
    held: Mapping[str, Sequence[Flag]]
    """Flags on earlier words of a comment, by its id, for which we hid it."""
    now: datetime
    new_rules: list[FlagRule] = field(default_factory=list)


def flag_page(house: House, page_id: str, now: datetime, run_id: str | None = None) -> int:
    """Raise the flags that the stored signals of a page call for; returns how many are new. `run_id`: the run that counts them."""
    flagged = 0
    while True:
        with house.store.transaction() as session:
            lock_page(session, page_id)
            waiting = unflagged(session, page_id, BATCH)
            if not waiting:
                return flagged
            desk = _desk(session, house, page_id, waiting, now)
            new = sum(_judge(session, desk, comment) for comment in waiting)
            _write(session, desk)
            add_to_run(session, run_id, flagged=new)
            looked_at = [comment.revision_id for comment in waiting]
            session.exec(update(Revision).where(col(Revision.id).in_(looked_at)).values(flagged=now))
        flagged += new


def _desk(session: Session, house: House, page_id: str, waiting: Sequence[Unflagged], now: datetime) -> _Desk:
    vault = house.store.vault
    revisions, comments = [c.revision_id for c in waiting], [c.comment_id for c in waiting]
    # all flags of the batch are locked at once and before the evidence chain: two that decide cannot wait for each other
    concerned = (col(Flag.revision_id).in_(revisions)) | (col(Flag.held).is_(True) & col(Flag.comment_id).in_(comments))
    flags = session.exec(select(Flag).where(concerned).order_by(col(Flag.id)).with_for_update()).all()
    held: dict[str, list[Flag]] = {}
    for flag in flags:
        if flag.held and flag.outcome == Outcome.SUPERSEDED:
            held.setdefault(flag.comment_id, []).append(flag)
    return _Desk(
        house=house,
        page=session.get_one(Page, page_id),
        document=page_document(session, vault, page_id),
        students=students_of(session, vault, page_id),
        findings=signals_of(session, vault, revisions),
        flags={flag.revision_id: flag for flag in flags},
        held=held,
        now=now,
    )


def _judge(session: Session, desk: _Desk, comment: Unflagged) -> bool:
    """Look at one revision; True: a flag is new."""
    if not comment.is_current:
        return False  # it has been edited since: the newer wording is judged by itself
    findings = list(desk.findings.get(comment.revision_id, ()))
    if comment.scoring == Scoring.FAILED:
        findings.append(UNCHECKED)
    broken: Sequence[Broken] = ()
    if findings:
        broken = broken_rules(desk.house.policy, desk.document, [f.signal for f in findings], _facts(desk, comment))
    flag = desk.flags.get(comment.revision_id)
    if not broken:
        _let_go(session, desk, comment, flag)
        return False
    is_new = flag is None
    if flag is None:
        flag = _open_flag(session, desk, comment, broken, findings)
    elif not add_rules(session, desk.house, flag, broken, findings, desk.now):
        return False
    _hold_or_release(session, desk, flag, broken)
    return is_new


def _open_flag(
    session: Session, desk: _Desk, comment: Unflagged, broken: Sequence[Broken], findings: Sequence[StoredFinding]
) -> Flag:
    found = comment.found if timedelta(0) <= desk.now - comment.found < _LATE else desk.now  # or found by a clock ahead
    severity = broken[0].severity
    earlier = desk.held.get(comment.comment_id, ())
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
    desk.new_rules.extend(flag_rule(desk.house.store.vault, flag.id, b, findings) for b in broken)
    return flag


def _write(session: Session, desk: _Desk) -> None:
    """Write the new flags of the batch in one statement, and then their rules, which refer to them."""
    session.flush()
    session.add_all(desk.new_rules)
    desk.new_rules.clear()
    session.flush()


def _hold_or_release(session: Session, desk: _Desk, flag: Flag, broken: Sequence[Broken]) -> None:
    """Hide until a person has looked, where page or policy ask for it; and never a cry for help."""
    if flag.state != FlagState.OPEN:
        return
    if flag.held and any(b.rule.never_hold for b in broken):
        _machine_orders(session, desk, flag, ActionKind.RESTORE)
    elif not flag.held and held_by_machine(desk.document, broken, open_to_public=desk.page.is_public is not False):
        _machine_orders(session, desk, flag, ActionKind.HIDE)


def _let_go(session: Session, desk: _Desk, comment: Unflagged, flag: Flag | None) -> None:
    """Let go of what waits on nothing any more: what could not be checked and now was, a hold on words since edited."""
    if flag is not None and is_waiting_for_nothing(session, flag):
        flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
        asked = actions.cancel_waiting(session, flag.comment_id, "it could be checked, and is clean", desk.now)
        if flag.held or asked:
            _machine_orders(session, desk, flag, ActionKind.RESTORE, revision_id=comment.revision_id)
    for earlier in desk.held.get(comment.comment_id, ()):
        _machine_orders(session, desk, earlier, ActionKind.RESTORE, revision_id=comment.revision_id)


def _machine_orders(
    session: Session, desk: _Desk, flag: Flag, kind: ActionKind, *, revision_id: str | None = None
) -> None:
    _write(session, desk)
    verdict = Verdict.HOLD if kind is ActionKind.HIDE else Verdict.RELEASE
    decision = Decision(id=new_id(), flag_id=flag.id, flag_version=flag.version, kind=verdict, at=desk.now)
    session.add(decision)
    flag.version += 1
    session.flush()
    actions.order(session, desk.house, flag, decision.id, kind, desk.now, revision_id=revision_id)


def _facts(desk: _Desk, comment: Unflagged) -> set[Fact]:
    facts: set[Fact] = set()
    try:
        author = author_of(desk.house.store.vault, comment.comment_id, comment.author_sealed)
    except KeyProblem:  # a row that does not open has no milder reading, and stops no other one
        author = Author("", "", None)
    if author.is_staff:
        facts.add(Fact.AUTHOR_IS_STAFF)
    elif author.id and is_student(author.name, desk.students):
        # a guest may sign with any name: only an account counts, since a student's flag may be milder
        facts.add(Fact.AUTHOR_IS_STUDENT)
    if desk.page.is_public is False:
        facts.add(Fact.PAGE_IS_NOT_PUBLIC)
    return facts
