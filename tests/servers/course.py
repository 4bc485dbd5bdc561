"""A course of the fake Canvas: its discussions, and how Canvas writes them down (`tests/servers/canvas.py`)."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

COURSE = "courses/12"
START = datetime(2026, 10, 5, 16, tzinfo=UTC)

Row = dict[str, object]


@dataclass
class Entry:
    """One entry; `extra` is what of its fields a test wants otherwise."""

    id: int
    user: int | None
    html: str
    at: datetime
    parent: int | None = None
    edited: datetime | None = None
    deleted: bool = False
    extra: Row = field(default_factory=dict)


@dataclass
class Topic:
    """One discussion, in the course or in a group (`groups/5`)."""

    id: int
    title: str
    author: int = 7
    at: datetime = START
    context: str = COURSE
    html: str = "<p>What did you learn?</p>"
    entries: dict[int, Entry] = field(default_factory=dict)
    groups: list[Topic] = field(default_factory=list)
    extra: Row = field(default_factory=dict)
    cached: list[Row] | None = None
    is_built: bool = True


def row_of(entry: Entry) -> Row:
    """As Canvas writes it: of what was deleted neither words nor author."""
    row: Row = {
        "id": entry.id, "parent_id": entry.parent, "created_at": when_of(entry.at),
        "updated_at": when_of(entry.edited or entry.at), "rating_count": None,
    }  # fmt: skip
    if entry.deleted:
        return row | {"deleted": True, "editor_id": 7}
    return row | {"user_id": entry.user, "message": entry.html} | entry.extra


def tree_of(topic: Topic) -> list[Row]:
    rows = {id: row_of(entry) for id, entry in topic.entries.items()}
    for id, entry in topic.entries.items():
        if entry.parent is not None:
            replies = rows[entry.parent].setdefault("replies", [])
            assert isinstance(replies, list)
            replies.append(rows[id])
    return [rows[id] for id, entry in topic.entries.items() if entry.parent is None]


def frozen(topic: Topic) -> None:
    """From now on the cached view is out of date."""
    topic.cached = tree_of(topic)


def ids_in(tree: object) -> list[int]:
    assert isinstance(tree, list)
    return [id for row in tree for id in (row["id"], *ids_in(row.get("replies", [])))]


def below(topic: Topic, root: int) -> list[Entry]:
    """What was answered to an entry, and to that again, however deep; Canvas lists it flat."""
    direct = [entry for entry in topic.entries.values() if entry.parent == root]
    found = [each for entry in direct for each in (entry, *below(topic, entry.id))]
    return [entry for entry in found if not entry.deleted]


def newest(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def when_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def stored(words: str) -> str:
    """As the editor of Canvas stores what somebody types."""
    return "<p>" + html.escape(words, quote=False).replace("\n", "<br>") + "</p>"
