"""Flags that are shown, decided and taken back together: a raid, or what a revoked consent had covered (DESIGN.md 7)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, time_column


class Bundle(SQLModel, table=True):
    """One card for many flags of one page; `flag.bundle_id` says which. Each flag keeps decisions of its own."""

    __tablename__ = "bundle"
    id: str = id_column()
    site_id: str = reference("site.id", index=False)
    page_id: str = reference("page.id")
    kind: str = Field(max_length=12)
    opened: datetime = time_column()
    joined: int = 0
    """How many flags have ever joined; each has its number in `flag.bundle_place`."""
    apart: int = 0
    """How many have left; of those that are restricted nothing is said, here neither."""
    choice: str | None = Field(default=None, max_length=10)
    """What was pressed last. It is written before the first flag is decided, so that no death of a process loses the rest."""
    decided_by: str | None = reference("person.id", nullable=True, index=False)
    decided: datetime | None = time_column(nullable=True)
    """Whose press closed its flags, and when: their decisions say the same."""
    undone_by: str | None = reference("person.id", nullable=True, index=False)
    undone: datetime | None = time_column(nullable=True)
    channel: str | None = Field(default=None, max_length=20)
    message: str | None = Field(default=None, max_length=20)
    shown: str = Field(default="", max_length=64)
    """A digest of what the message says; empty: it was never shown."""
