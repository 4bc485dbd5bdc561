"""Display names as they are read: the title apart, trimmings taken off, digits and look-alike letters as what they stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from moderators.folding import fold, readings
from moderators.roster_index import LETTERS, Tokens, word_set

LONGEST = 200
"""Characters of a display name that are read."""

_HERS = word_set("ms mrs miss mme sra srta senora senorita maestra profesora doctora directora")
_HIS = word_set("mr sr senor maestro profesor")
TITLES = _HERS | _HIS | word_set("mx dr doc coach prof profe teacher principal director nurse counselor")
OTHERS = word_set(
    """
    mom mum mommy mother dad daddy father mama mami papa papi madre padre abuela abuelita abuelo grandma grandpa granny
    tia tio aunt uncle sister brother hermana hermano cousin parent parents padres guardian family familia household wife husband
    fan fans stan club hater haters anti not no fake parody helper bot sub substitute ta aide student students class classroom
    """
)
"""Words that say themselves that it is somebody else."""

_RANKS = word_set("vice asst assistant deputy head")
_ROLES = word_set("teacher principal coach profe maestra maestro nurse counselor director directora")
"""Words before a title, and titles that may stand behind a name."""
_TRIMMINGS = word_set(
    "the real official oficial its it im i am soy yo xx x xo new alt backup acc acct account cuenta page"
)
_GLUED_NAME = 4  # letters of a name behind a title that sticks to it
_GLUED = ("the", "real", "official", "oficial", "its", "im", "iam", "soy", "xx")


@dataclass(frozen=True, slots=True)
class Signed:
    """One reading of a display name: its title, if it has one, and the words behind."""

    title: str
    words: Tokens
    disguised: bool

    @property
    def joined(self) -> str:
        """The words written together."""
        return "".join(self.words)


def readings_of(name: str) -> Iterator[Signed]:
    """The ways to read the first `LONGEST` characters of a display name: as written, and with digits as the letters they stand for."""
    name = name[:LONGEST]
    plain = fold(name).text
    disguised = _is_disguised(name)
    for number, text in enumerate(dict.fromkeys((plain, *(reading.text for reading in readings(name))))):
        words = tuple(LETTERS.findall(text))
        for title, rest in _titles(_trimmed(words)):
            if rest:
                yield Signed(title, rest, disguised or number > 0)


def _titles(words: Tokens) -> Iterator[tuple[str, Tokens]]:
    """The words with their title apart: "ms alvarado", and "msalvarado" both as one word and as title and name."""
    if len(words) > 1 and words[0] in _RANKS and words[1] in TITLES:
        words = words[1:]
    if not words:
        return
    if len(words) > 1 and words[-1] in _ROLES and words[0] not in TITLES:
        yield words[-1], words[:-1]
    if words[0] in TITLES and len(words) > 1:
        yield words[0], _trimmed(words[1:])
        return
    yield "", words
    for first in (words[0], *unglued(words[0])):
        for title in TITLES:
            if first.startswith(title) and len(first) - len(title) >= _GLUED_NAME:
                yield title, (first[len(title) :], *words[1:])


def _trimmed(words: Tokens) -> Tokens:
    start, end = 0, len(words)
    while start < end and words[start] in _TRIMMINGS:
        start += 1
    while end > start and words[end - 1] in _TRIMMINGS:
        end -= 1
    return words[start:end]


def unglued(joined: str) -> Iterator[str]:
    """What is left of a name that is written together with words like "real" before or behind it."""
    bare = joined
    while shorter := next((rest for word in _GLUED if (rest := _without(bare, word)) not in ("", bare)), ""):
        yield shorter
        bare = shorter


def _without(joined: str, word: str) -> str:
    return joined.removeprefix(word) if joined.startswith(word) else joined.removesuffix(word)


def _is_disguised(name: str) -> bool:
    """Whether letters of another alphabet or invisible signs stand among Latin letters."""
    odd = [c for c in name if not c.isascii()]
    hidden = any(unicodedata.category(c) == "Cf" for c in odd)
    foreign = any(
        c.isalpha() and "LATIN" not in unicodedata.name(c, "") and fold(c).text.isascii() and fold(c).text for c in odd
    )
    return hidden or foreign


def belongs_to_them(name: str) -> bool:
    """Whether a display name tells what is somebody's rather than who it is: "Ms. Alvarado's class"; not "Ana Lu's new account"."""
    rest = fold(name[:LONGEST]).text.partition("'s ")[2]
    return not _TRIMMINGS.issuperset(LETTERS.findall(rest))


def may_be(known: str, written: str) -> bool:
    """Whether both titles may be one person's: "Ms." and "Dr." may, "Ms." and "Mr." may not."""
    return not ((known in _HERS and written in _HIS) or (known in _HIS and written in _HERS))
