"""Who stands in for whom, and until when (MATRIX.md: a substitute's access begins and ends by itself)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import SQLModel

from bot.records.columns import id_column, reference, time_column


class Cover(SQLModel, table=True):
    """A substitute has the duties of an absent person from `starts` until `ends`. It is kept: it says who could see what, when."""

    __tablename__ = "cover"
    id: str = id_column()
    person_id: str = reference("person.id")
    substitute_id: str = reference("person.id")
    starts: datetime = time_column()
    ends: datetime = time_column()
    written: datetime = time_column()
