"""The run ledger: the proof that a page was moderated on a day (MATRIX.md), and the policy versions behind the flags."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, sealed, time_column


class RunStatus(StrEnum):
    """How a run ended. `running` is one that a crash may have left behind."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Run(SQLModel, table=True):
    """One pass over one page, with its counts. "No flags" and "did not run" never look alike."""

    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_page_id_started", "page_id", "started"),
        Index("ix_run_of_status", "page_id", "status", "depth", "started"),
    )
    id: str = id_column()
    page_id: str = reference("page.id", index=False)
    depth: str = Field(max_length=10)
    started: datetime = time_column()
    ended: datetime | None = time_column(nullable=True)
    status: str = Field(default=RunStatus.RUNNING, max_length=10)
    fetched: int = 0
    scored: int = 0
    flagged: int = 0
    failed: int = 0
    deleted: int = 0
    error_sealed: bytes | None = sealed(nullable=True)
    retry_at: datetime | None = time_column(nullable=True)
    """Before this the platform does not want to be asked again (Retry-After)."""
    not_watched: str = ""


class PolicyVersion(SQLModel, table=True):
    """A policy as it stood when it raised flags, found by its digest."""

    __tablename__ = "policy_version"
    id: str = Field(primary_key=True, max_length=64)
    document: str
    applied: datetime = time_column()
