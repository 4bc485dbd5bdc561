"""Reads a sample page's JSON file and names whatever is wrong in it by file and field, or by line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from connectors.base import Author, BadConfig, Comment, CommentState, Media

MEDIA_KINDS = ("image", "video", "audio", "link", "file")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A sample file: the page's settings and its comments, in the order of the file."""

    title: str
    comments_open: bool
    public: bool
    administrators: tuple[str, ...]
    comments: tuple[Comment, ...]


def read_page(file: Path) -> SamplePage:
    """Read the whole file. Raises `BadConfig("url", ...)`, which quotes no comment."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig("url", f"{file} cannot be read ({error.strerror})") from None
    except json.JSONDecodeError as error:
        raise BadConfig("url", f"{file}, line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise BadConfig("url", f"{file} is not UTF-8 text in JSON") from None
    page = _Fields(file, "", data)
    comments = [_comment(_Fields(file, f"comments[{n}].", row)) for n, row in enumerate(page.rows("comments"))]
    if len({comment.id for comment in comments}) < len(comments):
        raise page.wrong("comments", "must not hold one id twice")
    return SamplePage(
        title=page.need("title", str),
        comments_open=page.need("comments_open", bool),
        public=page.need("public", bool),
        administrators=tuple(page.words("administrators")),
        comments=tuple(comments),
    )


def _comment(row: _Fields) -> Comment:
    return Comment(
        id=row.need("id", str),
        author=Author(
            id=row.need("author", str), name=row.need("author", str), is_staff=row.may("author_is_staff", bool)
        ),
        text=row.need("text", str),
        created=row.time("created", row.need("created", str)),
        parent=row.may("parent", str),
        media=tuple(_media(each) for each in row.nested("media")),
        edited=row.time("edited", edited) if (edited := row.may("edited", str)) is not None else None,
        state=row.state(),
    )


def _media(row: _Fields) -> Media:
    kind = row.need("kind", str)
    if kind not in MEDIA_KINDS:
        raise row.wrong("kind", f"must be one of {', '.join(MEDIA_KINDS)}")
    return Media(kind, row.may("url", str) or "")


class _Fields:
    """One JSON object and where it stands. Its methods raise `BadConfig` naming file and field."""

    def __init__(self, file: Path, where: str, data: object) -> None:
        self._file, self._where = file, where
        if not isinstance(data, dict):
            raise BadConfig("url", f"{file}: {where.rstrip('.') or 'the file'} must be an object in braces")
        self._data: dict[str, object] = data

    def wrong(self, field: str, message: str) -> BadConfig:
        return BadConfig("url", f"{self._file}: {self._where}{field} {message}")

    def may(self, field: str, kind: type[T]) -> T | None:
        value = self._data.get(field)
        if value is not None and not isinstance(value, kind):
            raise self.wrong(field, f"must be {NAMES[kind]}")
        return value

    def need(self, field: str, kind: type[T]) -> T:
        value = self.may(field, kind)
        if value is None:
            raise self.wrong(field, f"is missing; it must be {NAMES[kind]}")
        return value

    def time(self, field: str, written: str) -> datetime:
        hint = "must be a time with a zone, like 2026-10-05T16:00:00Z"
        try:
            when = datetime.fromisoformat(written)
            if when.tzinfo is None:
                raise self.wrong(field, hint)
            return when.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.wrong(field, hint) from None

    def state(self) -> CommentState:
        try:
            return CommentState(self.may("state", str) or CommentState.VISIBLE)
        except ValueError:
            raise self.wrong("state", f"must be one of {', '.join(CommentState)}") from None

    def rows(self, field: str) -> list[object]:
        value: list[object] = self.need(field, list)
        return value

    def words(self, field: str) -> list[str]:
        value = self.rows(field)
        if not all(isinstance(word, str) for word in value):
            raise self.wrong(field, "must be a list of texts")
        return [str(word) for word in value]

    def nested(self, field: str) -> list[_Fields]:
        value: list[object] = self.may(field, list) or []
        return [_Fields(self._file, f"{self._where}{field}[{n}].", row) for n, row in enumerate(value)]


NAMES: dict[type, str] = {str: "a text in quotes", bool: "true or false", list: "a list in brackets"}
