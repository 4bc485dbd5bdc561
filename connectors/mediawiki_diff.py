"""What changed between two versions of a wiki page: by lines, and inside a rewritten line by words. Pure.

MediaWiki keeps whole versions, so what somebody said is a difference.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Span = tuple[int, int]
"""Characters of a line: from, up to."""

Spans = tuple[Span, ...]

Owners = Callable[[Sequence[str]], Sequence[str]]
"""Who signed what stands in each line of a version; "" where nobody did."""

MAX_WORK = 5_000_000
"""Comparisons of lines or words that one comparison of versions may take, about a second: anybody may save two million characters."""

PER_LINE = 100
"""What it costs to take a line to pieces, in comparisons."""

SAYS = re.compile(r"[^\s…=:*#;'-]")
"""Something that a reader takes in: a word, a number, an emoji; no mark of a list or of a heading, no place of a text taken out."""

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
SIGNATURE = re.compile(r"(?:\[\[[^\[\]]*\]\][^\w\[\]]{0,8}){1,4}\d{1,2}[^\[\]]{4,40}\d{4} \([A-Z]{2,5}\)\s*$")
"""Links to the author's pages and the time, as `~~~~` leaves them at the end of a line."""


class Budget:
    """What is left of the work that one comparison may take; what would take more is done more coarsely."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def allows(self, work: int) -> bool:
        """Whether so much may still be done, and it then counts as done."""
        if work > self._left:
            return False
        self._left -= work
        return True


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line comes from: a line of the older version, and the stretches kept of it (from, to here, how long)."""

    line: int
    kept: tuple[tuple[int, int, int], ...]


def origins(old: Sequence[str], new: Sequence[str]) -> list[Origin | None]:
    """Find for each line of the new version its origin in the old one; None: it is new. A line that moved keeps its origin."""
    found: list[Origin | None] = [None] * len(new)
    changed: list[tuple[range, range]] = []
    budget = Budget()
    for i1, i2, j1, j2, same in blocks(old, new, budget):
        if same:
            found[j1:j2] = [_whole(i, old[i]) for i in range(i1, i2)]
        else:
            changed.append((range(i1, i2), range(j1, j2)))
    free = _moved(changed, old, new, found)
    for before, after in changed:
        rest, fresh = [i for i in before if i in free], [j for j in after if found[j] is None]
        if not (rest and fresh and budget.allows(PER_LINE * (len(rest) + len(fresh)))):
            continue
        lost = Lost(old, rest)
        for j in fresh:
            i = lost.find(new[j], budget)
            if i is not None:
                found[j] = Origin(i, _kept(old[i], new[j], budget))
    return found


