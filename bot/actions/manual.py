"""What a platform cannot do for us: a step for a person, ticked off by them (MATRIX.md, After a decision)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.actions.receipts import keep_note
from bot.domain.errors import Advice
from bot.house import House
from bot.people import KnownPerson, find_person, sees, sites_of
from bot.records import Action, ActionState, Flag
from bot.store import Session
from bot.store.comments import stored_comment
from bot.vault import KeyProblem, Vault

_SHORTEST = 6


class NoSuchStep(Advice):
    """No step of that id waits for this person."""


@dataclass(frozen=True, slots=True)
class ManualStep:
    """One step: what to do with which comment, and where it stands. `address`: empty where the platform gives none, or it does not open."""

    action: str
    flag: str
    page: str
    what: str
    address: str
    cause: str
    since: datetime


def manual_steps(house: House, email: str, now: datetime) -> list[ManualStep]:
    """The steps that wait for a person, of the flags that this one may see, the oldest first.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        waiting = (
            select(Action)
            .join(Flag, col(Flag.id) == Action.flag_id)
            .where(Action.state == ActionState.MANUAL, col(Flag.site_id).in_(sites_of(person)))
        )
        found = session.exec(waiting.order_by(col(Action.id))).all()
        return [step for action in found if (step := _step(session, vault, action, person)) is not None]


def tick(house: House, action_id: str, email: str, now: datetime, *, note: str = "") -> None:
    """Note that a step was done on the platform, by whom and when. A second tick changes nothing.

    Raises:
        NoSuchPerson: nobody has this address.
        NoSuchStep: there is none, or it is not for this person's eyes.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        person = find_person(session, vault, email, now)
        wanted = (Action.state == ActionState.MANUAL, col(Action.id).endswith(action_id, autoescape=True))
        found = session.exec(select(Action).where(*wanted).limit(2).with_for_update()).all()
        if len(action_id) < _SHORTEST or len(found) != 1 or _step(session, vault, found[0], person) is None:
            raise NoSuchStep(f"no step {action_id} waits for you; see `hallmonitor actions list`")
        (action,) = found
        action.state, action.done = ActionState.DONE, now
        keep_note(vault, action, f"done by hand by {person.email}. {note}".strip(), now)


def _step(session: Session, vault: Vault, action: Action, person: KnownPerson) -> ManualStep | None:
    """The step for this person's eyes; None: it is not for them."""
    flag = session.get_one(Flag, action.flag_id)
    if not sees(session, person, flag):
        return None
    try:
        address = stored_comment(session, vault, action.revision_id).permalink
    except KeyProblem:  # one comment that does not open must not hide what is to be done about the others
        address = ""
    return ManualStep(action.id, flag.id, flag.page_id, action.kind, address, action.cause, action.created)
