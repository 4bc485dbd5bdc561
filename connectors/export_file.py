"""The comments of a file that people exported from a platform: CSV with a line of headers, or JSON of any depth.

Which column is what stands in `HEADERS`, which connectors/README.md shows; `columns` names others. Meta's exports wrap
each value (`{"value": "..."}`) and write UTF-8 as Latin-1; both are undone. No message quotes a comment.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

from connectors.base import Author, BadConfig, Comment
from connectors.export_times import time_of
from connectors.markup import media_in

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "comment", "message", "body", "content", "comment text", "message text", "comment body"),
    "time": ("time", "date", "created", "created at", "timestamp", "sent", "sent at", "posted", "posted at", "published at"),
    "author": ("author", "name", "from", "sender", "user", "username", "student", "posted by", "sent by", "sender name", "author name"),
    "author_id": ("author id", "user id", "sender id", "from id", "profile"),
    "id": ("id", "comment id", "message id"),
    "parent": ("parent", "parent id", "in reply to", "reply to"),
    "link": ("link", "url", "permalink"),
}  # fmt: skip
"""What a column may be called, in any case, with spaces, hyphens or underscores. The first that is there counts."""

LARGEST: Final = 100 * 1024 * 1024
_DEEPEST: Final = 40
_WRAPPING: Final = frozenset({"value", "timestamp", "href"})
"""What Meta writes around a single value."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row stands, for messages."""

    file: Path
    where: str

    def wrong(self, message: str) -> BadConfig:
        return BadConfig("file", f"{self.file.name}, {self.where}: {message}")


def read_export(file: Path, zone: tzinfo, columns: Mapping[str, str] | None = None) -> tuple[Comment, ...]:
    """Every comment of a file, oldest first. Times without a zone are the school's (`zone`); a day comes after its month.

    A comment without an id has one made of author, time and text, so that the same file brought twice brings nothing new.

    Raises:
        BadConfig: the file is not what it should be; the message names line or place, and what to do.
    """
    known = _headers(columns or {})
    rows = list((_json_rows if _is_json(file) else _csv_rows)(file, known))
    if not rows:
        raise BadConfig("file", f"{file.name} holds no comment")
    for field, name in (columns or {}).items():
        if not any(
            field in row for _, row in rows
        ):  # without it ids, say, would be made up, and differ from the next file's
            raise BadConfig("columns", f"{file.name} has nothing called {name}, which is to be the {field}")
    seen = Counter[str]()
    if not any(row["text"] for _, row in rows):
        raise rows[0][0].wrong(f"no field is the text of the comment; it may be called {', '.join(known['text'])}")
    found = dict.fromkeys(_comment(place, row, zone, seen) for place, row in rows)  # of two exports put together, say
    doubled = [id for id, number in Counter(comment.id for comment in found).items() if number > 1]
    if doubled:
        raise BadConfig("file", f"{file.name}: {len(doubled)} ids stand twice; is the column of ids the right one?")
    return tuple(sorted(found, key=lambda comment: comment.created))


