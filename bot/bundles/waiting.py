"""Bundles in the review queue: one line for many flags, and one bundle opened for somebody."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from bot import queue
from bot.bundles.finding import NoSuchBundle, find_bundle
from bot.bundles.forming import lives
from bot.bundles.viewing import BundleView, view
from bot.domain.rights import may_see, why_not
from bot.house import House
from bot.people import KnownPerson, find_person, sites_of, situation
from bot.queue import PAGE, QueuedFlag
from bot.records import WAITS, Bundle, Flag
from bot.store import Session
from bot.store.comments import NOBODY

Line = QueuedFlag | BundleView
"""What stands on one line of the queue."""


def lines(
    house: House,
    email: str | None = None,
    *,
    now: datetime,
    limit: int = PAGE,
    behind: tuple[int, datetime, str] | None = None,
) -> list[Line]:
    """The queue with each bundle as one line, where its most urgent flag stands. As `queue.queue`.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    flags = queue.queue(house, email, now=now, limit=limit, behind=behind, bundled=False)
    found: list[tuple[tuple[int, datetime, str], Line]] = [(flag.place, flag) for flag in flags]
    found += [(b.place, b) for b in waiting_bundles(house, email, now) if b.place and (not behind or b.place > behind)]
    return [line for _, line in sorted(found, key=lambda placed: placed[0])[:limit]]


def waiting_bundles(house: House, email: str | None, now: datetime) -> list[BundleView]:
    """The bundles with flags that wait, of all schools or of those that this person may see."""
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now) if email else None
        waits = select(Flag.bundle_id).where(WAITS, col(Flag.bundle_id).is_not(None))
        query = select(Bundle).where(col(Bundle.id).in_(waits), lives(now)).order_by(col(Bundle.id))
        if person is not None:
            query = query.where(col(Bundle.site_id).in_(sites_of(person)))
        found = [
            view(session, house, b) for b in session.exec(query).all() if person is None or _may_see(session, person, b)
        ]
        return [bundle for bundle in found if bundle.waits]


def open_bundle(house: House, typed: str, email: str, now: datetime) -> tuple[BundleView, str | None]:
    """A bundle for somebody who may see it, and why they may not decide its flags, or None.

    Raises:
        NoSuchBundle: there is none, or it is not for their eyes.
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        person, bundle = find_person(session, house.store.vault, email, now), find_bundle(session, typed)
        if not _may_see(session, person, bundle):
            raise NoSuchBundle(typed)
        flag = _one_of(session, bundle)
        return view(session, house, bundle), why_not(situation(session, person, flag, NOBODY, "")) if flag else None


def is_bundle(house: House, typed: str) -> bool:
    """Whether this is the id of a bundle, and not of a flag."""
    try:
        with house.store.reading() as session:
            return bool(find_bundle(session, typed).id)
    except NoSuchBundle:
        return False


def _may_see(session: Session, person: KnownPerson, bundle: Bundle) -> bool:
    flag = _one_of(session, bundle)
    return flag is not None and may_see(situation(session, person, flag, NOBODY, ""))


def _one_of(session: Session, bundle: Bundle) -> Flag | None:
    """A flag of a bundle that stands for the others; None: there is none, or none of which everybody of the review may know."""
    free = (Flag.bundle_id == bundle.id, col(Flag.restricted).is_(False))
    return session.exec(select(Flag).where(*free).order_by(col(Flag.id)).limit(1)).first()
