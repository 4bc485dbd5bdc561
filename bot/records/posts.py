"""Messages to the people of a school in its channel, beside the cards: alarms, reminders, the monthly test."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, time_column


class Post(SQLModel, table=True):
    """One message. Written before it is sent, so that no death of a process loses one; `about` makes each be written once."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("site_id", "kind", "about"),
        partial_index("ix_post_unsent", "site_id", "id", where="sent IS NULL"),
    )
    id: str = id_column()
    site_id: str = reference("site.id", index=False)
    flag_id: str | None = reference("flag.id", nullable=True)
    kind: str = Field(max_length=12)
    about: str = Field(max_length=80)
    """Which alarm, reminder or test: a flag's id and the number of the call, or a month."""
    written: datetime = time_column()
    channel: str | None = Field(default=None, max_length=20)
    message: str | None = Field(default=None, max_length=20)
    sent: datetime | None = time_column(nullable=True)
    answered: datetime | None = time_column(nullable=True)
    answered_by: str | None = reference("person.id", nullable=True, index=False)
