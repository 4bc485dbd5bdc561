"""What stands around comments: what they answer, what answers them, who else wrote at that time. Many comments a query."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from bot.domain.review import FlagState, Outcome, Verdict
from bot.records import IS_REPLY, Comment, Decision, Flag, FlagRule, Revision, StoredSignal

MOST_AROUND = 1_000
"""Comments of one time that are looked at together: a raid shows in far fewer."""


@dataclass(frozen=True, slots=True)
class StandingRule:
    """One rule that stands against a comment: nobody has let its flag go. It is about the words from `since` until `until`."""

    rule: str
    severity: str
    restricted: bool
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Around:
    """A comment that was written at about that time and answers another one or names a student."""

    comment_id: str
    revision_id: str
    author_sealed: bytes
    created: datetime
    parent: bytes | None


def _stands() -> Any:
    return (col(Flag.state) != FlagState.CLOSED) | (col(Flag.outcome) == Outcome.UPHELD)


def answered_by(session: Session, comment_ids: Sequence[str]) -> dict[str, str]:
    """The comment that each of these answers, both by our ids, where it is stored."""
    child, parent = aliased(Comment), aliased(Comment)
    query: Any = select(child.id, parent.id).join(
        parent, (col(parent.page_id) == child.page_id) & (col(parent.external_index) == child.parent_index)
    )
    return dict(session.exec(query.where(col(child.id).in_(comment_ids))).all())


def assents_to(session: Session, signal: str, comment_ids: Sequence[str]) -> dict[str, str]:
    """The comments that answer these and, as they stand now, have this signal; each with the comment that it answers."""
    child, parent = aliased(Comment), aliased(Comment)
    query: Any = (
        select(child.id, parent.id)
        .join(child, (col(child.page_id) == parent.page_id) & (col(child.parent_index) == parent.external_index))
        .join(Revision, (col(Revision.comment_id) == child.id) & (col(Revision.number) == child.current))
        .join(StoredSignal, col(StoredSignal.revision_id) == Revision.id)
        .where(col(parent.id).in_(comment_ids), StoredSignal.name == signal, col(Revision.flagged).is_not(None))
    )
    return dict(session.exec(query).all())


def standing_against(session: Session, comment_ids: Collection[str]) -> dict[str, list[StandingRule]]:
    """The rules of the flags on these comments that nobody has let go."""
    query: Any = (
        select(
            Flag.comment_id, FlagRule.rule, FlagRule.severity, Flag.restricted,
            Revision.number, Revision.edited, Revision.found, Flag.edited,
        )  # type: ignore[call-overload]  # SQLModel counts to four
        .join(FlagRule, col(FlagRule.flag_id) == Flag.id)
        .join(Revision, col(Revision.id) == Flag.revision_id)
        .where(col(Flag.comment_id).in_(comment_ids), _stands())
        .order_by(col(Flag.id), col(FlagRule.rule))
    )  # fmt: skip
    found: dict[str, list[StandingRule]] = {}
    for comment_id, rule, severity, restricted, number, edited, seen, until in session.exec(query):
        since = None if number == 1 else edited or seen
        found.setdefault(comment_id, []).append(StandingRule(rule, severity, restricted, since, until))
    return found


def rules_of(session: Session, flag_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """The rules of flags with their severities, by the flag's id."""
    found: dict[str, dict[str, str]] = {}
    query = select(FlagRule.flag_id, FlagRule.rule, FlagRule.severity).where(col(FlagRule.flag_id).in_(flag_ids))
    for id, rule, severity in session.exec(query):
        found.setdefault(id, {})[rule] = severity
    return found


def flags_on(session: Session, revision_ids: Collection[str]) -> dict[str, tuple[str, bool]]:
    """The flags that these revisions have, by revision: the flag's id, and whether it was let go."""
    query = select(Flag.revision_id, Flag.id, Flag.outcome).where(col(Flag.revision_id).in_(revision_ids))
    return {
        revision_id: (id, outcome not in (None, Outcome.UPHELD)) for revision_id, id, outcome in session.exec(query)
    }


