"""Actions: what a decision asks of a platform, carried out once, whatever dies in between (DESIGN.md 7 and 12).

An action is written `pending`, with its evidence, before the platform is called, and the receipt after. A crash in between is
repaired by calling again: a connector finds the comment in the wanted state and answers `already`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.class_pages import ClassPage
from bot.evidence import seal_evidence
from bot.house import House
from bot.records import Action, ActionState, Comment, Flag, FlagRule, Page, new_id
from bot.store import Session
from bot.store.comments import StoredComment, mark_deleted, save_comments, stored_comment, thread_around
from bot.vault import Vault
from connectors.base import ActionKind, Changed, Connector, ConnectorError, Gone, Receipt, Revision, Unavailable

_RECEIPT = "action.receipt_sealed"
_RETRY = timedelta(minutes=1)
_RETRY_LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What became of a page's actions: how many are done, and whether a comment had changed in the meantime."""

    done: int = 0
    waiting: int = 0
    changed: bool = False


def order(
    session: Session,
    house: House,
    flag: Flag,
    decision_id: str,
    kind: ActionKind,
    now: datetime,
    *,
    revision_id: str | None = None,
) -> str:
    """Write an action as pending, with the evidence that has to exist before anything is hidden or removed.

    The platform is asked to act on the revision of the flag, or on `revision_id` where the comment has newer words.

    Raises:
        ValueError: something critical is to be removed or marked as spam (MATRIX.md: never before the agency agrees).
    """
    if flag.severity == "critical" and kind in (ActionKind.REMOVE, ActionKind.SPAM):
        raise ValueError("what is critical is hidden reversibly, and never removed or marked as spam")
    vault = house.store.vault
    evidence_id = None
    if kind is not ActionKind.RESTORE:
        comment = stored_comment(session, vault, flag.revision_id)
        thread = thread_around(session, vault, flag.comment_id)
        evidence_id = seal_evidence(
            session, vault, flag.id, comment, thread, stub=_is_stub(session, house, flag), now=now
        )
    action = Action(
        id=new_id(),
        decision_id=decision_id,
        flag_id=flag.id,
        page_id=flag.page_id,
        comment_id=flag.comment_id,
        revision_id=revision_id or flag.revision_id,
        evidence_id=evidence_id,
        kind=kind,
        created=now,
        next_try=now,
    )
    session.add(action)
    session.flush()
    return action.id


def carry_out(house: House, page_id: str, now: datetime, *, impatient: bool = False) -> CarriedOut:
    """Carry out a page's pending actions, the oldest first. `impatient`: also those whose next try is later."""
    with house.store.reading() as session:
        query = select(Action.id).where(Action.page_id == page_id, Action.state == ActionState.PENDING)
        if not impatient:
            query = query.where(Action.next_try <= now)
        waiting = session.exec(query.order_by(col(Action.id))).all()
        page = _class_page(session, house.store.vault, page_id)
    if not waiting:
        return CarriedOut()
    try:
        connector = house.connect(page)
    except ConnectorError as error:
        for id in waiting:
            _postpone(house, id, error, now)
        return CarriedOut(waiting=len(waiting))
    ends = [_carry_out_one(house, connector, id, now) for id in waiting]
    return CarriedOut(
        done=ends.count(ActionState.DONE),
        waiting=ends.count(ActionState.PENDING),
        changed=ActionState.CANCELLED in ends,
    )


def receipt_of(vault: Vault, action: Action) -> dict[str, object] | None:
    """The platform's answer to an action, opened; None while there is none."""
    if action.receipt_sealed is None:
        return None
    receipt: dict[str, object] = json.loads(vault.open(_RECEIPT, action.id, action.receipt_sealed))
    return receipt


