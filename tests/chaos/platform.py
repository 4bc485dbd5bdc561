"""A platform that outlives every process: a real connector on an SQLite file of its own, with a log of all that it did.

`Ledgered` is found like a district's own connector, by import path. `Board` is the same file seen by the test: people post, edit
and delete there. The log is append-only and synced, and written in one transaction with what it tells: whoever dies, it is true.
"""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.base import (
    CHANGES_STATE,
    ActionKind,
    Author,
    Batch,
    Capabilities,
    Changed,
    Checkpoint,
    Comment,
    CommentState,
    Gone,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
)
from tests.chaos import trap

BECOMES = {
    ActionKind.HIDE: CommentState.HELD, ActionKind.RESTORE: CommentState.VISIBLE,
    ActionKind.REMOVE: CommentState.REMOVED, ActionKind.SPAM: CommentState.SPAM,
}  # fmt: skip

_TABLES = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE comment (id TEXT PRIMARY KEY, text TEXT, created TEXT, state TEXT, wording INTEGER);
CREATE TABLE wording (id TEXT, number INTEGER, text TEXT, PRIMARY KEY (id, number));
CREATE TABLE shown (seq INTEGER PRIMARY KEY, batch INTEGER, id TEXT, number INTEGER);
CREATE TABLE kept (batch INTEGER PRIMARY KEY);
CREATE TABLE asked (seq INTEGER PRIMARY KEY, id TEXT, kind TEXT);
CREATE TABLE act (seq INTEGER PRIMARY KEY, id TEXT, kind TEXT, number INTEGER, text TEXT);
"""
_LOGS = ("wording", "shown", "kept", "asked", "act")
_APPEND_ONLY = "CREATE TRIGGER {0}_{1} BEFORE {1} ON {0} BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"


def make_platform(file: Path, *, batch: int, rewrites: bool) -> None:
    """Make an empty page. `batch` comments come at once; `rewrites` mangles a text when it hides it, as WordPress does."""
    with closing(sqlite3.connect(file)) as opened, opened:
        triggers = "".join(_APPEND_ONLY.format(log, what) for log in _LOGS for what in ("UPDATE", "DELETE"))
        opened.executescript(_TABLES + triggers)
        opened.executemany("INSERT INTO setting VALUES (?, ?)", [("batch", batch), ("rewrites", int(rewrites))])


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the platform's file, synced to the disk at its end."""
    with _elsewhere(), closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


@contextmanager
def _elsewhere() -> Iterator[None]:
    """The platform is another machine: its disk is not full when ours is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Ledgered:
    """The connector. Each of its calls can be the moment at which the process dies: `asking` before it, `asked` behind it."""

    capabilities = Capabilities(CHANGES_STATE)

    def __init__(self, address: PageAddress) -> None:
        self._file = address.base / address.url

    def check(self) -> PageSettings:
        trap.passing("asking", "check")
        return PageSettings("A page", "hallmonitor", may_moderate=True, comments_open=True, public=True)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Visible and held comments, oldest first. Whoever asks for the next batch says that the one before is stored."""
        trap.passing("asking", "fetch")
        place = (
            "" if since is None else since.isoformat() if isinstance(since, datetime) else str(since.value["behind"])
        )
        while True:
            with opened(self._file) as file:
                number, batch = _next_batch(file, place)
            if not batch:
                return
            place = _key(batch[-1])
            trap.passing("asked", "fetch")
            yield Batch(batch, None if isinstance(since, datetime) else Checkpoint({"behind": place}))
            with opened(self._file) as file:
                file.execute("INSERT INTO kept VALUES (?)", (number,))
            trap.passing("asking", "fetch")

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        trap.passing("asking", "get")
        with opened(self._file) as file:
            found = [
                comment for comment, number in _listed(file) if comment.id in ids and _show(file, -1, comment, number)
            ]
        trap.passing("asked", "get")
        yield from found

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        trap.passing("asking", f"act {action}")
        with opened(self._file) as file:
            file.execute("INSERT INTO asked (id, kind) VALUES (?, ?)", (id, action))
            receipt = _act(file, id, action, seen)
        trap.passing("asked", f"act {action}")
        if isinstance(receipt, Exception):
            raise receipt
        return receipt


