"""The revisions of talk pages: who saved which text, and what of it visitors may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import Gone, NotAllowed
from connectors.http import Params
from connectors.http_answers import Row
from connectors.mediawiki_answers import FIELDS, number_at, rows_at, time_at, word_at
from connectors.mediawiki_site import Wiki

PER_REQUEST = 50
"""Revisions or titles that may be named in one question without the right `apihighlimits`."""

LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)
PARTS = "ids|timestamp|user|userid|comment|content"
KINDS = ("revisions", "deletedrevisions")
BY_ID: Params = {
    "action": "query",
    "prop": "revisions|deletedrevisions",
    "rvprop": PARTS,
    "rvslots": "main",
    "drvprop": PARTS,
    "drvslots": "main",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """One revision: who saved which text. `text` is None where an overseer has taken it out of everybody's sight."""

    id: int
    parent: int | None
    page: int
    title: str
    user: str
    user_id: int
    time: datetime
    text: str | None
    summary: str
    is_hidden: bool
    """Visitors may not read the text."""
    is_silent: bool
    """Visitors may not read the summary."""
    is_deleted: bool

    @property
    def lines(self) -> list[str]:
        """The text by lines."""
        return (self.text or "").split("\n")


class History:
    """Reads the revisions of one wiki; keeps nothing."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    def since(self, page: int, start: datetime | None, limit: int) -> Iterator[Saved]:
        """Yield a page's revisions from a time on, oldest first."""
        start = start if start and start > LONG_AGO else None  # the year 1 is no time that a wiki understands
        begin = {"rvstart": f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if start else {}
        yield from self._listed(page, {"rvdir": "newer", "rvlimit": limit, **begin})

    def from_on(self, saved: Saved) -> Iterator[Saved]:
        """Yield a revision and all later ones of its page."""
        yield from self._listed(saved.page, {"rvdir": "newer", "rvlimit": "max", "rvstartid": saved.id})

    def back_from(self, saved: Saved) -> Iterator[Saved]:
        """Yield a revision and all earlier ones of its page."""
        yield from self._listed(saved.page, {"rvdir": "older", "rvlimit": PER_REQUEST, "rvstartid": saved.id})

    def newest(self, page: int) -> Saved:
        """Read the present revision. Raises `Gone`."""
        for saved in self._listed(page, {"rvdir": "older", "rvlimit": 1}):
            return saved
        raise Gone("the wiki has no such page any more")

    def by_id(self, ids: Sequence[int]) -> Iterator[Saved]:
        """Yield those of the revisions that exist, also on a page that was deleted.

        Raises `Unavailable` where the wiki says of one neither what it holds nor that there is none.
        """
        for start in range(0, len(ids), PER_REQUEST):
            some = ids[start : start + PER_REQUEST]
            waiting = set(some)
            for row in self._wiki.follow({**BY_ID, "revids": "|".join(map(str, some))}):
                unknown = _unknown(row)
                waiting -= unknown
                if unknown and FIELDS.field(row, "query.pages") is None:
                    continue
                # each part of a long answer names all the pages, also those of which it holds nothing
                for page in rows_at(row, "query.pages"):
                    for key in KINDS:
                        for each in FIELDS.rows_if_any(page, key):
                            saved = _saved(each, page, is_deleted=key == KINDS[1])
                            waiting.discard(saved.id)
                            yield saved
            if waiting:
                raise FIELDS.changed("revisions")

    def shown_after(self, saved: Saved) -> Saved | None:
        """Read the first revision behind this one that visitors may read; None when there is none."""
        for id, is_hidden in self._flags(saved, "newer"):
            if id != saved.id and not is_hidden:
                return next(self.by_id([id]), None)
        return None

    def hidden_up_to(self, saved: Saved) -> Saved:
        """Read the first of the hidden revisions in a row that this one ends."""
        first = saved.id
        for id, is_hidden in self._flags(saved, "older"):
            if not is_hidden:
                break
            first = id
        return next(self.by_id([first]), saved)

    def text_before(self, saved: Saved, given: Mapping[int, Saved]) -> str:
        """What the page said before a revision: its parent's text, or else that of the last earlier one that can be read."""
        if saved.parent == 0:
            return ""
        parent = given.get(saved.parent or 0)
        if parent is None and saved.parent:
            parent = next(self.by_id([saved.parent]), None)
        if parent is not None and parent.text is not None:
            return parent.text
        if saved.is_deleted:
            return ""
        earlier = self.back_from(saved)
        return next((each.text for each in earlier if each.id != saved.id and each.text is not None), "")

    def _listed(self, page: int, how: Params) -> Iterator[Saved]:
        question: Params = {
            "action": "query",
            "prop": "revisions",
            "rvprop": PARTS,
            "rvslots": "main",
            "pageids": page,
        }
        for row in self._wiki.follow({**question, **how}):
            for found in rows_at(row, "query.pages"):
                if found.get("missing"):
                    raise Gone("the wiki has no such page any more")
                yield from (_saved(each, found, is_deleted=False) for each in rows_at(found, "revisions"))

    def _flags(self, saved: Saved, direction: str) -> Iterator[tuple[int, bool]]:
        """Yield the revisions from this one on without their texts: thousands in one answer."""
        question: Params = {"action": "query", "prop": "revisions", "rvprop": "ids|sha1", "pageids": saved.page}
        how: Params = {"rvdir": direction, "rvlimit": "max", "rvstartid": saved.id}
        for row in self._wiki.follow({**question, **how}):
            for found in rows_at(row, "query.pages"):
                yield from ((number_at(each, "revid"), "sha1hidden" in each) for each in rows_at(found, "revisions"))


def _unknown(row: Row) -> set[int]:
    """The revisions that there are not, by an answer to a question for some."""
    found = FIELDS.field(row, "query.badrevids")
    rows = list(found.values()) if isinstance(found, Mapping) else found or []
    if not isinstance(rows, list) or not all(isinstance(each, Mapping) for each in rows):
        raise FIELDS.changed("query.badrevids")
    return {number_at(each, "revid") for each in rows}


def _saved(row: Row, page: Row, *, is_deleted: bool) -> Saved:
    is_hidden, text = _text(row)
    return Saved(
        id=number_at(row, "revid"),
        parent=number_at(row, "parentid") if "parentid" in row else None,
        page=0 if is_deleted else number_at(page, "pageid"),
        title=word_at(page, "title"),
        user="" if row.get("userhidden") and "user" not in row else word_at(row, "user"),
        user_id=0 if row.get("userhidden") and "userid" not in row else number_at(row, "userid"),
        time=time_at(row, "timestamp"),
        text=text,
        summary="" if row.get("commenthidden") and "comment" not in row else word_at(row, "comment"),
        is_hidden=is_hidden,
        is_silent=row.get("commenthidden") is True,
        is_deleted=is_deleted,
    )


def _text(row: Row) -> tuple[bool, str | None]:
    """Whether visitors may not read the text, and the text if we may. Raises `NotAllowed` where we ought to."""
    slots = row.get("slots")
    main = slots.get("main") if isinstance(slots, Mapping) else None
    is_hidden = isinstance(main, Mapping) and main.get("texthidden") is True
    text = main.get("content") if isinstance(main, Mapping) else None
    if isinstance(text, str):
        return is_hidden, text
    if not is_hidden:
        raise FIELDS.changed("slots.main.content")
    if not row.get("suppressed"):
        raise NotAllowed("the account may not read hidden revisions; its bot password needs the grant `viewdeleted`")
    return True, None
