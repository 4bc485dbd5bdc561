"""Consents, and what they cover."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, sealed, time_column


class ConsentRecord(SQLModel, table=True):
    """One half of a consent, as it is on paper (MATRIX.md, Consent). Never deleted: a revoked one says when."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_of_student", "site_id", "student_index"),)
    id: str = id_column()
    site_id: str = reference("site.id", index=False)
    page_id: str | None = reference("page.id", nullable=True)
    """None: every page of the school."""
    student_index: bytes = Field(sa_type=LargeBinary)
    student_sealed: bytes = sealed()
    kind: str = Field(max_length=10)
    half: str = Field(max_length=10)
    giver_sealed: bytes = sealed()
    paper_sealed: bytes = sealed()
    since: datetime = time_column()
    until: datetime | None = time_column(nullable=True)
    recorded: datetime = time_column()
    recorded_by: str = reference("person.id", index=False)
    revoked: datetime | None = time_column(nullable=True)
    revoked_by: str | None = reference("person.id", nullable=True, index=False)


class Covered(SQLModel, table=True):
    """A rule that a wording would break, were it not for one student's consents. Their end makes the policy look again."""

    __tablename__ = "covered"
    __table_args__ = (
        Index("ix_covered_student", "student_index"),
        Index("ix_covered_page_id_until", "page_id", "until"),
    )
    revision_id: str = Field(foreign_key="revision.id", primary_key=True, max_length=36)
    rule: str = Field(primary_key=True, max_length=40)
    student_index: bytes = Field(primary_key=True, sa_type=LargeBinary)
    page_id: str = reference("page.id", index=False)
    until: datetime | None = time_column(nullable=True)