def _act(file: sqlite3.Connection, id: str, action: ActionKind, seen: Revision) -> Receipt | Changed | Gone:
    found = next(((comment, number) for comment, number in _listed(file) if comment.id == id), None)
    if found is None:
        return Gone("the comment is no more")
    (comment, number), wanted, at = found, BECOMES[action], datetime.now(UTC)
    if comment.state is wanted:
        return Receipt(action, wanted, "it was so already", comment.revision, at, already=True)
    if comment.revision != seen:
        return Changed("the comment is not the one that was judged", comment.revision)
    mangles = action is ActionKind.HIDE and setting(file, "rewrites")
    text = comment.text.removesuffix(SIGN) if mangles else comment.text
    file.execute("UPDATE comment SET state = ?, text = ? WHERE id = ?", (wanted, text, id))
    file.execute("INSERT INTO act (id, kind, number, text) VALUES (?, ?, ?, ?)", (id, action, number, comment.text))
    after = next(c for c, _ in _listed(file) if c.id == id)
    return Receipt(action, wanted, "done", after.revision, at)


SIGN = " <"
"""Ends all that people write here; a rewriting platform drops it from the words that it hides, as WordPress does."""


def setting(file: sqlite3.Connection, name: str) -> int:
    """One of the two settings of `make_platform`."""
    return int(file.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()[0])


def _listed(file: sqlite3.Connection) -> list[tuple[Comment, int]]:
    """Every comment that exists with the number of its wording, oldest first."""
    rows = file.execute("SELECT id, text, created, state, wording FROM comment ORDER BY created, id")
    return [
        (
            Comment(id, Author(f"a-{id}", "someone"), text, datetime.fromisoformat(created), state=CommentState(state)),
            number,
        )
        for id, text, created, state, number in rows
    ]


def _next_batch(file: sqlite3.Connection, place: str) -> tuple[int, tuple[Comment, ...]]:
    """The comments behind a place, noted as shown, with the number under which their batch is noted."""
    waiting = [(comment, number) for comment, number in _listed(file) if _key(comment) > place]
    part = waiting[: setting(file, "batch")]
    batch = int(file.execute("SELECT coalesce(max(batch), 0) + 1 FROM shown").fetchone()[0])
    return batch, tuple(comment for comment, number in part if _show(file, batch, comment, number))


def _show(file: sqlite3.Connection, batch: int, comment: Comment, number: int) -> bool:
    file.execute("INSERT INTO shown (batch, id, number) VALUES (?, ?, ?)", (batch, comment.id, number))
    return True


def _key(comment: Comment) -> str:
    return f"{comment.created.isoformat()} {comment.id}"


class Board:
    """What people do on the page, and what the oracle knows of it. No process of ours sees this."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def post(self, id: str, text: str, at: datetime) -> None:
        self.post_all([(id, text, at)])

    def post_all(self, comments: Iterable[tuple[str, str, datetime]]) -> None:
        """Many people post at once."""
        with opened(self.file) as file:
            for id, text, at in comments:
                file.execute("INSERT INTO comment VALUES (?, ?, ?, 'visible', 1)", (id, text + SIGN, at.isoformat()))
                file.execute("INSERT INTO wording VALUES (?, 1, ?)", (id, text + SIGN))

    def edit(self, id: str, text: str) -> None:
        with opened(self.file) as file:
            (number,) = file.execute("SELECT wording + 1 FROM comment WHERE id = ?", (id,)).fetchone()
            file.execute("UPDATE comment SET text = ?, wording = ? WHERE id = ?", (text + SIGN, number, id))
            file.execute("INSERT INTO wording VALUES (?, ?, ?)", (id, number, text + SIGN))

    def delete(self, id: str) -> None:
        with opened(self.file) as file:
            file.execute("DELETE FROM comment WHERE id = ?", (id,))

    def behave(self, *, batch: int, rewrites: bool) -> None:
        """Change what `make_platform` had settled."""
        with opened(self.file) as file:
            file.execute("UPDATE setting SET value = CASE name WHEN 'batch' THEN ? ELSE ? END", (batch, int(rewrites)))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What stands in the platform's file."""
        with opened(self.file) as file:
            return [tuple(row) for row in file.execute(query)]
