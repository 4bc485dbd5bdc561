"""The weekly sample: comments in which nothing was found, drawn at random for a person to read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, time_column


class Draw(SQLModel, table=True):
    """One draw on one page. With `seed` anybody can draw the same comments again: nobody has chosen them."""

    __tablename__ = "draw"
    __table_args__ = (Index("ix_draw_page_id_drawn", "page_id", "drawn"),)
    id: str = id_column()
    page_id: str = reference("page.id", index=False)
    since: datetime = time_column()
    drawn: datetime = time_column()
    seed: int
    population: int
    """The clean comments found between `since` and `drawn`, of which it was drawn."""


class Drawn(SQLModel, table=True):
    """The flag that asks a person to read one comment of a draw."""

    __tablename__ = "drawn"
    flag_id: str = Field(foreign_key="flag.id", primary_key=True, max_length=36)
    draw_id: str = reference("draw.id")
