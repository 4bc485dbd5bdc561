"""Whom words may be about: a person by name, or whoever holds an office (MATRIX.md, conflict of interest and "Restricted from birth").

Cautious on purpose: somebody else of the school decides then, or whoever stands above.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Final

from bot.domain.offices import Office

_TITLES: Final = (
    "mr", "mrs", "ms", "miss", "mx", "dr", "principal", "coach", "profe", "profesor", "profesora", "maestro", "maestra",
    "senor", "senora", "srta", "sr", "sra", "director", "directora",
)  # fmt: skip

_CALLED: Final = MappingProxyType(
    {
        Office.ADMINISTRATOR: (
            "principal", "vice principal", "assistant principal", "administrator", "dean", "director",
            "directora", "subdirector", "subdirectora", "administrador", "administradora",
        ),
        Office.SUPERVISOR: ("supervisor", "supervisora", "superintendent", "superintendente"),
    }
)  # fmt: skip


_SHORTEST: Final = 4
"""Letters of a surname that is not the last one."""


def is_meant(text: str, name: str) -> bool:
    """Whether words name this person: the full name, or a surname after a title. A single name names nobody."""
    parts = _said(name).split()
    if len(parts) < 2:
        return False
    called = [" ".join(parts[first:]) for first in range(1, len(parts))] + _surnames(parts)
    return _holds(_said(text), [" ".join(parts), *(f"{title} {each}" for title in _TITLES for each in called)])


def may_be_meant(text: str, name: str) -> bool:
    """Whether words may be about them where an adult may be accused: a surname will do, or its first letter after a title ("Ms. R")."""
    parts = _said(name).split()
    if len(parts) < 2:
        return False
    letters = {part[0] for part in parts[1:]}
    titled = [f"{title} {letter}" for title in _TITLES for letter in letters]
    return is_meant(text, name) or _holds(_said(text), [*_surnames(parts), *titled])


def offices_in(text: str) -> frozenset[Office]:
    """The offices that words speak of."""
    said = _said(text)
    return frozenset(office for office, names in _CALLED.items() if _holds(said, names))


def _surnames(parts: list[str]) -> list[str]:
    """What may be a surname by itself: the last part of a name, and the others behind the first but for such as "de", "la" and "F".

    María García López is Ms. García; whether a part in the middle is a surname or a second first name, no list tells.
    """
    return [part for part in parts[1:-1] if len(part) >= _SHORTEST] + parts[-1:]


def _said(text: str) -> str:
    """The words in small letters without accents, one space around each."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in plain).split())} "


def _holds(said: str, phrases: list[str] | tuple[str, ...]) -> bool:
    return any(f" {phrase} " in said for phrase in phrases)
