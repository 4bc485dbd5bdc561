"""Cases with their steps, the evidence chain, and who opened what."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, sealed, time_column


class Case(SQLModel, table=True):
    """The file of an escalated flag."""

    __tablename__ = "incident_case"  # CASE is a word of SQL
    id: str = id_column()
    flag_id: str = Field(foreign_key="flag.id", unique=True, max_length=36)
    site_id: str = reference("site.id")
    opened_by: str = reference("person.id", index=False)
    opened: datetime = time_column()
    closed_by: str | None = reference("person.id", nullable=True, index=False)
    closed: datetime | None = time_column(nullable=True)


class CaseStep(SQLModel, table=True):
    """One line of a case's checklist: what, by when, whom to call, and how it was done."""

    __tablename__ = "step"
    case_id: str = Field(foreign_key="incident_case.id", primary_key=True, max_length=36)
    number: int = Field(primary_key=True)
    what: str
    telephone: str = ""
    clause: str = ""
    personal: bool = False
    due: datetime = time_column()
    done: datetime | None = time_column(nullable=True)
    done_by: str | None = reference("person.id", nullable=True, index=False)
    note_sealed: bytes | None = sealed(nullable=True)


class Evidence(SQLModel, table=True):
    """A sealed, hash-chained copy of the words and their circumstances, made before anything is removed."""

    __tablename__ = "evidence"
    id: str = id_column()
    number: int = Field(unique=True)
    flag_id: str = reference("flag.id")
    revision_id: str = reference("revision.id")
    payload_sealed: bytes | None = sealed(nullable=True)
    salt_sealed: bytes | None = sealed(nullable=True)
    withheld_sealed: bytes | None = sealed(nullable=True)
    """Words and address of a stub: for law enforcement's export alone."""
    commitment: str = Field(max_length=64)
    link: str = Field(max_length=64)
    made: datetime = time_column()


class ChainHead(SQLModel, table=True):
    """The last link of the evidence chain: one row, locked for each new link."""

    __tablename__ = "chain_head"
    id: int = Field(primary_key=True)
    number: int
    link: str = Field(max_length=64)


class Access(SQLModel, table=True):
    """Somebody was shown the full text of a flag or a case."""

    __tablename__ = "access"
    id: str = id_column()
    flag_id: str = reference("flag.id")
    person_id: str = reference("person.id")
    at: datetime = time_column()
    reason: str = Field(max_length=40)