def written_around(
    session: Session,
    page_id: str,
    spans: Sequence[tuple[datetime, datetime]],
    name: str,
    *,
    scores: Mapping[str, float] | None = None,
    parents: Collection[bytes] | None = None,
) -> list[Around]:
    """What was posted on a page in these spans of time and answers a comment or has this signal; of very much the latest.

    `scores`: only what has one of these signals, from that score on. `parents`: only answers to these comments.
    """
    answers = IS_REPLY if parents is None else col(Comment.parent_index).in_(parents)
    of_revision = select(StoredSignal.revision_id).where(StoredSignal.revision_id == Revision.id)
    query: Any = (
        select(Comment.id, Revision.id, Comment.author_sealed, Comment.created, Comment.parent_index)  # type: ignore[call-overload]
        .join(Revision, (col(Revision.comment_id) == Comment.id) & (col(Revision.number) == Comment.current))
        .where(Comment.page_id == page_id)
        .where(or_(*((Comment.created >= since) & (Comment.created <= until) for since, until in spans)))
        .where(or_(answers, of_revision.where(StoredSignal.name == name).exists()))
        .order_by(col(Comment.created).desc(), col(Comment.id).desc())
        .limit(MOST_AROUND)
    )
    if scores is not None:
        query = query.where(of_revision.where(_reach(scores)).exists())
    return [Around(*row) for row in session.exec(query)]


def sharp_among(session: Session, revision_ids: Sequence[str], scores: Mapping[str, float]) -> set[str]:
    """Those of these revisions that have one of these signals, from that score on."""
    query = select(StoredSignal.revision_id).where(col(StoredSignal.revision_id).in_(revision_ids), _reach(scores))
    return set(session.exec(query))


def _reach(scores: Mapping[str, float]) -> Any:
    return or_(
        *((col(StoredSignal.name) == name) & (col(StoredSignal.score) >= score) for name, score in scores.items())
    )


def restricted_among(session: Session, comment_ids: Collection[str]) -> set[str]:
    """Those of these comments that have a restricted flag."""
    query = select(Flag.comment_id).where(col(Flag.restricted), col(Flag.comment_id).in_(comment_ids))
    return set(session.exec(query))


def authors_of(session: Session, page_id: str, externals: Collection[bytes]) -> dict[bytes, tuple[str, bytes]]:
    """The authors of comments, still sealed, by the blind index of the comment's own id: our id, and the seal."""
    query = select(Comment.external_index, Comment.id, Comment.author_sealed)
    of_page = (Comment.page_id == page_id, col(Comment.external_index).in_(externals))
    return {index: (id, author) for index, id, author in session.exec(query.where(*of_page))}


def strikes_on(
    session: Session, page_id: str, rules: Collection[str], since: datetime
) -> list[tuple[str, bytes, datetime]]:
    """The flags of a page with one of these rules that a person has upheld: our id of the comment, the sealed author, when.

    Restricted ones are left out: a later flag that is more severe because of one would be a trace of it.
    """
    broken = select(FlagRule.flag_id).where(col(FlagRule.rule).in_(rules), FlagRule.flag_id == Flag.id)
    query: Any = (
        select(Comment.id, Comment.author_sealed, func.min(Decision.at))
        .join(Flag, col(Flag.comment_id) == Comment.id)
        .join(Decision, col(Decision.flag_id) == Flag.id)
        .where(Flag.page_id == page_id, col(Flag.restricted).is_(False), broken.exists())
        .where(Decision.at >= since, col(Decision.person_id).is_not(None))
        .where(col(Decision.kind).in_([Verdict.HIDE, Verdict.ESCALATE]))
        .where((col(Flag.outcome) == Outcome.UPHELD) | (col(Flag.state) == FlagState.ESCALATED))
        .group_by(col(Flag.id), col(Comment.id), col(Comment.author_sealed))
    )
    return [tuple(row) for row in session.exec(query)]


MOST_STRIKES = 1_000
"""Upheld flags of a school that are looked at, the newest of them: more are a raid, and no author's habit."""


def upheld_at(
    session: Session, site_id: str, rules: Collection[str], since: datetime
) -> list[tuple[Flag, bytes, datetime]]:
    """The flags of a school with one of these rules that a person has upheld since then: the flag, the sealed author, when."""
    broken = select(FlagRule.flag_id).where(col(FlagRule.rule).in_(rules), FlagRule.flag_id == Flag.id)
    upheld = func.min(Decision.at)
    query: Any = (
        select(Flag, Comment.author_sealed, upheld)
        .join(Comment, col(Comment.id) == Flag.comment_id)
        .join(Decision, col(Decision.flag_id) == Flag.id)
        .where(Flag.site_id == site_id, broken.exists(), Decision.at >= since, col(Decision.person_id).is_not(None))
        .where(col(Decision.kind).in_([Verdict.HIDE, Verdict.ESCALATE]))
        .where((col(Flag.outcome) == Outcome.UPHELD) | (col(Flag.state) == FlagState.ESCALATED))
        .group_by(col(Flag.id), col(Comment.id))
        .order_by(upheld.desc())
        .limit(MOST_STRIKES)
    )
    return [tuple(row) for row in session.exec(query)]
