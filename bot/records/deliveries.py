"""Webhooks: which event was told to which address of the district."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, sealed, time_column


class Delivery(SQLModel, table=True):
    """One event for one hook. Its id is the `webhook-id` of every attempt, by which a receiver knows what it had already."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("hook", "event", "subject", "at"),
        partial_index("ix_delivery_waiting", "page_id", "next_try", where="done IS NULL"),
    )
    id: str = id_column()
    hook: str = Field(max_length=64)
    """The hook's name in `people.yaml`."""
    page_id: str = reference("page.id", index=False)
    flag_id: str = reference("flag.id")
    """The flag on which the event hangs: of one that is restricted nothing leaves, whatever was written before."""
    event: str = Field(max_length=24)
    subject: str = Field(max_length=36)
    """The id of the row that the event tells of: a flag, a decision, an action, a case."""
    at: datetime = time_column()
    """When it happened: a case that is closed a second time is told a second time."""
    body_sealed: bytes = sealed()
    written: datetime = time_column()
    attempts: int = 0
    next_try: datetime = time_column()
    done: datetime | None = time_column(nullable=True)
    given_up: bool = False
    problem_sealed: bytes | None = sealed(nullable=True)
    """What the receiver answered, or why it was not reached."""