def blocks(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[tuple[int, int, int, int, bool]]:
    """Stretches of equal and of unlike lines, in order: from and up to in the old version, then in the new one.

    Where that takes too long, all between the first and the last change is one unlike stretch.
    """
    start, end_old, end_new = 0, len(old), len(new)
    while start < min(end_old, end_new) and old[start] == new[start]:
        start += 1
    while end_old > start and end_new > start and old[end_old - 1] == new[end_new - 1]:
        end_old, end_new = end_old - 1, end_new - 1
    yield 0, start, 0, start, True
    a, b = old[start:end_old], new[start:end_new]
    times = Counter(b)
    pairs = sum(times[line] for line in a)
    if budget.allows((len(a) + pairs) * min(len(a), len(b))):
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            yield start + i1, start + i2, start + j1, start + j2, tag == "equal"
    else:
        yield start, end_old, start, end_new, False
    yield end_old, len(old), end_new, len(new), True


def written(old: Sequence[str], new: Sequence[str], author: str, owners: Owners) -> dict[int, Spans]:
    """Tell what the author of the new version wrote, by line.

    Who changes a line that they signed says the whole line anew; in another's line they say what they put in.
    """
    mine: dict[int, Spans] = {}
    signed: Sequence[str] = ()
    for j, origin in enumerate(origins(old, new)):
        mine[j] = ()
        if origin is None:
            mine[j] = ((0, len(new[j])),)
        elif is_edited(old[origin.line], new[j]):
            signed = signed or owners(new)
            kept = [] if signed[j] == author else [(to, to + size) for _, to, size in origin.kept]
            mine[j] = _rest(len(new[j]), kept)
    return {j: spans for j, spans in mine.items() if spans}


def is_edited(old: str, new: str) -> bool:
    """Whether a line says something else: to indent it is no edit."""
    return bare(old) != bare(new)


def bare(line: str) -> str:
    """Give a line without its place in the thread."""
    return line.strip().lstrip(":*#; ")


def carried(mine: Spans, origin: Origin, old: str, new: str) -> Spans:
    """Tell what is left in a line of the words that somebody wrote in its origin.

    A word alone may stand there by chance; two in a row do not. Where nothing but the signature is left, nothing is.
    """
    if old == new:
        return mine
    found: list[Span] = []
    for a, b in mine:
        for start, to, size in origin.kept:
            low, high = max(a, start), min(b, start + size)
            piece = old[low:high]
            if low < high and (len(re.findall(r"\w+", piece)) >= 2 or piece.strip() == old[a:b].strip()):
                found.append((low - start + to, high - start + to))
    signed = SIGNATURE.search(new)
    end = signed.start() if signed else len(new)
    if not any(SAYS.search(new, a, min(b, end)) for a, b in found if a < end):
        return ()
    return tuple(found)


def _whole(i: int, line: str) -> Origin:
    return Origin(i, ((0, 0, len(line)),))


def _moved(
    changed: Sequence[tuple[range, range]], old: Sequence[str], new: Sequence[str], found: list[Origin | None]
) -> set[int]:
    """Find the lines that only went to another place; returns the old lines that went nowhere."""
    left: dict[str, list[int]] = defaultdict(list)
    for before, _ in reversed(changed):
        for i in reversed(before):
            left[old[i]].append(i)
    for _, after in changed:
        for j in after:
            if left.get(new[j]):
                found[j] = _whole(left[new[j]].pop(), new[j])
    return {i for lines in left.values() for i in lines}


class Lost:
    """Lines of the older version that went nowhere, by their words and signatures; each may be found once."""

    def __init__(self, old: Sequence[str], lines: Sequence[int]) -> None:
        self._size: dict[int, int] = {}
        self._with: dict[str, dict[int, int]] = defaultdict(dict)
        for i in lines:
            words = _words(old[i])
            self._size[i] = words.total()
            for word, count in words.items():
                self._with[word][i] = count
            self._with[_signature(old[i])][i] = 0

    def find(self, line: str, budget: Budget) -> int | None:
        """Find the line that is most alike, if half of its words stand in this one; for a signature alone, a line so signed."""
        words, signature = _words(line), _signature(line)
        if signature and not words:
            return self._taken(next((i for i in self._with[signature] if i in self._size), None))
        if not budget.allows(sum(len(self._with[word]) for word in words)):
            return None
        common: Counter[int] = Counter()
        for word, count in words.items():
            for i, times in self._with[word].items():
                common[i] += min(count, times)
        best = max((i for i in common if i in self._size), key=lambda i: (common[i], -i), default=None)
        return self._taken(best) if best is not None and common[best] * 2 >= self._size[best] else None

    def _taken(self, line: int | None) -> int | None:
        if line is not None:
            del self._size[line]
        return line


def _words(line: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", SIGNATURE.sub("", line)))


def _signature(line: str) -> str:
    signed = SIGNATURE.search(line)
    return signed[0].strip() if signed else ""


def _kept(old: str, new: str, budget: Budget) -> tuple[tuple[int, int, int], ...]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if not budget.allows(PER_LINE + len(before) * len(after)):
        return ()
    start, to = _places(before), _places(after)
    matches = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return tuple((start[a], to[b], to[b + size] - to[b]) for a, b, size in matches if size)


def _places(tokens: Sequence[str]) -> list[int]:
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return places


def _rest(length: int, kept: Sequence[Span]) -> Spans:
    """Give what the kept stretches leave of a line."""
    found, place = [], 0
    for a, b in [*sorted(kept), (length, length)]:
        if place < a:
            found.append((place, a))
        place = max(place, b)
    return tuple(found)
