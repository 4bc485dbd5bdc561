"""Going on: the flags of a bundle are decided one after the other, as was pressed, until none is left (DESIGN.md 7, Bulk)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select

from bot import decisions
from bot.bundles.forming import form, lives, pages_to_form
from bot.bundles.members import Bundled, members_of, pressed_on, take_out
from bot.decisions import FlagChanged
from bot.domain.bundle_presses import DECIDES, BundleChoice, Pressed, Stand
from bot.domain.errors import Advice
from bot.domain.review import Choice, FlagState
from bot.house import House
from bot.people import email_of
from bot.records import Bundle, Flag
from bot.store import StoreProblem

_PASSES = 3
"""How often it is looked again for flags that somebody has changed while they were being decided."""


@dataclass(frozen=True, slots=True)
class Went:
    """How far a press is: flags that are as was pressed, flags that are left, and those that went apart just now."""

    done: int
    left: int
    apart: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be done with each flag that is left."""

    bundle: str
    pressed: Pressed
    choice: Choice
    by: str
    at: datetime
    left: list[Bundled]
    done: int


def go_on(house: House, bundle_id: str, *, within: float | None = None, os_user: str = "") -> Went:
    """Decide what a press has left, for so many seconds or to the end. Each flag is decided by itself; the first to decide it wins.

    A flag that the presser may not decide gets a card of its own.
    """
    ends, apart = time.monotonic() + within if within is not None else None, 0
    for _ in range(_PASSES):
        order = _order(house, bundle_id)
        if order is None or not order.left:
            break
        for member in order.left:
            if (ends is not None and time.monotonic() > ends) or house.stopping.is_set() or not _stands(house, order):
                return _went(house, bundle_id, apart)
            apart += _decide_one(house, order, member, os_user)
    return _went(house, bundle_id, apart)


def keep_up(house: House, page_id: str, now: datetime) -> None:
    """`form`, and go on with the presses of a page that a death, or their number, has left."""
    form(house, page_id, now)
    with house.store.reading() as session:
        bundles = session.exec(select(Bundle.id).where(Bundle.page_id == page_id, lives(now)).order_by(col(Bundle.id)))
        ids = bundles.all()
    for id in ids:
        house.go_on()
        go_on(house, id)


def pages_to_keep_up(house: House, now: datetime) -> list[str]:
    """The pages with something to form, or with a press that is not carried through."""
    left = or_(
        col(Bundle.choice).in_(list(DECIDES)) & (Flag.state == FlagState.OPEN),
        (Bundle.choice == BundleChoice.UNDO) & (Flag.state == FlagState.CLOSED),
    )
    query = select(Bundle.page_id).join(Flag, col(Flag.bundle_id) == Bundle.id).where(lives(now), left).distinct()
    with house.store.reading() as session:
        unfinished = session.exec(query).all()
    return sorted({*unfinished, *pages_to_form(house, now)})


def _went(house: House, bundle_id: str, apart: int) -> Went:
    order = _order(house, bundle_id)
    return Went(order.done, len(order.left), apart) if order else Went(0, 0, apart)


def _order(house: House, bundle_id: str) -> _Order | None:
    """What the last press asks for; None: nothing that is done flag by flag."""
    with house.store.reading() as session:
        bundle = session.get_one(Bundle, bundle_id)
        pressed, members = pressed_on(bundle), members_of(session, bundle)
        undo = pressed.choice is BundleChoice.UNDO
        person, at = (pressed.undone_by, pressed.undone) if undo else (pressed.decided_by, pressed.decided)
        if at is None or pressed.choice is None or not (undo or pressed.is_decided):
            return None
        choice = Choice.UNDO if undo else DECIDES[pressed.choice]
        by = email_of(session, house.store.vault, person)
    waits, closed = ([m for m in members if m.stand is stand] for stand in (Stand.WAITS, Stand.DONE))
    left, done = (closed, waits) if undo else (waits, closed)
    return _Order(bundle_id, pressed, choice, by, at, left, len(done))


def _stands(house: House, order: _Order) -> bool:
    """Whether nobody has pressed something else meanwhile."""
    with house.store.reading() as session:
        return pressed_on(session.get_one(Bundle, order.bundle)) == order.pressed


def _decide_one(house: House, order: _Order, member: Bundled, os_user: str) -> int:
    """Decide one flag as any other; 1: it went apart."""
    flag = member.flag
    try:
        decisions.decide(house, flag.id, order.by, order.choice, order.at, os_user=os_user, seen_version=flag.version)
    except FlagChanged:  # the next look says what it is now
        return 0
    except StoreProblem:
        raise
    except Advice:  # not theirs, or nothing that is decided like this: it waits on a card of its own
        with house.store.transaction() as session:
            bundle = session.get_one(Bundle, order.bundle, with_for_update=True)
            take_out(session, bundle, [session.get_one(Flag, flag.id)])
        return 1
    return 0
