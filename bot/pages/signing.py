"""How a page's authors sign: a student's full name as display name is one finding for the page, and no flag a comment (MATRIX.md)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from bot.domain.authors import Directory
from bot.domain.schedule import REREAD_WINDOW
from bot.house import House
from bot.records import Comment
from bot.rosters import students_of
from bot.store.comments import author_of
from bot.vault import KeyProblem
from moderators.base import PageContext

MOST = 2_000
"""Comments that are looked at, the newest first: who writes often is among them."""


def signed_with_full_names(house: House, page_id: str, now: datetime) -> int:
    """How many authors of the last 30 days sign with the full name of a student of the page's roster."""
    vault = house.store.vault
    with house.store.reading() as session:
        students = students_of(session, vault, page_id)
        recent = (Comment.page_id == page_id, Comment.created >= now - REREAD_WINDOW, col(Comment.deleted).is_(None))
        newest = (
            select(Comment.id, Comment.author_sealed).where(*recent).order_by(col(Comment.created).desc()).limit(MOST)
        )
        rows = session.exec(newest).all() if students else []
    who = Directory(PageContext(page_id, students))
    found: set[str] = set()
    for id, sealed in rows:
        try:
            author = author_of(vault, id, sealed)
        except KeyProblem:  # another check of doctor says so
            continue
        if who.is_students_full_name(author.name):
            found.add(author.id or author.name)
    return len(found)
