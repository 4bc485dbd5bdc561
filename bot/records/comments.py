"""Comments, their revisions, and what the detectors found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, sealed, time_column


class Scoring(StrEnum):
    """Whether a revision has been classified. Neither of the first two is ever "clean"."""

    UNSCORED = "unscored"
    FAILED = "failed"
    SCORED = "scored"


IS_UNSCORED = text("revision.scoring = 'unscored'")
IS_UNFLAGGED = text("revision.flagged IS NULL AND revision.scoring <> 'unscored'")
HAS_FAILED = text("revision.scoring = 'failed'")
HAS_TEXT = text("revision.text_sealed IS NOT NULL")
IS_REPLY = text("comment.parent_index IS NOT NULL")
"""Conditions in the very words of the partial indexes below: with a bound value no database sees that one fits."""


class Comment(SQLModel, table=True):
    """What one author posted on a page. What changes without the author (state, name, parent) stands here."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("page_id", "external_index"),
        Index("ix_comment_page_id_created", "page_id", "created"),
        partial_index("ix_comment_reply", "page_id", "parent_index", where="parent_index IS NOT NULL"),
    )
    id: str = id_column()
    page_id: str = reference("page.id", index=False)
    external_index: bytes = Field(sa_type=LargeBinary)
    external_sealed: bytes = sealed()
    parent_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    author_sealed: bytes = sealed()
    permalink_sealed: bytes = sealed()
    state: str = Field(max_length=10)
    created: datetime = time_column()
    found: datetime = time_column()
    current: int = 1
    current_hash: bytes = Field(sa_type=LargeBinary)
    judged_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The revision that a platform made of the text when it carried out our action: it counts as judged (DESIGN.md 4)."""
    circumstances: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Blind index of parent, author and permalink: a re-reading tells without opening a seal that nothing of them changed."""
    deleted: datetime | None = time_column(nullable=True)


class Revision(SQLModel, table=True):
    """One wording of a comment: exactly what is judged. `number` counts from 1."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("comment_id", "number"),
        partial_index("ix_revision_waiting", "page_id", "id", where="scoring = 'unscored'"),
        partial_index("ix_revision_unflagged", "page_id", "id", where="flagged IS NULL AND scoring <> 'unscored'"),
        partial_index("ix_revision_failed", "page_id", "attempts", where="scoring = 'failed'"),
        partial_index("ix_revision_readable", "page_id", "found", where="text_sealed IS NOT NULL"),
    )
    id: str = id_column()
    comment_id: str = reference("comment.id", index=False)
    page_id: str = reference("page.id", index=False)
    number: int
    hash: bytes = Field(sa_type=LargeBinary)
    text_sealed: bytes | None = sealed(nullable=True)
    media_sealed: bytes | None = sealed(nullable=True)
    edited: datetime | None = time_column(nullable=True)
    found: datetime = time_column()
    scoring: str = Field(default=Scoring.UNSCORED, max_length=10)
    scored_with: str = Field(default="", max_length=64)
    failure: str = ""
    attempts: int = 0
    flagged: datetime | None = time_column(nullable=True)
    """When the policy last looked at the signals; None: it still has to."""


class StoredSignal(SQLModel, table=True):
    """One detector's finding on one revision, with the version of the detector that found it."""

    __tablename__ = "signal"
    id: str = id_column()
    revision_id: str = reference("revision.id")
    moderator: str = Field(max_length=40)
    version: str = Field(max_length=64)
    name: str = Field(max_length=40)
    score: float
    start: int
    end: int
    detail_sealed: bytes = sealed()


class PageCheckpoint(SQLModel, table=True):
    """The place behind the last stored batch of a page."""

    __tablename__ = "checkpoint"
    page_id: str = Field(foreign_key="page.id", primary_key=True, max_length=64)
    value_sealed: bytes = sealed()
    stored: datetime = time_column()
