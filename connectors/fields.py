"""The fields of a platform's JSON: what is missing or of another kind is named, never quoted, and nothing is skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from connectors.base import Unavailable
from connectors.http_answers import Row


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads the fields of one platform. `complaint` is its error's sentence, with `{}` where the field's name stands.

    A field is named by the path that leads to it: `snippet.videoId`. All raise `Unavailable`.
    """

    complaint: str

    def changed(self, path: str) -> Unavailable:
        """The error of an answer that is not as the platform describes it."""
        return Unavailable(self.complaint.format(path))

    def field(self, row: Row, path: str) -> object:
        """What stands at a path; None where nothing does."""
        found: object = row
        for name in path.split("."):
            if found is None:
                return None
            if not isinstance(found, Mapping):
                raise self.changed(path)
            found = found.get(name)
        return found

    def text(self, row: Row, path: str) -> str:
        """Words that must be there, be they empty."""
        found = self.field(row, path)
        if not isinstance(found, str):
            raise self.changed(path)
        return found

    def text_if_any(self, row: Row, path: str) -> str:
        """Words that may be left out."""
        return "" if self.field(row, path) is None else self.text(row, path)

    def number(self, row: Row, path: str) -> int:
        """A number that must be there."""
        found = self.field(row, path)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.changed(path)
        return found

    def flag(self, row: Row, path: str) -> bool:
        """Yes or no, which must be there."""
        found = self.field(row, path)
        if not isinstance(found, bool):
            raise self.changed(path)
        return found

    def moment(self, row: Row, path: str) -> datetime:
        """A time that must be there with its zone, in UTC."""
        try:
            found = datetime.fromisoformat(self.text(row, path))
            if found.utcoffset() is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.changed(path)

    def row(self, row: Row, path: str) -> Row:
        """An object that must be there."""
        found = self.field(row, path)
        if not isinstance(found, dict):
            raise self.changed(path)
        return found

    def rows(self, row: Row, path: str) -> list[Row]:
        """A list of objects that must be there, be it empty."""
        found = self.field(row, path)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.changed(path)
        return cast("list[Row]", found)

    def rows_if_any(self, row: Row, path: str) -> list[Row]:
        """A list of objects that may be left out."""
        return [] if self.field(row, path) is None else self.rows(row, path)
