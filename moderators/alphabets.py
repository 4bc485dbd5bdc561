"""Names in other alphabets: "Сергей", "민준" and "Նարեկ" read as "sergey", "minjun" and "narek".

A word is read so where all of its letters are of another alphabet; Latin words with single foreign letters in them are look-alikes
and `folding` reads them. The letters' Latin forms are those of anyascii (ISC).
"""

from __future__ import annotations

import re

from anyascii import anyascii

from moderators.folding import Folded, fold

# Greek to Cherokee, the Georgian and Cyrillic supplements, East Asia, Hangul, Hebrew and Arabic forms, half-width kana.
_FOREIGN = re.compile(
    "[\u0370-\u1cff\u2d00-\u2dff\u2e80-\ua69f\uac00-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefc\uff66-\uffdc]+"
)
_LATIN = re.compile(r"[^\W\d_]", re.ASCII)


def transliterated(text: str) -> Folded | None:
    """The text with foreign words in Latin letters; None where there are none."""
    if text.isascii():
        return None
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for run in _FOREIGN.finditer(text):
        start, end = run.span()
        if _touches_latin(text, start, end):
            continue
        _add_folded(pieces, origin, text, done, start)
        for at in range(start, end):
            latin = "".join(letter for letter in anyascii(text[at]).lower() if letter.isalpha())
            pieces.append(latin or " ")
            origin += [at] * max(1, len(latin))
        done = end
    if not done:
        return None
    _add_folded(pieces, origin, text, done, len(text))
    return Folded("".join(pieces), origin, len(text))


def _touches_latin(text: str, start: int, end: int) -> bool:
    return any(_LATIN.match(neighbour) for neighbour in (text[start - 1 : start] if start else "", text[end : end + 1]))


def _add_folded(pieces: list[str], origin: list[int], text: str, start: int, end: int) -> None:
    if start < end:
        part = fold(text[start:end])
        pieces.append(part.text)
        origin += [start + at for at in part.origin]
