"""What the review channel shows of each flag."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from bot.records.columns import time_column


class Card(SQLModel, table=True):
    """One flag's card in the channel. It is due where the flag has another version than the one that is shown."""

    __tablename__ = "card"
    flag_id: str = Field(foreign_key="flag.id", primary_key=True, max_length=36)
    channel: str = Field(max_length=20)
    message: str = Field(max_length=20)
    version: int
    """Of the flag as it is shown."""
    actions: int = 0
    """How many of its actions had an answer of the platform then."""


class DigestSent(SQLModel, table=True):
    """That a school was told of a day."""

    __tablename__ = "digest"
    site_id: str = Field(foreign_key="site.id", primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    told: datetime = time_column()
