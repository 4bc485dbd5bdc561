"""Retention: the words of a clean comment are erased after 30 days; its id, its revision and the result stay (DESIGN.md 11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, select, update

from bot.house import House
from bot.records import HAS_TEXT, Flag, Revision, Scoring
from bot.store.saving import lock_page
from bot.telemetry import log

KEEP = timedelta(days=30)
"""As long as a page is re-read daily, and as a new roster, model or rule looks back: until then the words are needed."""

BATCH = 1000


def pages_with_old_texts(house: House, now: datetime) -> list[str]:
    """The pages that still hold words of clean comments that were found more than 30 days ago."""
    with house.store.reading() as session:
        return list(session.exec(select(Revision.page_id).where(_erasable(now)).distinct()))


def erase_clean_texts(house: House, page_id: str, now: datetime) -> int:
    """Erase the words and media of a page's clean comments that were found more than 30 days ago; returns how many.

    Clean is what every detector has read, what the policy has looked at, and what no flag was ever raised on. Whatever has a flag
    is kept, however it was decided, and whatever could not be classified.
    """
    erased = 0
    while True:
        house.go_on()
        with house.store.transaction() as session:
            lock_page(session, page_id)
            query = select(Revision.id).where(Revision.page_id == page_id, _erasable(now)).limit(BATCH)
            ids = session.exec(query).all()
            session.exec(update(Revision).where(col(Revision.id).in_(ids)).values(text_sealed=None, media_sealed=None))
        erased += len(ids)
        if len(ids) < BATCH:
            log().info("erased", page=page_id, count=erased)
            return erased


def _erasable(now: datetime) -> ColumnElement[bool]:
    flagged = select(Flag.id).where(Flag.comment_id == Revision.comment_id)
    return and_(
        HAS_TEXT,
        col(Revision.found) < now - KEEP,
        col(Revision.scoring) == Scoring.SCORED,
        col(Revision.flagged).is_not(None),
        ~flagged.exists(),
    )
