"""Labelled comments as a JSON Lines file says them: one object a line, in the format of the classroom sets.

A line that is wrong is told with file, line and field, and the others are read. Nothing of a comment's words is quoted.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import Advice
from bot.settings import did_you_mean
from connectors.base import Media

T = TypeVar("T")
MEDIA_KINDS = ("image", "video", "audio", "link", "file")
_LONGEST_PAGE = 250
"""Bytes: with `.csv` behind it, it is still the name of a file."""


class NoCases(Advice):
    """There is nothing to evaluate: the file is missing, empty, or of another kind."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a comment that holds a student's or an employee's information. `student` is the roster's id, or None."""

    start: int
    end: int
    label: str
    student: str | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """One comment of the set. `labels` and `spans` are None where the file does not say them."""

    id: str
    page: str
    author: str
    text: str
    media: tuple[Media, ...] = ()
    labels: frozenset[str] | None = None
    spans: tuple[Span, ...] | None = None
    slice: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no comment, with what is wrong and where."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


@dataclass(slots=True)
class LabelledSet:
    """What the files hold, in their order."""

    comments: list[Labelled] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


def read_labelled(files: Sequence[Path], rules: Sequence[str]) -> LabelledSet:
    """Read the comments of one or more files; `rules` are the ids that a label may be.

    An id that stood before is refused where it stands again: which of the two a prediction belongs to, nobody could tell.

    Raises:
        NoCases: a file cannot be read or is not UTF-8 text, or none holds a line.
    """
    found = LabelledSet()
    seen: dict[str, str] = {}
    for file in files:
        for number, line in _lines(file):
            try:
                comment = _comment(line, rules)
                if comment.id in seen:
                    raise _Wrong("id", f"is the id of {seen[comment.id]} too; every comment needs its own")
            except _Wrong as wrong:
                found.refused.append(Refused(str(file), number, wrong.field, str(wrong)))
                continue
            seen[comment.id] = f"{file}:{number}"
            found.comments.append(comment)
    if not found.comments and not found.refused:
        raise NoCases(f"{', '.join(map(str, files))}: no comment in it; write one JSON object a line")
    return found


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise NoCases(f"{file}: no such file") from None
    except OSError as error:
        raise NoCases(f"{file}: cannot be read: {error.strerror}") from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NoCases(f"{file}: in UTF-16; save the file as UTF-8")
    for number, line in enumerate(content.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _comment(line: bytes, rules: Sequence[str]) -> Labelled:
    row = _object(line)
    text = _text(row, "text")
    page = _text(row, "page")
    if (
        page in ("", ".", "..")
        or not page.isprintable()
        or set(page) & set("/\\")
        or len(page.encode()) > _LONGEST_PAGE
    ):
        raise _Wrong("page", "must be one word that can name a file, such as ms-biology")
    id = _text(row, "id")
    if not id:
        raise _Wrong("id", "is empty")
    labels = _list(row, "labels")
    spans = _list(row, "spans")
    return Labelled(
        id=id,
        page=page,
        author=_text(row, "author"),
        text=text,
        media=tuple(_each(_media, "media", _list(row, "media") or ())),
        labels=None if labels is None else frozenset(_each(lambda v: _rule(v, rules), "labels", labels)),
        spans=None if spans is None else tuple(_each(lambda v: _span(v, rules, len(text)), "spans", spans)),
        slice=_text(row, "slice", optional=True),
        lang=_text(row, "lang", optional=True),
    )


def _object(line: bytes) -> Mapping[str, object]:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _Wrong("the line", f"not in UTF-8 at byte {error.start + 1}; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _Wrong("the line", f"no JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise _Wrong("the line", f"no JSON that can be read ({type(error).__name__})") from None
    if not isinstance(row, dict):
        raise _Wrong("the line", 'must be one object, such as {"id": ..., "page": ..., "author": ..., "text": ...}')
    return row


def _text(row: Mapping[str, object], name: str, *, optional: bool = False) -> str:
    value = row.get(name)
    if value is None and optional:
        return ""
    if name not in row:
        raise _Wrong(name, "is missing")
    if not isinstance(value, str):
        raise _Wrong(name, "must be text")
    return value


def _list(row: Mapping[str, object], name: str) -> list[object] | None:
    value = row.get(name)
    if value is not None and not isinstance(value, list):
        raise _Wrong(name, "must be a list")
    return value


def _each(read: Callable[[object], T], name: str, values: Sequence[object]) -> Iterator[T]:
    for number, value in enumerate(values):
        try:
            yield read(value)
        except _Wrong as wrong:
            raise _Wrong(f"{name}[{number}]{wrong.field}", str(wrong)) from None


def _media(value: object) -> Media:
    if not isinstance(value, dict) or value.get("kind") not in MEDIA_KINDS:
        raise _Wrong("", f"must have a kind: {', '.join(MEDIA_KINDS)}")
    url = value.get("url", "")
    if not isinstance(url, str):
        raise _Wrong(".url", "must be text")
    return Media(str(value["kind"]), url)


def _rule(value: object, rules: Sequence[str]) -> str:
    if not isinstance(value, str):
        raise _Wrong("", "must be the id of a rule")
    if value not in rules:
        raise _Wrong("", f"the policy has no such rule{did_you_mean(value[:40], rules)}")
    return value


def _span(value: object, rules: Sequence[str], length: int) -> Span:
    if not isinstance(value, dict):
        raise _Wrong("", "must be an object with start, end, label and student")
    start, end, student = value.get("start"), value.get("end"), value.get("student")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        raise _Wrong(".start", f"start and end must be places in the text, which is {length} code points long")
    if student is not None and not isinstance(student, str):
        raise _Wrong(".student", "must be an id of the roster, or null")
    return Span(start, end, _rule(value.get("label"), rules), student)