def _headers(columns: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    if unknown := sorted(set(columns) - set(HEADERS)):
        raise BadConfig("columns", f"{unknown[0]} is none of {', '.join(HEADERS)}")
    return {field: (_plain(columns[field]),) if field in columns else names for field, names in HEADERS.items()}


def _is_json(file: Path) -> bool:
    try:
        if file.stat().st_size > LARGEST:
            raise BadConfig("file", f"{file.name} is larger than {LARGEST // 1024 // 1024} MB; divide it")
        with file.open("rb") as opened:
            return opened.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    except OSError as error:
        raise BadConfig("file", f"{file} cannot be read ({error.strerror})") from None


def _text_of(file: Path) -> str:
    data = file.read_bytes()
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadConfig("file", f"{file.name}, line {line}: not in UTF-8; save it as `CSV UTF-8`") from None


def _csv_rows(file: Path, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[_Place, Row]]:
    text = _text_of(file)
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    delimiter = max(",;\t", key=header.count)
    usual = csv.field_size_limit(LARGEST)  # for the whole process: a roster's reader has a limit too
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [_plain(name) for name in next(reader, [])]
        at = {
            field: next((names.index(name) for name in wanted if name in names), None)
            for field, wanted in known.items()
        }
        for field in ("text", "time"):
            if at[field] is None:
                raise _Place(file, "line 1").wrong(
                    f"no column is the {field} of a comment; it may be called {', '.join(known[field])}, or say `--column {field}=NAME`"
                )
        for cells in reader:
            place = _Place(file, f"line {reader.line_num}")
            if not any(cells):
                continue
            if len(cells) != len(names):
                raise place.wrong(
                    f"{len(cells)} columns where the first line has {len(names)}; a quotation mark may be missing"
                )
            yield place, {field: cells[column] for field, column in at.items() if column is not None}
    except csv.Error as error:
        raise _Place(file, f"line {reader.line_num}").wrong(
            f"this is no CSV ({error}); a quotation mark may be missing"
        ) from None
    finally:
        csv.field_size_limit(usual)


def _json_rows(file: Path, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[_Place, Row]]:
    try:
        data = json.loads(_text_of(file))
    except json.JSONDecodeError as error:
        raise _Place(file, f"line {error.lineno}").wrong(f"this is no JSON: {error.msg}") from None
    except ValueError:
        raise BadConfig("file", f"{file.name}: a number in it is too long for any program") from None
    except RecursionError:
        raise BadConfig("file", f"{file.name} is nested too deeply") from None
    yield from _Json(file, known).rows(data, "", {})


@dataclass(frozen=True, slots=True)
class _Json:
    """Finds comments wherever they stand. What an object says around them (an author, a time) holds for those within.

    Its id does not, where there is a list of them: a post's is none of its comments'.
    """

    file: Path
    known: Mapping[str, tuple[str, ...]]

    def rows(self, data: object, where: str, around: Row, depth: int = 0) -> Iterator[tuple[_Place, Row]]:
        """Each object that has a text, with where it stands."""
        if depth > _DEEPEST:
            raise BadConfig("file", f"{self.file.name} is nested too deeply")
        if isinstance(data, list):
            yield from self._listed(data, where, around, depth)
        elif isinstance(data, dict):
            yield from self._object(data, where, around, depth)

    def _listed(self, data: list[object], where: str, around: Row, depth: int) -> Iterator[tuple[_Place, Row]]:
        around = {field: value for field, value in around.items() if field != "id"}
        for number, each in enumerate(data):
            place = _Place(self.file, f"{where}[{number}]")
            within = list(self.rows(each, place.where, around, depth + 1))
            own = _row(each, self.known) if isinstance(each, dict) and not within else {}
            if own.keys() & {"time", "author"} and "time" in {**around, **own}:  # and no list of who takes part
                within = [(place, {**around, **own, "text": ""})]  # a sticker, or a picture alone
            yield from within

    def _object(self, data: Mapping[str, object], where: str, around: Row, depth: int) -> Iterator[tuple[_Place, Row]]:
        own = _row(data, self.known)
        if "text" in own:
            yield _Place(self.file, where or "the top"), {**around, **own}
        inherited = around if "text" in own else {**around, **own}
        for name, each in data.items():
            if _holds_more(each):
                place = _Place(self.file, f"{where}.{name}".lstrip("."))
                within = list(self.rows(each, place.where, inherited, depth + 1))
                if "text" not in own and _plain(name) in self.known["text"]:
                    _refuse_parts(place, each, is_comment=not within and bool(own.keys() & {"time", "author"}))
                yield from within


def _row(data: Mapping[str, object], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    plain = {_plain(name): told for name, value in data.items() if (told := _unwrapped(value)) is not None}
    found = {field: next((plain[name] for name in names if name in plain), None) for field, names in known.items()}
    if found["text"] is None and found["time"] is not None:  # a picture alone: its text is there, and is nothing
        found["text"] = next(
            ("" for name, value in data.items() if value is None and _plain(name) in known["text"]), None
        )
    return {field: value for field, value in found.items() if value is not None}


def _unwrapped(value: object) -> str | None:
    """A value as text; None: it is no single value."""
    if isinstance(value, dict):
        names = ("value", "timestamp") if value.keys() <= _WRAPPING else ("name",)  # of an account
        value = next((value[name] for name in names if value.get(name)), None)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return _mended(str(value))


def _holds_more(value: object) -> bool:
    """Whether comments may stand within: not in a single value, nor in an account, but in a post that has a name."""
    if isinstance(value, dict):
        return _unwrapped(value) is None or any(isinstance(each, (dict, list)) for each in value.values())
    return isinstance(value, list)


def _refuse_parts(place: _Place, value: object, *, is_comment: bool) -> None:
    """A text that is a list of its parts, or an object of a comment that holds nothing else: its words would be lost in silence."""
    is_list = isinstance(value, list) and any(isinstance(each, str) and each.strip() for each in value)
    if is_list or (is_comment and any(text.strip() for text in _texts_in(value))):
        raise place.wrong("the text of a comment is in parts, and cannot be read; bring the comments as a table (CSV)")


def _texts_in(value: object) -> Iterator[str]:
    """Every text within; how deep it may be was looked at before."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(each)


def _mended(text: str) -> str:
    """Meta writes the bytes of UTF-8 as Latin-1: `Ã©` is an é."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def _comment(place: _Place, row: Row, zone: tzinfo, seen: Counter[str]) -> Comment:
    text = re.sub(r"\r\n?", "\n", row["text"])
    try:
        created = time_of(row.get("time", ""), zone)
    except ValueError as error:
        raise place.wrong(str(error)) from None
    author = Author((row.get("author_id") or row.get("author") or "").strip(), (row.get("author") or "").strip())
    id = (row.get("id") or "").strip()
    if not id:
        made = hashlib.sha256(json.dumps([author.id, created.isoformat(), text]).encode()).hexdigest()[:32]
        seen[made] += 1
        id = made if seen[made] == 1 else f"{made}-{seen[made]}"
    parent = (row.get("parent") or "").strip() or None
    return Comment(
        id, author, text, created, parent=parent, media=media_in(text), permalink=(row.get("link") or "").strip()
    )
