"""A flag found for somebody, with the right that is asked for (MATRIX.md, conflict of interest)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select

from bot.domain.errors import Advice
from bot.domain.rights import NotYours, Situation, may_see, why_not
from bot.house import House
from bot.people import KnownPerson, find_person, situation
from bot.records import Access, Flag, new_id
from bot.store import Session
from bot.store.comments import StoredComment

_SHORTEST = 6


class NoSuchFlag(Advice):
    """No flag of that id, or none that this person may know of: a restricted flag leaves no trace for the others."""

    def __init__(self, id: str) -> None:
        super().__init__(f"no flag {id}; see `hallmonitor queue`", key="no_flag", id=id[-8:])


def find_flag(session: Session, id: str) -> Flag:
    """A flag to be decided, by its id or by an unambiguous ending of it (6 characters at least).

    Raises:
        NoSuchFlag: there is none, or more than one.
    """
    wanted = col(Flag.id) == id if len(id) == len(new_id()) else col(Flag.id).endswith(id, autoescape=True)
    found = session.exec(select(Flag).where(wanted).limit(2).with_for_update()).all() if len(id) >= _SHORTEST else []
    if len(found) != 1:
        raise NoSuchFlag(id)
    return found[0]


def check_rights(
    session: Session,
    flag: Flag,
    person: KnownPerson,
    comment: StoredComment,
    typed: str,
    why_not_here: Callable[[Situation], str | None] = why_not,
) -> None:
    """See that this person may decide this flag, which they found as `typed`. `why_not_here`: the right that is asked for.

    Raises:
        NoSuchFlag: it is not for their eyes.
        NotYours: they may see it, and not decide it.
    """
    stands = situation(session, person, flag, comment.author, comment.text)
    reason = why_not_here(stands)
    if reason is not None:
        if not may_see(stands):
            raise NoSuchFlag(typed)  # what was typed: its whole id would betray it
        raise NotYours(reason)


def note_access(house: House, flag_id: str, email: str, reason: str, now: datetime) -> None:
    """Record that a person was shown the full text of a flag (DESIGN.md 8)."""
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email, now)
        session.add(Access(id=new_id(), flag_id=flag_id, person_id=person.id, at=now, reason=reason))