def _carry_out_one(house: House, connector: Connector, action_id: str, now: datetime) -> ActionState:
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id)
        if action.state != ActionState.PENDING:
            return ActionState(action.state)
        kind = ActionKind(action.kind)
        if kind not in connector.capabilities.actions:
            action.state, action.problem = ActionState.MANUAL, f"the platform has no {kind}: a person does it there"
            return ActionState.MANUAL
        tried_before = action.attempts > 0
        action.attempts += 1
        comment = stored_comment(session, house.store.vault, action.revision_id)
        seen = _as_it_stands(session, house.store.vault, action, comment)
    try:
        receipt = connector.act(comment.id, kind, seen=seen)
    except Changed:
        return _give_way(house, connector, action_id, comment, now)
    except Gone:
        with house.store.transaction() as session:
            mark_deleted(session, [comment.comment_id], now)
            gone = session.get_one(Action, action_id)
            gone.state, gone.problem, gone.done = ActionState.CANCELLED, "the comment is no more on the platform", now
        return ActionState.DONE  # there is nothing left to hide, and nothing new to score
    except ConnectorError as error:
        return _postpone(house, action_id, error, now)
    _keep_receipt(house, action_id, receipt, ours=not receipt.already or tried_before, now=now)
    return ActionState.DONE


def _keep_receipt(house: House, action_id: str, receipt: Receipt, *, ours: bool, now: datetime) -> None:
    vault = house.store.vault
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id)
        action.state, action.done, action.problem = ActionState.DONE, now, ""
        written = asdict(receipt) | {"at": receipt.at.isoformat()}
        action.receipt_sealed = vault.seal(_RECEIPT, action.id, json.dumps(written))
        comment = session.get_one(Comment, action.comment_id)
        comment.state = receipt.state
        if ours:
            # the platform may have rewritten the text when it hid it: that wording counts as judged
            comment.judged_hash = vault.index("revision.hash", receipt.revision)


def _give_way(house: House, connector: Connector, action_id: str, comment: StoredComment, now: datetime) -> ActionState:
    """The comment is not the one that was judged: store how it stands, which supersedes the flag and cancels the action."""
    try:
        fresh = list(connector.get([comment.id]))
    except ConnectorError as error:
        return _postpone(house, action_id, error, now)
    with house.store.transaction() as session:
        page_id = session.get_one(Action, action_id).page_id
        save_comments(session, house.store.vault, page_id, fresh, now)
        action = session.get_one(Action, action_id)
        if action.state == ActionState.PENDING:
            action.state, action.problem, action.done = ActionState.CANCELLED, "the comment was edited", now
    return ActionState.CANCELLED


def _postpone(house: House, action_id: str, error: ConnectorError, now: datetime) -> ActionState:
    """Keep the action pending, and say why: a mended credential or a platform that answers again brings it to its end."""
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id)
        wait = min(_RETRY * (1 << min(action.attempts, 10)), _RETRY_LONGEST)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            wait = max(wait, timedelta(seconds=error.retry_after))
        action.next_try, action.problem = now + wait, f"{type(error).__name__}: {error}"
    return ActionState.PENDING


def _as_it_stands(session: Session, vault: Vault, action: Action, comment: StoredComment) -> Revision:
    """The revision that the platform should hold: what it gave back after our last action, else what was judged."""
    earlier = session.exec(
        select(Action)
        .where(Action.revision_id == action.revision_id, Action.state == ActionState.DONE, Action.id < action.id)
        .order_by(col(Action.id).desc())
    ).first()
    receipt = receipt_of(vault, earlier) if earlier else None
    return Revision(str(receipt["revision"])) if receipt else comment.revision


def _is_stub(session: Session, house: House, flag: Flag) -> bool:
    ids = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
    return any(rule.stub_evidence for rule in house.policy.rules if rule.id in ids)


def _class_page(session: Session, vault: Vault, page_id: str) -> ClassPage:
    page = session.get_one(Page, page_id)
    return ClassPage.model_validate_json(vault.open("page.document_sealed", page.id, page.document_sealed))
