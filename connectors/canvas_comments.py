"""From an entry of a Canvas discussion to a comment. A field that is missing or of another kind is named, and nothing is skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from connectors.base import Author, Comment, Media
from connectors.canvas_site import FIELDS, Site
from connectors.http_answers import Row
from connectors.markup import ANY_TAG, media_in, words_in

FILE = re.compile(r"/(?:(?:courses|groups|users)/[0-9~]+/)?files/([0-9~]+)(?:/(?:preview|download))?/?")
NOTE = re.compile(r"""\sdata-[a-z-]+=(?:"[^"]*"|'[^']*')""")
"""What Canvas notes in a tag for its own programs: addresses of its interface."""

EQUATION = "/equation_images/"
PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
WRITTEN = re.compile(
    r"""\s(?:data-equation-content|alt|src)\s*=\s*(?:"(?:LaTeX:)?([^"]*)"|'(?:LaTeX:)?([^']*)')""", re.IGNORECASE
)
"""Where a formula's picture holds what it shows. A formula may be a sentence: `\\text{...}`."""
KINDS = {"image": "image", "video": "video", "audio": "audio"}
ID = re.compile(r"(?:g([0-9]{1,20})\.)?(?:t([0-9]{1,20})|([0-9]{1,20})\.([0-9]{1,20}))")
"""`7.19` is an entry of a topic, `t7` the topic itself; of a group's discussion `g5.7.19` and `g5.t7`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A topic, with the course or group in which it is: `courses/12`."""

    context: str
    topic: int

    @property
    def route(self) -> str:
        """Where it is asked for, and shown to people too."""
        return f"{self.context}/discussion_topics/{self.topic}"

    @property
    def prefix(self) -> str:
        """What the ids of a group's comments begin with."""
        kind, _, number = self.context.partition("/")
        return f"g{number}." if kind == "groups" else ""


@dataclass(frozen=True, slots=True)
class Key:
    """What a comment's id says: its topic, and its entry (None: the topic itself is meant)."""

    place: Place
    entry: int | None

    @classmethod
    def of(cls, id: str, course: str) -> Key | None:
        """Read an id; None where it is none of ours."""
        found = ID.fullmatch(id)
        if found is None:
            return None
        group, alone, topic, entry = found.groups()
        place = Place(f"groups/{int(group)}" if group else course, int(alone or topic))
        key = cls(place, int(entry) if entry else None)
        return key if str(key) == id else None  # a zero before a number would be a second name

    def __str__(self) -> str:
        entry, place = self.entry, self.place
        return f"{place.prefix}t{place.topic}" if entry is None else f"{place.prefix}{place.topic}.{entry}"


