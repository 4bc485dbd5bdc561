"""Order an action: it is written as pending, and the evidence with it, before any platform is called."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select, update

from bot.evidence import seal_evidence
from bot.house import House
from bot.records import Action, ActionState, Flag, FlagRule, new_id
from bot.store import Session
from bot.store.comments import stored_comment, thread_around
from connectors.base import ActionKind


def order(
    session: Session,
    house: House,
    flag: Flag,
    decision_id: str,
    kind: ActionKind,
    now: datetime,
    *,
    revision_id: str | None = None,
    asked: bool = False,
) -> str:
    """Write an action as pending, with the evidence that has to exist before anything is hidden or removed.

    The platform is asked to act on the revision of the flag, or on `revision_id` where the comment has newer words. What waited
    for the same comment is cancelled: only the last word counts. `asked`: what was cancelled before may be done there already.

    Raises:
        ValueError: something critical is to be removed or marked as spam (MATRIX.md: never before the agency agrees).
    """
    if flag.severity == "critical" and kind in (ActionKind.REMOVE, ActionKind.SPAM):
        raise ValueError("what is critical is hidden reversibly, and never removed or marked as spam")
    asked |= cancel_waiting(session, flag.comment_id, "a later decision took its place", now)
    revision = revision_id or flag.revision_id
    evidence_id = None if kind is ActionKind.RESTORE else keep_evidence(session, house, flag, revision, now)
    action = Action(
        id=new_id(),
        decision_id=decision_id,
        flag_id=flag.id,
        page_id=flag.page_id,
        comment_id=flag.comment_id,
        revision_id=revision,
        evidence_id=evidence_id,
        kind=kind,
        created=now,
        next_try=now,
        unsure=asked,  # it inherits that nobody knows what the platform has done
    )
    session.add(action)
    session.flush()
    return action.id


def cancel_waiting(session: Session, comment_id: str, why: str, now: datetime) -> bool:
    """Cancel what waits for a comment. True: the platform may have been asked already, and nobody knows what came of it.

    A hide that may be done counts as a hold of ours: whoever lets the comment go has to restore it.
    """
    waiting = (col(Action.comment_id) == comment_id, col(Action.state) == ActionState.PENDING)
    tried = session.exec(select(Action).where(*waiting).with_for_update()).all()
    for action in tried:
        if action.kind == ActionKind.HIDE and action.unsure:
            session.get_one(Flag, action.flag_id).held = True
    session.exec(update(Action).where(*waiting).values(state=ActionState.CANCELLED, cause=why, done=now))
    return any(action.attempts for action in tried)


def keep_evidence(session: Session, house: House, flag: Flag, revision_id: str, now: datetime) -> str:
    """Seal a wording of a flagged comment with the thread around it; the same wording of a flag is sealed once. Returns its id."""
    vault = house.store.vault
    comment = stored_comment(session, vault, revision_id)
    thread = thread_around(session, vault, flag.comment_id)
    rules = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
    stub = any(rule.stub_evidence for rule in house.policy.rules if rule.id in rules)
    return seal_evidence(session, vault, flag.id, comment, thread, stub=stub, now=now)
