"""Carry out what waits on a page: which action is next, and when one that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from bot.actions.asking import Asked, ask
from bot.actions.receipts import PROBLEM
from bot.domain.errors import Advice
from bot.domain.schedule import CLOCK_TOLERANCE, LONGEST_GAP
from bot.house import House, Stopped, page_lock
from bot.reaching import reach
from bot.records import Action, ActionState, Flag
from bot.settings import MissingSecret
from bot.store import StoreProblem
from bot.store.pages import page_document
from connectors.base import AuthFailed, BadConfig, Connector, ConnectorError, NotAllowed, Unavailable

PATIENCE = 10.0
"""Seconds that a face waits for a scan of the same page; the scan itself carries out what waits."""

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
        query = select(Action.id, Action.unsure).where(Action.page_id == page_id, Action.state == ActionState.PENDING)
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
    for id, was_unsure in waiting:
        if problem is None:
            try:
                connector = connector or reach(house, page, house.of_a_run if of is None else house.of_a_press)
                asked = id
                _note(outcome, ask(house, connector, id, now))
                continue
            except (StoreProblem, Stopped):
                raise
            except Exception as error:  # noqa: BLE001  # also a district's own connector: it waits, and says why
                problem = error
        _postpone(house, id, problem, now, was_asked=id == asked, was_unsure=was_unsure)
        outcome.waiting += 1
    outcome.more = problem is None and len(waiting) == most
    return outcome


def _note(outcome: CarriedOut, asked: Asked) -> None:
    outcome.changed |= asked in (Asked.CHANGED, Asked.DONE_WITH_OTHER_WORDS)
    outcome.done += asked in (Asked.DONE, Asked.DONE_WITH_OTHER_WORDS)


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


def _is_refusal(error: Exception) -> bool:
    """Whether the platform has answered that it did nothing; anything else leaves open what it did."""
    if isinstance(error, Unavailable):
        return error.retry_after is not None
    return isinstance(error, AuthFailed | NotAllowed | BadConfig | MissingSecret)


def _postpone(
    house: House, action_id: str, error: Exception, now: datetime, *, was_asked: bool, was_unsure: bool
) -> None:
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
            action.unsure = was_unsure  # a refusal says nothing of an earlier try
        action.problem_sealed = house.store.vault.seal(PROBLEM, action.id, words)
