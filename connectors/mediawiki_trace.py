"""The words of one revision in the later versions of its page: which still hold them, and how to take them out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.mediawiki_diff import SAYS, Budget, Owners, Spans, bare, blocks, carried, is_edited, origins

DISTINCTIVE = 12
"""Characters: a line that is shorter may well be written a second time by somebody else."""

HEADING = re.compile(r"\s*(={1,6})[^=].*?\1\s*$")
NO_WORDS = "…"
"""Stands in place of a heading that was taken out, so that the answers below stay a thread of their own."""


class Trace:
    """The words that one revision wrote, followed from version to version of its page."""

    def __init__(self, lines: Sequence[str], mine: Mapping[int, Spans], author: str, owners: Owners) -> None:
        self._lines, self._mine = list(lines), dict(mine)
        self._author, self._owners = author, owners
        self._seen: dict[str, Spans] = {}
        self._remember()

    @property
    def holds(self) -> bool:
        """Whether the present version holds any of the words."""
        return any(SAYS.search(self._lines[j], a, b) for j, spans in self._mine.items() for a, b in spans)

    def follow(self, lines: Sequence[str], author: str, *, is_put_back: bool = False) -> None:
        """Go on to the next version and its author. `is_put_back`: it is known to bring the words again, however short."""
        mine: dict[int, Spans] = {}
        signed = self._owners(lines) if author == self._author else ()
        for j, origin in enumerate(origins(self._lines, lines)):
            line = lines[j]
            if origin is None:
                # somebody undid what took it away, or pasted it anew
                known = is_put_back or len(bare(line)) >= DISTINCTIVE
                spans = self._seen.get(line, ()) if known else ()
            else:
                old = self._lines[origin.line]
                spans = carried(self._mine.get(origin.line, ()), origin, old, line)
                if spans and signed and signed[j] == author and is_edited(old, line):
                    spans = ()  # its author says the line anew: that is a comment of its own
            if spans:
                mine[j] = spans
        self._lines, self._mine = list(lines), mine
        self._remember()

    def without(self) -> str:
        """Give the present version with the words taken out: whole lines where nothing else is left of them."""
        kept: list[str] = []
        for j, line in enumerate(self._lines):
            spans = self._mine.get(j)
            if spans is None:
                kept.append(line)
                continue
            rest = _cut(line, spans)
            if SAYS.search(rest):
                kept.append(rest)
            elif (heading := HEADING.match(line)) and self._has_others(j, len(heading[1])):
                kept.append(f"{heading[1]} {NO_WORDS} {heading[1]}")
        return "\n".join(kept)

    def _has_others(self, heading: int, level: int) -> bool:
        """Whether somebody else wrote in the section that a heading begins."""
        for j in range(heading + 1, len(self._lines)):
            found = HEADING.match(self._lines[j])
            if found and len(found[1]) <= level:
                return False
            if j not in self._mine and self._lines[j].strip():
                return True
        return False

    def _remember(self) -> None:
        for j, spans in self._mine.items():
            if SAYS.search(self._lines[j]):
                self._seen[self._lines[j]] = spans


def put_back(before: Sequence[str], after: Sequence[str], now: Sequence[str]) -> str | None:
    """Undo in the present version what was taken out between two older ones; None: the place was changed since."""
    place = {origin.line: j for j, origin in enumerate(origins(after, now)) if origin and after[origin.line] == now[j]}
    result = list(now)
    edits: list[tuple[int, int, Sequence[str]]] = []
    for i1, i2, j1, j2, same in blocks(after, before, Budget()):
        if same:
            continue
        if i1 == i2:
            start = end = _place(place, i1, len(after), len(now))
        else:
            places = [place.get(i) for i in range(i1, i2)]
            first = places[0]
            if first is None or places != list(range(first, first + len(places))):
                return None
            start, end = first, first + len(places)
        edits.append((start, end, before[j1:j2]))
    for start, end, lines in sorted(edits, key=lambda edit: edit[0], reverse=True):
        result[start:end] = lines
    return "\n".join(result)


def _place(place: Mapping[int, int], line: int, count: int, end: int) -> int:
    """Where the gap before a line is now: behind the nearest line before it that still stands, else before one behind it."""
    for i in range(line - 1, -1, -1):
        if i in place:
            return place[i] + 1
    return next((place[i] for i in range(line, count) if i in place), end)


def _cut(line: str, spans: Spans) -> str:
    for a, b in sorted(spans, reverse=True):
        line = line[:a] + line[b:]
    return line
