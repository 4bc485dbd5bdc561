"""Whom the program has called about which flag."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, sealed, time_column


class Notice(SQLModel, table=True):
    """One message to one person. Written before it is sent, so that no death of a process loses one."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("flag_id", "reason", "number", "person_id"),
        partial_index("ix_notice_unsent", "page_id", "id", where="sent IS NULL"),
    )
    id: str = id_column()
    flag_id: str = reference("flag.id", index=False)
    page_id: str = reference("page.id", index=False)
    person_id: str = reference("person.id", index=False)
    reason: str = Field(max_length=12)
    number: int
    written: datetime = time_column()
    sent: datetime | None = time_column(nullable=True)
    attempts: int = 0
    problem_sealed: bytes | None = sealed(nullable=True)
    """What the mail server said when it refused."""