class Writer:
    """Turns the entries of one course into comments. `staff` are its teachers' ids; None: Canvas does not tell."""

    def __init__(self, site: Site, staff: frozenset[int] | None) -> None:
        self._home, self._staff = site.home, staff

    def entry(self, row: Row, place: Place, names: Mapping[int, str] | None = None) -> Comment:
        """One entry: with the `names` of a whole topic, or with what stands in the row itself."""
        number, created, updated = FIELDS.number(row, "id"), *_times(row)
        parent, user = _number_or_null(row, "parent_id"), _number_or_null(row, "user_id")
        name = _person(row, "user")[1] if names is None else names.get(user or 0, "")
        raw, attached = _message(row), [] if row.get("attachment") is None else [FIELDS.row(row, "attachment")]
        return Comment(
            id=str(Key(place, number)),
            author=self._author(user, name),
            text=_text("", raw, attached),
            created=created,
            parent=None if parent is None else str(Key(place, parent)),
            media=self._media(raw, attached),
            edited=updated if updated > created else None,
            permalink=f"{self._home}/{place.route}?entry_id={number}#entry-{number}",
        )

    def topic(self, row: Row, place: Place) -> Comment:
        """What somebody has begun a discussion with."""
        raw, attached = _message(row), FIELDS.rows_if_any(row, "attachments")
        return Comment(
            id=str(Key(place, None)),
            author=self._author(*_person(row, "author")),
            text=_text(FIELDS.text(row, "title"), raw, attached),
            created=begun(row),
            media=self._media(raw, attached),
            permalink=f"{self._home}/{place.route}",
        )

    def is_students(self, row: Row) -> bool:
        """Whether a topic was begun by somebody who is no teacher of the course, as far as is known."""
        return self._staff is None or _person(row, "author")[0] not in self._staff

    def _author(self, user: int | None, name: str) -> Author:
        if user is None:  # anonymous, or no more a user
            return Author("", name)
        return Author(str(user), name, None if self._staff is None else user in self._staff)

    def _media(self, raw: str, attached: list[Row]) -> tuple[Media, ...]:
        shown = ANY_TAG.sub(lambda tag: NOTE.sub("", tag[0]), raw)
        found = [self._as_file(media) for media in media_in(shown) if not self._is_equation(media.url)]
        for row in attached:
            kind = KINDS.get(FIELDS.text(row, "content-type").partition("/")[0], "file")
            found.append(Media(kind, self._as_file(Media("file", FIELDS.text(row, "url"))).url))
        return tuple(sorted(found, key=lambda media: (media.kind, media.url)))

    def _as_file(self, media: Media) -> Media:
        """One address for each file of Canvas, which writes them differently from answer to answer: `/files/9/preview?verifier=...`."""
        number = FILE.fullmatch(self._path(media.url))
        if number is None:
            return media
        kind = "file" if media.kind == "link" else media.kind
        return Media(kind, f"{self._home}/files/{number[1]}", media.count)

    def _is_equation(self, url: str) -> bool:
        """Formulas are pictures that Canvas draws."""
        return self._path(url).startswith(EQUATION)

    def _path(self, url: str) -> str:
        """The path of an address within this Canvas; empty: it is elsewhere."""
        if url.startswith("/") and not url.startswith("//"):
            return url.partition("?")[0]
        try:
            parts = urlsplit(url)
        except ValueError:  # "http://[broken"
            return ""
        return parts.path if f"{parts.scheme}://{parts.netloc}" == self._home else ""


def is_deleted(row: Row) -> bool:
    """Canvas keeps a deleted entry for the sake of its replies, without its words and its author: it counts as gone."""
    return "deleted" in row and FIELDS.flag(row, "deleted")


def begun(row: Row) -> datetime:
    """When a topic was posted, or made where nobody can see it yet."""
    return moment_or_null(row, "posted_at") or FIELDS.moment(row, "created_at")


def moment_or_null(row: Row, name: str) -> datetime | None:
    """A time that is there, or null."""
    return None if name in row and row[name] is None else FIELDS.moment(row, name)


def _message(row: Row) -> str:
    """Words, which may be null where somebody has only attached a file."""
    if "message" in row and row["message"] is None:
        return ""
    return FIELDS.text(row, "message")


def _times(row: Row) -> tuple[datetime, datetime]:
    return FIELDS.moment(row, "created_at"), FIELDS.moment(row, "updated_at")


def _number_or_null(row: Row, name: str) -> int | None:
    if name in row and row[name] is None:
        return None
    return FIELDS.number(row, name)


def _person(row: Row, whose: str) -> tuple[int | None, str]:
    """Id and name of somebody; neither where Canvas hides who it was, or knows them no more."""
    if whose in row and not row[whose]:
        return None, ""
    FIELDS.row(row, whose)
    return FIELDS.number(row, f"{whose}.id"), FIELDS.text(row, f"{whose}.display_name")


def _formula(tag: re.Match[str]) -> str:
    """What a formula shows, in place of its picture; each way in which it is written, where they differ."""
    if EQUATION not in tag[0]:
        return tag[0]
    found = [a or b for a, b in WRITTEN.findall(tag[0])]
    written = [
        unquote(unquote(each.rpartition(EQUATION)[2].partition("?")[0])) if EQUATION in each else each for each in found
    ]
    return f" {' '.join(dict.fromkeys(each.strip() for each in written))} "


def _text(title: str, raw: str, attached: list[Row]) -> str:
    """All that is shown: a title, the words, formulas too, and what the attached files are called."""
    parts = [
        title,
        words_in(PICTURE.sub(_formula, raw)).strip(),
        *(FIELDS.text(row, "display_name") for row in attached),
    ]
    return "\n".join(part for part in parts if part)
