"""Digits that are written as words, English and Spanish: "three twenty three", "doble cinco"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import re2


def _table(words: str, values: Iterable[object]) -> dict[str, str]:
    return {word: str(value) for word, value in zip(words.split(), values, strict=True)}


_UNITS: Final = {
    **_table("zero one two three four five six seven eight nine", range(10)),
    **_table("cero uno dos tres cuatro cinco seis siete ocho nueve", range(10)),
    **_table("oh o niner", (0, 0, 9)),
}
_TEENS: Final = {
    **_table("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(10, 20)),
    **_table("diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve", range(10, 20)),
    **_table("veintiuno veintidos veintitres veinticuatro veinticinco", range(21, 26)),
    **_table("veintiseis veintisiete veintiocho veintinueve", range(26, 30)),
}
_TENS: Final = {
    **_table("twenty thirty forty fifty sixty seventy eighty ninety", range(2, 10)),
    **_table("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa", range(2, 10)),
    "fourty": "4",
}
_TIMES: Final = {"double": 2, "triple": 3, "doble": 2}

WORD: Final = "(?:" + "|".join(sorted({*_UNITS, *_TEENS, *_TENS, *_TIMES}, key=lambda word: (-len(word), word))) + ")"
"""One word of a number, as a pattern."""

_TOKEN = re2.compile(r"[a-z]+|\d+")


def digits_of(written: str) -> str:
    """The digits that words and digits spell; empty where a number such as "ten" stands among single digits but nothing fits."""
    found: list[str] = []
    times, tens = 1, False
    for match in _TOKEN.finditer(written):
        word = match[0]
        if word in {"and", "then", "y"}:
            continue
        if word in _TIMES:
            times = _TIMES[word]
            continue
        unit = _UNITS.get(word)
        if tens and unit is not None and unit != "0":
            found[-1] = found[-1][0] + unit  # "fifty five"
            tens = False
            continue
        tens = word in _TENS
        digits = unit or _TEENS.get(word) or (_TENS[word] + "0" if tens else word)
        found.append(digits * times)
        times = 1
    return "".join(found)
