"""Carry out: ask the platform, and keep what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from bot.actions.receipts import PROBLEM, as_it_stands, keep_receipt
from bot.domain.errors import Advice
from bot.domain.review import Verdict
from bot.domain.rewriting import is_only_rewritten
from bot.domain.schedule import CLOCK_TOLERANCE, LONGEST_GAP
from bot.house import House, page_lock
from bot.records import Action, ActionState, Decision, Flag
from bot.settings import MissingSecret
from bot.store import StoreProblem
from bot.store.comments import StoredComment, mark_deleted, stored_comment
from bot.store.flags import GONE
from bot.store.pages import page_document
from bot.store.saving import lock_page, save_comments
from connectors.base import (
    ActionKind,
    AuthFailed,
    BadConfig,
    Changed,
    Comment,
    CommentState,
    Connector,
    ConnectorError,
    Gone,
    NotAllowed,
    Receipt,
    Revision,
    Unavailable,
    revision_of,
)

PATIENCE = 10.0
"""Seconds that a face waits for a scan of the same page; the scan itself carries out what waits."""

_BY_HAND = "the platform cannot: a person does it there"
_OR_REPORTED = ", or reports it to its moderators"
_RETRY = timedelta(minutes=1)
_RETRY_LONGEST = timedelta(hours=1)


@dataclass(slots=True)
class CarriedOut:
    """What became of a page's actions, and whether a comment turned out to have other words than were judged."""

    done: int = 0
    waiting: int = 0
    changed: bool = False
    more: bool = False
    """As many were looked at as were asked for, and others may be due."""


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


def carry_out_alone(
    house: House, page_id: str, now: datetime, *, of: str | None = None, most: int | None = None
) -> CarriedOut:
    """`carry_out`, unless a scan of the page is running: that one carries out what waits, at its end."""
    with page_lock(house, page_id, patience=PATIENCE) as alone:
        return carry_out(house, page_id, now, of=of, most=most) if alone else CarriedOut()


def carry_out(
    house: House,
    page_id: str,
    now: datetime,
    *,
    impatient: bool = False,
    of: str | None = None,
    most: int | None = None,
) -> CarriedOut:
    """Carry out a page's pending actions, those of the most severe flags first; the caller holds the page's lock.

    A platform that fails once is not asked again in this call. `impatient`: also actions whose next try is later; `of`: those of
    this flag alone; `most`: no more than so many.
    """
    outcome = CarriedOut()
    with house.store.reading() as session:
        query = select(Action.id).where(Action.page_id == page_id, Action.state == ActionState.PENDING)
        if not impatient:
            query = query.where(_is_due(now))
        if of is not None:
            query = query.where(Action.flag_id == of)
        query = query.join(Flag, col(Flag.id) == Action.flag_id).order_by(col(Flag.rank), col(Action.id))
        waiting = session.exec(query.limit(most)).all()
        page = page_document(session, house.store.vault, page_id)
    if not waiting:
        return outcome
    problem: Exception | None = None
    connector: Connector | None = None
    asked = ""
    for id in waiting:
        if problem is None:
            try:
                connector = connector or house.connect(page)
                asked = id
                _carry_out_one(house, connector, id, outcome, now)
                continue
            except StoreProblem:
                raise
            except Exception as error:  # noqa: BLE001  # also a district's own connector: it waits, and says why
                problem = error
        _postpone(house, id, problem, now, was_asked=id == asked)
        outcome.waiting += 1
    outcome.more = problem is None and len(waiting) == most
    return outcome


def pages_with_due_actions(house: House, now: datetime) -> list[str]:
    """The pages on which an action's time has come."""
    with house.store.reading() as session:
        due = (col(Action.state) == ActionState.PENDING, _is_due(now))
        return list(session.exec(select(Action.page_id).where(*due).distinct()))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Whether an action's time has come, or was written by a clock that was ahead and has since been set right."""
    ahead = (col(Action.created) > now + CLOCK_TOLERANCE) | (col(Action.next_try) > now + LONGEST_GAP + CLOCK_TOLERANCE)
    return (col(Action.next_try) <= now) | ahead


def page_of_flag(house: House, flag_id: str) -> str:
    """The page that a flag is on."""
    with house.store.reading() as session:
        return session.get_one(Flag, flag_id).page_id


def _carry_out_one(house: House, connector: Connector, action_id: str, outcome: CarriedOut, now: datetime) -> None:
    attempt = _begin(house, connector, action_id, now)
    if attempt is None:
        return
    try:
        if attempt.kind is ActionKind.RESTORE and _was_removed(connector, attempt):
            _cancel(house, action_id, "somebody removed it on the platform", now)
            return
        receipt = _act(connector, attempt)
    except Changed:
        _take_new_words(house, connector, attempt, now)
        outcome.changed = True
        return
    except Gone:
        if list(connector.get([attempt.comment.id])):  # not gone at all: the platform is in disorder
            raise Unavailable("the platform says that the comment is gone, and shows it all the same") from None
        _note_gone(house, attempt, now)
        return
    outcome.changed |= _keep(house, connector, attempt, receipt, now)
    outcome.done += 1


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


def _is_refusal(error: Exception) -> bool:
    """Whether the platform has answered that it did nothing; anything else leaves open what it did."""
    if isinstance(error, Unavailable):
        return error.retry_after is not None
    return isinstance(error, AuthFailed | NotAllowed | BadConfig | MissingSecret)


def _postpone(house: House, action_id: str, error: Exception, now: datetime, *, was_asked: bool) -> None:
    """Keep the action pending, and say why: a mended credential or a platform that answers again brings it to its end."""
    is_ours = isinstance(error, ConnectorError | MissingSecret | Advice)
    words = (
        f"{type(error).__name__}: {error}" if is_ours else type(error).__name__
    )  # another's message may quote a comment
    with house.store.transaction() as session:
        action = session.get_one(Action, action_id, with_for_update=True)
        if action.state != ActionState.PENDING:
            return
        wait = min(_RETRY * (1 << min(action.attempts, 10)), _RETRY_LONGEST)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            wait = max(wait, timedelta(seconds=min(error.retry_after, 86_400.0)))
        action.next_try = now + wait
        if was_asked and _is_refusal(error):
            action.unsure = False
        action.problem_sealed = house.store.vault.seal(PROBLEM, action.id, words)
