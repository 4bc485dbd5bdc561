"""Messages to the people of a school in the chat, beside the cards: alarms, direct messages, reminders, the monthly test."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, time_column


class PostKind(StrEnum):
    """What a message is."""

    ALARM = "alarm"  # a call about a critical flag, in the channel
    DIRECT = "direct"  # a call about a restricted flag, to one person
    REMINDER = "reminder"  # deadlines that come or have passed, in the channel
    TEST = "test"  # the monthly test alarm
    REPORT = "report"  # who answered it


class Post(SQLModel, table=True):
    """One message. Written before it is sent, so that no death of a process loses one; `about` makes each be written once."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("site_id", "kind", "about"),
        partial_index("ix_post_unsent", "site_id", "id", where="sent IS NULL"),
        partial_index("ix_post_unanswered", "kind", "id", where="answered IS NULL"),
    )
    id: str = id_column()
    site_id: str = reference("site.id", index=False)
    flag_id: str | None = reference("flag.id", nullable=True)
    kind: str = Field(max_length=12)
    about: str = Field(max_length=120)
    """Which alarm, reminder or test: the number of the call and a flag's id, or a month."""
    lead_id: str | None = Field(default=None, max_length=36)
    """The post whose message tells this one too; None: it has a message of its own."""
    person_id: str | None = reference("person.id", nullable=True, index=False)
    """Whom it is for alone; None: the channel."""
    written: datetime = time_column()
    channel: str | None = Field(default=None, max_length=20)
    message: str | None = Field(default=None, max_length=20)
    shown: str = Field(default="", max_length=64)
    """A digest of what the message says; empty: it was never shown, or nobody knows."""
    sent: datetime | None = time_column(nullable=True)
    refused: datetime | None = time_column(nullable=True)
    """When the chat, or the mail server, last did not take it."""
    answered: datetime | None = time_column(nullable=True)
    """Since when nothing is to be told of it any more: somebody has taken or decided the flag, or pressed "I am here"."""
    answered_by: str | None = reference("person.id", nullable=True, index=False)
