"""Which pages of the wiki a class page is made of, also after somebody moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.base import BadConfig, Gone
from connectors.http import Params
from connectors.http_answers import Row
from connectors.mediawiki_answers import FIELDS, number_at, rows_at, time_at, word_at
from connectors.mediawiki_history import PER_REQUEST
from connectors.mediawiki_site import WHAT_TO_WRITE, Wiki

MAX_MOVES = 10
LEVELS = {"sysop": "editprotected", "autoconfirmed": "editsemiprotected"}
"""The rights that two levels of protection mean which have names of their own."""


@dataclass(frozen=True, slots=True)
class TalkPage:
    """One page of the wiki as it is now. `newest` is when its last revision was saved, `length` its bytes."""

    id: int
    title: str
    newest: datetime
    length: int
    asked: str
    """The title in the class page's file: another one after the page was moved."""
    edit_needs: frozenset[str]
    """The rights that a protection asks for; none where the page is not protected."""


class Pages:
    """Finds the talk pages of a class page as they are called now."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    def find(self, known: Mapping[str, int]) -> list[TalkPage]:
        """Find the pages that the class page's file names, those that were moved at their new titles.

        `known`: page ids by title as they were earlier. A title may have been given to a new page since.

        Raises:
            Gone: a page was deleted, or moved away for good.
            BadConfig: there never was such a page.

        """
        found = self._named()
        older = {str(id): title for title, id in known.items() if id not in found and title in self._wiki.titles}
        for id, row in self._described(list(older), "pageids"):
            if id not in older:
                raise FIELDS.changed("pageid")
            page = _talk_page(row, older[id])
            if page is not None:
                found[page.id] = page
        return list(found.values())

    def _named(self) -> dict[int, TalkPage]:
        """The pages of these titles, and those that had them before they were moved."""
        found: dict[int, TalkPage] = {}
        waiting = {title: title for title in self._wiki.titles}
        nowhere = set(waiting)
        for _ in range(MAX_MOVES):
            moved: dict[str, str] = {}
            told: set[str] = set()
            for title, row in self._described(list(waiting), "titles"):
                asked = waiting.get(title, title)
                if word_at(row, "title") in told:  # the same page, as the file spells it a second time
                    nowhere.discard(asked)
                    continue
                told.add(word_at(row, "title"))
                page = _talk_page(row, asked)
                if page is not None:
                    found.setdefault(page.id, page)
                    nowhere.discard(asked)
                if (page is None or row.get("redirect")) and (target := self._target(title, is_there=page is not None)):
                    moved[target] = asked
            waiting = moved
        for title in nowhere:
            raise Gone(f"the wiki's page {title} was moved in a circle; write its new title into the class page's file")
        return found

    def _described(self, names: Sequence[str], key: str) -> Iterator[tuple[str, Row]]:
        """Yield each title, in each way in which it was asked for, or page id, with what the wiki says of it."""
        for start in range(0, len(names), PER_REQUEST):
            some = names[start : start + PER_REQUEST]
            params: Params = {
                "action": "query",
                "prop": "info|revisions",
                "inprop": "protection",
                "rvprop": "ids|timestamp",
                key: "|".join(some),
            }
            answer = self._wiki.ask(params)
            written: dict[str, list[str]] = {}
            for each in FIELDS.rows_if_any(answer, "query.normalized"):
                written.setdefault(str(each.get("to")), []).append(str(each.get("from")))
            for row in rows_at(answer, "query.pages"):
                if key == "pageids":
                    yield str(row.get("pageid")), row
                    continue
                title = word_at(row, "title")
                spelled = [title] if title in some else []
                for name in [*spelled, *written.get(title, [])] or [title]:
                    yield name, row

    def _target(self, title: str, *, is_there: bool) -> str:
        """Give the title to which a page was moved; "" for one that only points to another. Raises where it is gone."""
        for entry in self._log(title, "move"):
            return word_at(entry, "params.target_title")
        if is_there:  # anyone can make a talk page point elsewhere: that is no move
            return ""
        if self._log(title, "delete"):
            raise Gone(
                f"the wiki's page {title} was deleted; have it restored, or take it out of the class page's file"
            )
        field = "url" if title == self._wiki.titles[0] else "options.pages"
        raise BadConfig(field, f"the wiki has no page {title}; {WHAT_TO_WRITE}, or begin the talk page first")

    def _log(self, title: str, kind: str) -> list[Row]:
        question: Params = {"action": "query", "list": "logevents", "letype": kind, "letitle": title, "lelimit": 1}
        return rows_at(self._wiki.ask({**question, "leprop": "ids|type|details"}), "query.logevents")


def _talk_page(row: Row, asked: str) -> TalkPage | None:
    """Read a page's description; None where there is no such page."""
    if row.get("invalid"):
        raise BadConfig("url", f"{asked} is no title of a page; {WHAT_TO_WRITE}")
    if row.get("missing"):
        return None
    if row.get("contentmodel") != "wikitext":
        raise BadConfig("url", f"{asked} is no page of wikitext, which alone can be read; {WHAT_TO_WRITE}")
    newest = [time_at(each, "timestamp") for each in rows_at(row, "revisions")]
    if not newest:
        raise FIELDS.changed("revisions")
    levels = {word_at(each, "level") for each in rows_at(row, "protection") if each.get("type") == "edit"}
    return TalkPage(
        id=number_at(row, "pageid"),
        title=word_at(row, "title"),
        newest=newest[0],
        length=number_at(row, "length"),
        asked=asked,
        edit_needs=frozenset(LEVELS.get(level, level) for level in levels),
    )
