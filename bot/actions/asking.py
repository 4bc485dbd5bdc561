"""Ask a platform for one action, and keep what it answers, whatever the comment has become meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.actions.receipts import as_it_stands, keep_receipt
from bot.domain.review import Verdict
from bot.domain.rewriting import is_only_rewritten
from bot.house import House
from bot.records import Action, ActionState, Decision, Flag
from bot.store.comments import StoredComment, mark_deleted, stored_comment
from bot.store.flags import GONE
from bot.store.saving import lock_page, save_comments
from connectors.base import (
    ActionKind,
    Changed,
    Comment,
    CommentState,
    Connector,
    Gone,
    Receipt,
    Revision,
    Unavailable,
    revision_of,
)

_BY_HAND = "the platform cannot: a person does it there"
_OR_REPORTED = ", or reports it to its moderators"


class Asked(Enum):
    """What became of an action."""

    NOTHING = auto()  # there was nothing to ask: it was done, cancelled, or is for a person
    DONE = auto()
    DONE_WITH_OTHER_WORDS = auto()  # the comment has words by now that nobody has judged
    CHANGED = auto()  # it was edited: its flag does not stand any more


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One action on its way to the platform."""

    id: str
    page_id: str
    flag_id: str
    comment: StoredComment
    kind: ActionKind
    seen: Revision
    is_repair: bool
    """An earlier attempt brought no answer: the process died, or the line did, and nobody knows what the platform has done."""


def ask(house: House, connector: Connector, action_id: str, now: datetime) -> Asked:
    """Carry one action out, unless it has been meanwhile. Raises whatever keeps the platform from doing it."""
    attempt = _begin(house, connector, action_id, now)
    if attempt is None:
        return Asked.NOTHING
    try:
        if attempt.kind is ActionKind.RESTORE and _was_removed(connector, attempt):
            _cancel(house, action_id, "somebody removed it on the platform", now)
            return Asked.NOTHING
        receipt = _act(connector, attempt)
    except Changed:
        _take_new_words(house, connector, attempt, now)
        return Asked.CHANGED
    except Gone:
        if list(connector.get([attempt.comment.id])):  # not gone at all: the platform is in disorder
            raise Unavailable("the platform says that the comment is gone, and shows it all the same") from None
        _note_gone(house, attempt, now)
        return Asked.NOTHING
    return Asked.DONE_WITH_OTHER_WORDS if _keep(house, connector, attempt, receipt, now) else Asked.DONE


def _act(connector: Connector, attempt: _Attempt) -> Receipt:
    """Ask the platform. After a lost answer it may have rewritten the words that were judged, as some do when they hide."""
    fresh = next(iter(connector.get([attempt.comment.id])), None) if attempt.is_repair else None
    seen = fresh.revision if fresh is not None and _is_rewritten(attempt, fresh) else attempt.seen
    return connector.act(attempt.comment.id, attempt.kind, seen=seen)


def _is_rewritten(attempt: _Attempt, fresh: Comment) -> bool:
    same_media = revision_of("", fresh.media) == revision_of("", attempt.comment.media)
    return same_media and is_only_rewritten(attempt.comment.text, fresh.text)


def _begin(house: House, connector: Connector, action_id: str, now: datetime) -> _Attempt | None:
    """Note the attempt before the platform is called; None: there is nothing to ask it."""
    vault = house.store.vault
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id, with_for_update=True)
        if action.state != ActionState.PENDING:
            return None
        kind = ActionKind(action.kind)
        holds = session.get_one(Decision, action.decision_id).kind == Verdict.HOLD
        if holds and not connector.capabilities.can_restore:
            action.state, action.cause, action.done = (
                ActionState.CANCELLED,
                "this platform cannot restore: not held",
                now,
            )
            return None
        if kind not in connector.capabilities.actions:
            action.state, action.cause = ActionState.MANUAL, _BY_HAND
            if kind is not ActionKind.RESTORE and ActionKind.REPORT in connector.capabilities.actions:
                action.cause += _OR_REPORTED
            return None
        is_repair = action.unsure
        action.attempts, action.unsure, action.problem_sealed = action.attempts + 1, True, None
        comment = stored_comment(session, vault, action.revision_id)
        seen = as_it_stands(session, vault, action, comment)
        return _Attempt(action_id, action.page_id, action.flag_id, comment, kind, seen, is_repair)


def _was_removed(connector: Connector, attempt: _Attempt) -> bool:
    """Against publishing what a teacher has put into the trash meanwhile."""
    return any(c.state in (CommentState.REMOVED, CommentState.SPAM) for c in connector.get([attempt.comment.id]))


def _keep(house: House, connector: Connector, attempt: _Attempt, receipt: Receipt, now: datetime) -> bool:
    """Store the receipt; True: the comment was in the wanted state already, but with words that nobody has judged."""
    ours = not receipt.already or attempt.is_repair
    # also where it was us, before a crash: an author may have edited since
    unlike = receipt.already and receipt.revision != attempt.seen
    fresh = [c for c in connector.get([attempt.comment.id]) if not _is_rewritten(attempt, c)] if unlike else []
    other_words = bool(fresh)
    with house.store.transaction() as session:
        lock_page(session, attempt.page_id)
        session.get_one(Flag, attempt.flag_id, with_for_update=True)  # before its action, as whoever decides it does
        action = session.get_one(Action, attempt.id, with_for_update=True)
        if action.state == ActionState.PENDING:
            keep_receipt(session, house.store.vault, action, receipt, ours=ours, judged=not other_words, now=now)
        save_comments(session, house.store.vault, attempt.page_id, fresh, now)
    return other_words


def _take_new_words(house: House, connector: Connector, attempt: _Attempt, now: datetime) -> None:
    """Store how the comment stands now, which supersedes the flag and cancels the action."""
    fresh = list(connector.get([attempt.comment.id]))
    with house.store.transaction() as session:
        save_comments(session, house.store.vault, attempt.page_id, fresh, now)
    _cancel(house, attempt.id, "the comment was edited", now)


def _note_gone(house: House, attempt: _Attempt, now: datetime) -> None:
    with house.store.transaction() as session:
        mark_deleted(session, [attempt.comment.comment_id], now)
    _cancel(house, attempt.id, GONE, now)


def _cancel(house: House, action_id: str, cause: str, now: datetime) -> None:
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id, with_for_update=True)
        if action.state == ActionState.PENDING:
            action.state, action.cause, action.done = ActionState.CANCELLED, cause, now
