"""Receipts: the platform's answers, sealed with their actions."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlmodel import col, select

from bot.domain.review import Verdict
from bot.records import Action, ActionState, Comment, Decision, Flag
from bot.store import Session
from bot.store.comments import StoredComment
from bot.vault import Vault
from connectors.base import ActionKind, Receipt, Revision

PROBLEM = "action.problem_sealed"
_RECEIPT = "action.receipt_sealed"


def receipt_of(vault: Vault, action: Action) -> dict[str, object] | None:
    """The platform's answer to an action, opened; None while there is none."""
    if action.receipt_sealed is None:
        return None
    receipt: dict[str, object] = json.loads(vault.open(_RECEIPT, action.id, action.receipt_sealed))
    return receipt


def problem_of(vault: Vault, action: Action) -> str:
    """Why an action waits or was cancelled; empty where neither is so."""
    return vault.open(PROBLEM, action.id, action.problem_sealed) if action.problem_sealed else action.cause


def keep_note(vault: Vault, action: Action, detail: str, at: datetime) -> None:
    """Store who did by hand what the platform cannot do for us; what stands there now the next scan will tell."""
    written = {
        "action": action.kind,
        "state": "",
        "detail": detail,
        "at": at.isoformat(),
        "already": False,
        "revision": "",
        "ours": False,
    }
    action.receipt_sealed = vault.seal(_RECEIPT, action.id, json.dumps(written))


def keep_receipt(
    session: Session, vault: Vault, action: Action, receipt: Receipt, *, ours: bool, judged: bool, now: datetime
) -> None:
    """Store a receipt. `ours`: the platform is in this state because we asked, now or before a crash.

    Only then is a comment held by us: what somebody else had hidden is not ours to publish again. `judged`: the wording that it gives
    back is what the platform has made of the words that were judged; it counts as judged too.
    """
    action.state, action.done, action.problem_sealed, action.unsure = ActionState.DONE, now, None, False
    written = asdict(receipt) | {"at": receipt.at.isoformat(), "ours": ours}
    action.receipt_sealed = vault.seal(_RECEIPT, action.id, json.dumps(written))
    comment = session.get_one(Comment, action.comment_id)
    comment.state = receipt.state
    if not ours:
        return
    if judged:
        comment.judged_hash = vault.index("revision.hash", receipt.revision)
    flag = session.get_one(Flag, action.flag_id)
    if action.kind == ActionKind.RESTORE:
        flag.held = False
    elif session.get_one(Decision, action.decision_id).kind == Verdict.HOLD:
        flag.held = True


def as_it_stands(session: Session, vault: Vault, action: Action, comment: StoredComment) -> Revision:
    """The revision that the platform should hold: what it gave back after our last action on these words, else the words."""
    earlier = session.exec(
        select(Action)
        .where(Action.revision_id == action.revision_id, Action.state == ActionState.DONE, Action.id < action.id)
        .order_by(col(Action.id).desc())
    )
    for done in earlier:
        receipt = receipt_of(vault, done)
        if receipt and receipt["ours"]:
            return Revision(str(receipt["revision"]))
    return comment.revision
