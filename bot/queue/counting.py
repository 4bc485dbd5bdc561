"""What no line of the queue shows, as counts: for the operator of all schools, for anybody else of what they may know of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlmodel import col, func, select

from bot import cases
from bot.domain.review import FlagState
from bot.house import House
from bot.people import find_person, sees, sites_of
from bot.queue.views import Waiting
from bot.records import IS_UNSCORED, Action, ActionState, Case, Flag, FlagRule, Page, Revision

_UNCHECKED: Final[Any] = (FlagRule.flag_id == Flag.id, FlagRule.rule == "unchecked", Flag.state == FlagState.OPEN)


def waiting(house: House) -> Waiting:
    """Counts of what no queue line shows: comments not classified, open cases, actions under way or for a person to do."""
    with house.store.reading() as session:

        def count(*conditions: object) -> int:
            return session.exec(select(func.count()).where(*conditions)).one()  # type: ignore[arg-type]  # as in store

        return Waiting(
            unscored=count(IS_UNSCORED, col(Revision.id).is_not(None)),
            failed=count(*_UNCHECKED),
            cases=count(col(Case.closed).is_(None), col(Case.id).is_not(None)),
            actions=count(col(Action.state) == ActionState.PENDING),
            manual=count(col(Action.state) == ActionState.MANUAL),
        )


def waiting_for(house: House, email: str, now: datetime) -> Waiting:
    """The same of the schools of one person, without what is not for their eyes.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    open_cases = len(cases.list_open(house, email, now))
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now)
        sites = sites_of(person)

        def known(*conditions: Any) -> int:
            flags = session.exec(select(Flag).where(col(Flag.site_id).in_(sites), *conditions))
            return sum(sees(session, person, flag) for flag in flags)

        unscored = select(func.count()).select_from(Revision).join(Page, col(Page.id) == Revision.page_id)
        return Waiting(
            unscored=session.exec(unscored.where(IS_UNSCORED, col(Page.site_id).in_(sites))).one(),
            failed=known(*_UNCHECKED),
            cases=open_cases,
            actions=known(Action.flag_id == Flag.id, Action.state == ActionState.PENDING),
            manual=known(Action.flag_id == Flag.id, Action.state == ActionState.MANUAL),
        )
