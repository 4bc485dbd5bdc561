"""Variants of a classroom text, so that the model reads past disguise, typing and who it is about.

Every variant is made of violating and of harmless texts alike: a disguise or a name is no sign of guilt by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from moderators.model_text import model_text
from moderators.models.training.data import Row

MASK: Final = "Alex"
"""What stands in for every student's name when a comment is scored (`moderators.student_names.MASK`)."""

_LONGEST: Final = 400  # characters; about 100 word pieces, so that the training cut leaves the row's own words in
_LEET: Final = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_NAMED: Final = re.compile(r"\b(?:he|she|him|her|el|ella)\b", re.IGNORECASE)
_CALLED: Final = re.compile(r"(?<=[a-z0-9,;] )[A-Z][a-z]{2,11}\b(?! (?:[A-Z]|St\b|Ave\b))")
_NO_NAMES: Final = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|english|spanish|math|history|science|biology|chemistry|algebra|geometry|art|music|drama|google|"
    r"youtube|discord|instagram|tiktok|minecraft|roblox|fortnite|snapchat|mom|dad|grandma|grandpa|mrs|miss|coach|mister|doctor|"
    r"christmas|halloween|thanksgiving|hanukkah|ramadan|easter|mexico|america|california|los|the|and|but|you|not)\b",
    re.IGNORECASE,
)
_OPENERS: Final = (f"{MASK} ", f"{MASK}, ", f"@{MASK} ", f"hey {MASK} ", f"{MASK} said: ", f"oye {MASK} ")
_CLOSERS: Final = (f" {MASK}", f" @{MASK}", f", {MASK}", f" - {MASK}")


def vary(row: Row, rng: random.Random) -> Row:
    """The row itself or, about every second time, a variant of it with the same labels."""
    text = row.written or row.text
    if rng.random() < 0.5:
        text = _CALLED.sub(_mask, text)
    if rng.random() < 0.25:
        text = _name(text, rng)
    if rng.random() < 0.12:
        text = _disguise(text, rng)
    if rng.random() < 0.12:
        text = _mistype(text, rng)
    return replace(row, text=model_text(text))


def lengthen(row: Row, harmless: Sequence[Row], rng: random.Random) -> Row:
    """The row in the midst of harmless texts, its labels unchanged: a threat inside a long comment is a threat.

    Without these a threat among twelve harmless sentences was hardly ever found (measured: 6 % against 79 % alone).
    """
    parts = [row.text]
    longest = rng.uniform(80, _LONGEST)
    while True:
        partner = rng.choice(harmless).text
        if len(partner) + sum(map(len, parts)) > longest:
            return replace(row, text=rng.choice((" ", "\n", ". ")).join(parts))
        parts.insert(rng.randint(0, len(parts)), partner)


def jumble(everyday: Sequence[Row], rng: random.Random) -> Row:
    """The words of a few harmless texts in no order, as harmless as they.

    Without these a heap of ordinary words looked like a threat now and then: one in four scored above .15 (measured). Every
    second one is long, since of those one in five was still flagged.
    """
    rows, longest = rng.choice(((3, 40), (12, 110)))
    chosen = rng.sample(everyday, k=min(len(everyday), rows))
    words = " ".join(row.text for row in chosen).split()
    few = rng.sample(words, k=min(len(words), rng.randint(3, longest)))
    return replace(chosen[0], text=model_text(" ".join(few)), written="")


def _mask(called: re.Match[str]) -> str:
    """A capital inside a sentence is mostly a name, and a name on the roster will be masked."""
    return called.group() if _NO_NAMES.fullmatch(called.group()) else MASK


def _name(text: str, rng: random.Random) -> str:
    if _NAMED.search(text) and rng.random() < 0.7:
        return _NAMED.sub(MASK, text, count=1)
    if rng.random() < 0.6:
        return rng.choice(_OPENERS) + text
    return text + rng.choice(_CLOSERS)


def _disguise(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for index in rng.sample(range(len(words)), k=min(len(words), rng.randint(1, 3))):
        words[index] = rng.choice((_leet, _space, _star, str.upper))(words[index])
    return " ".join(words)


def _leet(word: str) -> str:
    return word.lower().translate(_LEET)


def _space(word: str) -> str:
    return " ".join(word)


def _star(word: str) -> str:
    return word[0] + "*" + word[2:] if len(word) > 3 else word


def _mistype(text: str, rng: random.Random) -> str:
    if len(text) < 8:
        return text
    at = rng.randrange(1, len(text) - 2)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    dropped = text[:at] + text[at + 1 :]
    doubled = text[:at] + text[at] + text[at:]
    return rng.choice((swapped, dropped, doubled, text.lower().replace("'", "")))
