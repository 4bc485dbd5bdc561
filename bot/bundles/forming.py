"""Forming: flags are drawn into bundles before any face shows them, as one step of the database (DESIGN.md 7, Bulk)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, func, or_, select, update

from bot.bundles.free import free_flags
from bot.bundles.members import IS_DECIDED, let_go, mark_cards
from bot.domain.bundle_presses import DECIDES, BundleChoice
from bot.domain.bundles import Draw, Free, Kind, Standing, draws
from bot.domain.class_pages import Severity
from bot.domain.review import UNDO_WITHIN, FlagState, Outcome
from bot.house import House
from bot.records import Bundle, Comment, Decision, Flag, Page, SiteRecord, new_id
from bot.store import Session
from bot.store.saving import lock_page

_LIVES = UNDO_WITHIN + timedelta(days=1)
"""How long a bundle that was decided is looked after: until it cannot be taken back any more."""


def pages_to_form(house: House, now: datetime) -> list[str]:
    """The pages on which flags become a bundle, join one, or leave one."""
    with house.store.reading() as session:
        free = free_flags(session, house, now)
        drawing = {page for page in free if _draws(session, house, page, now, free)}
        return sorted(drawing | set(session.exec(_with_leavers(now))))


def form(house: House, page_id: str, now: datetime) -> None:
    """Draw the flags of a page into bundles, and let those leave that have a story of their own by now.

    All at once, behind whatever else writes the page's flags: whoever dies here leaves all of it undone, and the next ring does it.
    """
    with house.store.transaction() as session:
        lock_page(session, page_id)
        living = select(Bundle).where(Bundle.page_id == page_id, lives(now)).order_by(col(Bundle.id))
        for bundle in session.exec(living.with_for_update()).all():
            let_go(session, bundle)
        session.flush()
        for draw in _draws(session, house, page_id, now, free_flags(session, house, now, page_id)):
            _join(session, page_id, draw)


def form_all(house: House, now: datetime) -> None:
    """`form`, wherever something is to be done."""
    for page_id in pages_to_form(house, now):
        form(house, page_id, now)


def lives(now: datetime) -> Any:
    """Whether a bundle is still looked after: it has flags, and they wait, or could wait again by a press.

    Where somebody else's doing opens a flag again after that time, it lives until that flag has left it.
    """
    flag = aliased(Flag)
    may_wait = or_(
        col(flag.state) != FlagState.CLOSED,
        col(Bundle.decided).is_(None),
        col(Bundle.choice).not_in(list(DECIDES)),
        col(Bundle.decided) > now - _LIVES,
    )
    return exists().where(col(flag.bundle_id) == Bundle.id, may_wait)


def _draws(
    session: Session, house: House, page_id: str, now: datetime, free: Mapping[str, Sequence[Free]]
) -> list[Draw]:
    flags = free.get(page_id, [])
    if not flags:
        return []
    site = session.get_one(SiteRecord, session.get_one(Page, page_id).site_id)
    return draws(flags, list(_standing(session, page_id, now)), house.policy.bundles, ZoneInfo(site.time_zone))


def _standing(session: Session, page_id: str, now: datetime) -> Iterator[Standing]:
    """The bundles of a page that have flags."""
    query = (
        select(Bundle, func.min(Comment.created), func.max(Comment.created))
        .join(Flag, col(Flag.bundle_id) == Bundle.id)
        .join(Comment, col(Comment.id) == Flag.comment_id)
        .where(Bundle.page_id == page_id, lives(now))
        .group_by(col(Bundle.id))
    )
    for bundle, first, last in session.exec(query.order_by(col(Bundle.id))):
        yield Standing(bundle.id, Kind(bundle.kind), bundle.choice is None, bundle.opened, first, last)


def _join(session: Session, page_id: str, draw: Draw) -> None:
    """Write a bundle, if it is a new one, and number those that join."""
    if draw.bundle is None:
        site = session.get_one(Page, page_id).site_id
        bundle = Bundle(id=new_id(), site_id=site, page_id=page_id, kind=draw.kind, opened=draw.opened)
        session.add(bundle)
        session.flush()
    else:
        bundle = session.get_one(Bundle, draw.bundle)
    numbered = (
        update(Flag).where(col(Flag.id) == bindparam("of")).values(bundle_id=bundle.id, bundle_place=bindparam("at"))
    )
    places = [{"of": flag, "at": place} for place, flag in enumerate(draw.flags, start=bundle.joined + 1)]
    session.connection().execute(numbered, places)
    bundle.joined += len(places)
    mark_cards(session, draw.flags)


def _with_leavers(now: datetime) -> Any:
    """The pages of flags that are in a bundle and have a story of their own, as far as one question can tell (`stand_of` says it all)."""

    def is_ours(by: Any, at: Any) -> Any:
        ours = (Decision.person_id == by, Decision.at == at)
        return exists().where(col(Decision.flag_id) == Flag.id, *ours)

    taken = (Flag.acknowledged, Flag.assigned_to, Flag.not_serious_by, Flag.edited)
    leaves = or_(
        col(Flag.restricted),
        col(Flag.rank) <= Severity.CRITICAL.rank,
        col(Flag.state).not_in([FlagState.OPEN, FlagState.CLOSED]),
        Flag.outcome == Outcome.SUPERSEDED,
        *(col(column).is_not(None) for column in taken),
        col(Bundle.choice).is_(None) & IS_DECIDED,
        # closed by the bundle, and open again by somebody else's doing; and the other way round
        col(Bundle.choice).in_(list(DECIDES)) & (Flag.state == FlagState.OPEN) & is_ours(Bundle.decided_by, Bundle.decided),
        (Bundle.choice == BundleChoice.UNDO) & (Flag.state == FlagState.CLOSED) & is_ours(Bundle.undone_by, Bundle.undone),
    )  # fmt: skip
    return select(Bundle.page_id).join(Flag, col(Flag.bundle_id) == Bundle.id).where(lives(now), leaves).distinct()
