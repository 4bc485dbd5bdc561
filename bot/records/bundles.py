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
    channel: str | None = Field(default=None, max_length=20)
    message: str | None = Field(default=None, max_length=20)
    shown: str = Field(default="", max_length=64)
    """A digest of what the message says; empty: it was never shown."""
