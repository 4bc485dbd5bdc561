"""Flags, decisions and actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.records.columns import id_column, partial_index, reference, sealed, time_column


class ActionState(StrEnum):
    """How far an action is (DESIGN.md 3)."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    MANUAL = "manual"
    CANCELLED = "cancelled"


WAITS = text("flag.state IN ('open', 'appealed')")
"""Whether a flag waits for a person, in the very words of its indexes: with a bound value no database sees that one fits."""


class Flag(SQLModel, table=True):
    """One comment revision that breaks one or more rules and waits for a person. `version` is for compare-and-set."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("revision_id"),
        partial_index("ix_flag_waiting", "rank", "due", "id", where="state IN ('open', 'appealed')"),
        partial_index("ix_flag_waiting_at_site", "site_id", "rank", "due", "id", where="state IN ('open', 'appealed')"),
        Index("ix_flag_of_site", "site_id", "opened"),
        partial_index("ix_flag_held", "comment_id", where="held"),
        partial_index("ix_flag_bundled", "bundle_id", where="bundle_id IS NOT NULL"),
    )
    id: str = id_column()
    site_id: str = reference("site.id", index=False)
    page_id: str = reference("page.id")
    comment_id: str = reference("comment.id")
    revision_id: str = reference("revision.id", index=False)
    severity: str = Field(max_length=10)
    rank: int
    due: datetime = time_column()
    state: str = Field(max_length=10)
    outcome: str | None = Field(default=None, max_length=12)
    restricted: bool = False
    held: bool = False
    version: int = 1
    policy_version: str = Field(max_length=64)
    opened: datetime = time_column()
    acknowledged: datetime | None = time_column(nullable=True)
    not_serious_by: str | None = Field(default=None, max_length=36)
    assigned_to: str | None = Field(default=None, max_length=36)
    """Whose turn it is, where somebody was named; whoever has the right may decide it all the same."""
    bundle_id: str | None = Field(default=None, max_length=36)
    """The card of many flags that this one is shown on; None: it has a card of its own."""
    bundle_place: int | None = None
    """Its number among those that have joined. It stays where the flag leaves: then it is not drawn into a bundle again."""
    edited: datetime | None = time_column(nullable=True)
    """Since when the comment has other words. What was said that is critical or high waits for a person all the same."""


class FlagRule(SQLModel, table=True):
    """One rule that a flag's comment breaks: clause, why, and which detector in which version said so."""

    __tablename__ = "flag_rule"
    flag_id: str = Field(foreign_key="flag.id", primary_key=True, max_length=36)
    rule: str = Field(primary_key=True, max_length=40)
    clause: str
    severity: str = Field(max_length=10)
    recommend: str
    score: float
    moderator: str = Field(max_length=40)
    moderator_version: str = Field(max_length=64)
    start: int
    end: int
    why_sealed: bytes = sealed()


class Decision(SQLModel, table=True):
    """What a person judged on a flag. Append-only; one for each version of a flag. `person_id` None is the machine."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("flag_id", "flag_version"),)
    id: str = id_column()
    flag_id: str = reference("flag.id", index=False)
    flag_version: int
    kind: str = Field(max_length=20)
    person_id: str | None = reference("person.id", nullable=True)
    os_user_sealed: bytes | None = sealed(nullable=True)
    note_sealed: bytes | None = sealed(nullable=True)
    at: datetime = time_column()


class Action(SQLModel, table=True):
    """What is to be done on the platform because of a decision. No hide or remove without evidence: the database keeps it."""

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("kind NOT IN ('hide', 'remove', 'spam') OR evidence_id IS NOT NULL", name="evidence_first"),
        Index("ix_action_waiting", "state", "page_id"),
    )
    id: str = id_column()
    decision_id: str = reference("decision.id")
    flag_id: str = reference("flag.id")
    page_id: str = reference("page.id", index=False)
    comment_id: str = reference("comment.id")
    revision_id: str = reference("revision.id", index=False)
    evidence_id: str | None = reference("evidence.id", nullable=True, index=False)
    kind: str = Field(max_length=10)
    state: str = Field(default=ActionState.PENDING, max_length=10)
    created: datetime = time_column()
    attempts: int = 0
    unsure: bool = False
    """The platform was asked and nobody knows what it did: set before it is asked, cleared by an answer."""
    next_try: datetime = time_column()
    cause: str = Field(default="", max_length=80)
    """Why it was cancelled, or is for a person: words of ours."""
    problem_sealed: bytes | None = sealed(nullable=True)
    """What the platform said when it failed; an address may stand in it."""
    done: datetime | None = time_column(nullable=True)
    receipt_sealed: bytes | None = sealed(nullable=True)
