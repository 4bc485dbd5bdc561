"""Retention: the words of a clean comment are erased after 30 days; its id, its revision and the result stay (DESIGN.md 11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy import select as plain_select
from sqlmodel import and_, col, func, select, update

from bot.domain.own_rules import OWN_RULES
from bot.domain.review import Outcome
from bot.domain.schedule import CLOCK_TOLERANCE
from bot.house import House
from bot.records import HAS_TEXT, Comment, Covered, Drawn, Flag, FlagRule, Revision, Run, RunStatus, Scoring
from bot.store import Session
from bot.store.saving import lock_page
from bot.telemetry import log

KEEP = timedelta(days=30)
"""As long as a page is re-read daily, and as a new roster, model or rule looks back: until then the words are needed."""

DAYS_LIVED = 10
BATCH = 1000


def pages_with_old_texts(house: House, now: datetime) -> list[str]:
    """The pages that still hold words of clean comments that were found more than 30 days ago."""
    with house.store.reading() as session:
        found = list(session.exec(select(Revision.page_id).where(_erasable(now)).distinct()))
        return found if found and _time_has_passed(session, now) else []


def erase_clean_texts(house: House, page_id: str, now: datetime) -> int:
    """Erase the words and media of a page's clean comments that were found more than 30 days ago; returns how many.

    Clean is what every detector has read, what the policy has looked at, and what no flag was ever raised on, but that of the
    weekly sample. Whatever has a flag is kept, however it was decided, and whatever could not be classified.
    """
    erased = 0
    while True:
        house.go_on()
        with house.store.transaction() as session:
            lock_page(session, page_id)
            if not _time_has_passed(session, now):
                return erased
            query = select(Revision.id).where(Revision.page_id == page_id, _erasable(now)).limit(BATCH)
            ids = session.exec(query).all()
            session.exec(update(Revision).where(col(Revision.id).in_(ids)).values(text_sealed=None, media_sealed=None))
        erased += len(ids)
        if len(ids) < BATCH:
            log().info("erased", page=page_id, count=erased)
            return erased


def _time_has_passed(session: Session, now: datetime) -> bool:
    """Whether the ledger shows that the last 30 days really were lived through: a clock that was set ahead erases nothing.

    Pages were read on ten of those days at least, and nothing lies in the future.
    """
    day = func.date(Run.started)
    lived = select(func.count(day.distinct())).where(
        Run.status == RunStatus.DONE, Run.started > now - KEEP, Run.started <= now
    )
    ahead = select(Run.id).where(Run.started > now + CLOCK_TOLERANCE).limit(1)
    return session.exec(lived).one() >= DAYS_LIVED and session.exec(ahead).first() is None


def _erasable(now: datetime) -> ColumnElement[bool]:
    flagged = select(Flag.id).where(Flag.comment_id == Revision.comment_id, ~_only_read())
    return and_(
        HAS_TEXT,
        col(Revision.found) < now - KEEP,
        col(Revision.scoring) == Scoring.SCORED,
        col(Revision.flagged).is_not(None),
        ~flagged.exists(),
        col(Revision.comment_id).not_in(_answered_by_restricted()),
        ~select(Covered.revision_id).where(Covered.revision_id == Revision.id).exists(),  # the consent may end
    )


def _answered_by_restricted() -> Select[Any]:
    """The comments above one with a restricted flag: whom their words may mean, too, that flag must not show itself to, however old."""
    flagged = select(Comment.id, Comment.page_id, Comment.parent_index).join(Flag, col(Flag.comment_id) == Comment.id)
    found = flagged.where(col(Flag.restricted)).cte("found", recursive=True)
    above = (col(Comment.page_id) == found.c.page_id) & (col(Comment.external_index) == found.c.parent_index)
    found = found.union(select(Comment.id, Comment.page_id, Comment.parent_index).join(found, above))
    return plain_select(found.c.id)


def _only_read() -> ColumnElement[bool]:
    """Whether a flag asked no more than that somebody reads a comment of the weekly sample, and is done: it makes nothing less clean."""
    drawn = select(Drawn.flag_id).where(Drawn.flag_id == Flag.id)
    more = select(FlagRule.flag_id).where(FlagRule.flag_id == Flag.id, col(FlagRule.rule).not_in(sorted(OWN_RULES)))
    done = func.coalesce(Flag.outcome, "").in_([Outcome.CLEARED, Outcome.SUPERSEDED])  # an open flag has no outcome
    return and_(done, drawn.exists(), ~more.exists())
