"""Sites, people, class pages and their rosters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, reference, sealed, time_column


class SiteRecord(SQLModel, table=True):
    """One school."""

    __tablename__ = "site"
    id: str = Field(primary_key=True, max_length=64)
    title: str
    time_zone: str
    supervisor_id: str | None = Field(default=None, max_length=36)
    contact_id: str | None = Field(default=None, max_length=36)
    """The district's named contact, above the supervisor."""
    telephone: str = ""
    discord_channel: str | None = Field(default=None, max_length=20)
    language: str = Field(default="en", max_length=2)
    on_call_sealed: bytes | None = sealed(nullable=True)
    """Who is on duty when, as `people.yaml` says it: JSON. Addresses of people stand in it."""
    hooks_sealed: bytes | None = sealed(nullable=True)
    """The webhooks of the site, as `people.yaml` says it: JSON. No secret stands in it."""


class PersonRecord(SQLModel, table=True):
    """Somebody who works with Hallmonitor; found by the blind index of the e-mail address."""

    __tablename__ = "person"
    id: str = id_column()
    email_index: bytes = Field(unique=True, sa_type=LargeBinary)
    email_sealed: bytes = sealed()
    name_sealed: bytes = sealed()
    accounts_sealed: bytes | None = sealed(nullable=True)
    """Their own accounts by the connector's name, where one account serves for all pages of a platform."""
    wishes_sealed: bytes | None = sealed(nullable=True)
    """Quiet hours and language, as `people.yaml` says it: JSON."""
    left: datetime | None = time_column(nullable=True)
    """Since when they do not work here any more: then they have no duty, whatever `people.yaml` says."""


class Duty(SQLModel, table=True):
    """What a person is at a site."""

    __tablename__ = "duty"
    person_id: str = Field(foreign_key="person.id", primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", primary_key=True, max_length=64)
    role: str = Field(primary_key=True, max_length=20)


class Page(SQLModel, table=True):
    """One class page. `document_sealed` is its YAML file as JSON: addresses of pages hold names on some platforms."""

    __tablename__ = "page"
    id: str = Field(primary_key=True, max_length=64)
    site_id: str = reference("site.id")
    teacher_id: str = reference("person.id")
    document_sealed: bytes = sealed()
    digest: str = Field(max_length=64)
    is_public: bool | None = None
    """What the platform last told; None: it does not tell."""
    roster_digest: str = Field(default="", max_length=64)
    roster_at: datetime | None = time_column(nullable=True)
    applied_at: datetime = time_column()
    scored_with: str = Field(default="", max_length=64)
    """Digest of all that its last scoring depended on: while it stays the same, nothing has to be scored again."""
    left: datetime | None = time_column(nullable=True)
    """Since when the page is not read any more: its class is over, or its file is gone."""


class RosterStudent(SQLModel, table=True):
    """One student of a page's roster, sealed whole."""

    __tablename__ = "student"
    id: str = id_column()
    page_id: str = reference("page.id")
    student_sealed: bytes = sealed()


class KeyCheck(SQLModel, table=True):
    """Proof that the index key is the one that this database was made with."""

    __tablename__ = "key_check"
    __table_args__ = (UniqueConstraint("name"),)
    id: int = Field(primary_key=True)
    name: str = Field(max_length=20)
    check: bytes = Field(sa_type=LargeBinary)
