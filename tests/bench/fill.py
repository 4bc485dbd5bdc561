"""Large databases in little time: one real comment many times over by SQL, and flags written as the pipeline writes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import SQLModel

from bot.domain.class_pages import Severity
from bot.domain.review import FlagState
from bot.records import Comment, Flag, FlagRule, Revision, Scoring, new_id
from bot.store.bulk import insert_rows
from tests.bench.school import School, now
from tests.servers.postgres import PostgresServer, database_of

FlagRows = tuple[dict[str, object], ...]
"""A flagged comment as rows, in the order of `_TABLES`."""

_AT_ONCE = 5_000
_TABLES: tuple[type[SQLModel], ...] = (Comment, Revision, Flag, FlagRule)
_SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) "
_LITE_ID = "printf('01900000-%04x-7000-8000-%012x', n / 65536, n)"
_GRES_ID = "'01900000-' || lpad(to_hex(n / 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0')"
_DONE = {"scoring": f"'{Scoring.SCORED.value}'", "flagged": "found"}
"""The copies have been scored and flagged: nothing waits."""


def copy_comments(school: School, count: int, cluster: PostgresServer | None) -> None:
    """The one comment that the school has stored, so many times more, each with a random index of its own as in real life."""
    school.close()
    if cluster is None:
        url = school.environment.database_url.removeprefix("sqlite:///")
        connection = sqlite3.connect(url, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
            connection.execute(f"PRAGMA {setting}").close()
        connection.execute("BEGIN")
        for statement in _copies(_LITE_ID, "randomblob(32)"):
            connection.execute(_SERIES.format(count=count) + statement)
        connection.execute("COMMIT")
        connection.close()
        return
    series = f"(SELECT generate_series(1, {count}) AS n) AS series"
    copies = [
        statement.replace("FROM series", f"FROM {series}") for statement in _copies(_GRES_ID, "sha256(n::text::bytea)")
    ]
    # without the check of every reference, which takes as long as the copies
    # and nothing that would run into the rounds
    quiet = [f"ALTER TABLE {table} SET (autovacuum_enabled = off)" for table in ("comment", "revision")]
    statements = ["SET session_replication_role = replica", *quiet, *copies, "ANALYZE", "CHECKPOINT"]
    cluster.sql("; ".join(statements), database_of(school.environment.database_url))


def _copies(id: str, index: str) -> list[str]:
    return [
        _copy("comment", list(Comment.__table__.c.keys()), {"id": id, "external_index": index}),  # type: ignore[attr-defined]
        _copy("revision", list(Revision.__table__.c.keys()), {"id": id, "comment_id": id, **_DONE}),  # type: ignore[attr-defined]
    ]


def _copy(table: str, columns: list[str], changed: Mapping[str, str]) -> str:
    values = ", ".join(changed.get(name, f"model.{name}") for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM series, (SELECT * FROM {table} LIMIT 1) AS model"


def fill_flags(school: School, count: int) -> None:
    """So many flagged comments on one page, all waiting for a person, urgent and less urgent ones."""
    page = school.add_page("flagged", ["a comment"])
    for start in range(0, count, _AT_ONCE):
        rows = [_flagged(school, page, number, now()) for number in range(start, min(count, start + _AT_ONCE))]
        insert_flags(school, rows)
    if school.house.store.engine.dialect.name == "postgresql":
        with school.house.store.transaction() as session:
            session.connection().execute(text("ANALYZE"))  # what autovacuum does within a minute


def insert_flags(school: School, rows: Sequence[FlagRows]) -> None:
    """Write these flags at one moment."""
    with school.house.store.transaction() as session:
        for place, model in enumerate(_TABLES):
            insert_rows(session, model, [row[place] for row in rows])


def _flagged(school: School, page: str, number: int, at: datetime) -> FlagRows:
    """A flagged comment: one in four is critical."""
    severity = tuple(Severity)[number % 4]
    flag = ToFlag(f"flagged-{number}", severity, "disparagement", "what a rude thing to say " * 4, at)
    return flag_rows(school, page, flag, at, due=at + timedelta(hours=number % 240))


@dataclass(frozen=True, slots=True)
class ToFlag:
    """A comment that breaks one rule. `external` is the platform's id of it."""

    external: str
    severity: Severity
    rule: str
    text: str
    posted: datetime


def flag_rows(school: School, page: str, wanted: ToFlag, at: datetime, *, due: datetime) -> FlagRows:
    """A comment, its revision, its flag and the rule that it breaks, as rows."""
    vault, comment, revision, flag = school.house.store.vault, new_id(), new_id(), new_id()
    external, severity = wanted.external, str(wanted.severity)
    posted = {"page_id": page, "found": at}
    judged = {"severity": severity, "policy_version": school.house.policy_version}
    return (
        {
            **posted, "id": comment, "external_index": vault.index("comment.external", external), "parent_index": None,
            "external_sealed": vault.seal("comment.external_sealed", comment, external),
            "author_sealed": vault.seal("comment.author_sealed", comment, '["a", "A reader", null]'),
            "permalink_sealed": vault.seal("comment.permalink_sealed", comment, ""), "state": "visible", "created": wanted.posted,
            "current": 1, "current_hash": b"h" * 32, "judged_hash": None, "circumstances": b"c" * 32, "deleted": None,
        },
        {
            **posted, "id": revision, "comment_id": comment, "number": 1, "hash": b"h" * 32, "media_sealed": None,
            "text_sealed": vault.seal("revision.text_sealed", revision, wanted.text), "edited": None,
            "scoring": Scoring.SCORED.value, "scored_with": "chain", "failure": "", "attempts": 0, "flagged": at,
        },
        {
            **judged, "id": flag, "site_id": "s", "page_id": page, "comment_id": comment, "revision_id": revision,
            "rank": wanted.severity.rank, "due": due, "state": FlagState.OPEN.value, "outcome": None,
            "restricted": False, "held": False, "version": 1, "opened": at, "acknowledged": None, "not_serious_by": None,
            "assigned_to": None, "bundle_id": None, "bundle_place": None,
            "edited": None,
        },
        {
            "flag_id": flag, "rule": wanted.rule, "clause": "II.D", "severity": severity, "recommend": "hide", "score": 0.9,
            "moderator": "toxicity", "moderator_version": "1", "start": 0, "end": 0,
            "why_sealed": vault.seal("flag_rule.why_sealed", f"{flag}:{wanted.rule}", "The words put somebody down."),
        },
    )  # fmt: skip
