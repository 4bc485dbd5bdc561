"""Who stands above whom at a school: a restricted flag that may mean somebody in office is for those above them (MATRIX.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Office(IntEnum):
    """How high somebody stands at a school."""

    NONE = 0
    ADMINISTRATOR = 1
    SUPERVISOR = 2
    CONTACT = 3  # the district's


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody in office before one restricted flag. `holds` are their offices now, `held` also those that they had at its time.

    `is_meant`: its author, named in its words, or one of those who had the class then.
    """

    person: str
    holds: frozenset[Office]
    held: frozenset[Office]
    is_meant: bool


def who_may_know(officers: Iterable[Officer], mentioned: frozenset[Office]) -> frozenset[str]:
    """Those in office who may know of a restricted flag; `mentioned` are the offices that its words speak of.

    Nobody whom it may mean; of the others, those who stand above all whom it may mean. Whoever has several offices counts by the
    lowest. Where nobody stands above, those whom it does not mean: a flag that nobody sees protects nobody.
    """
    accused, clear = max(mentioned, default=Office.NONE), list[Officer]()
    for officer in officers:
        if officer.is_meant or officer.held & mentioned:
            accused = max({accused, *officer.held})
        elif officer.holds:
            clear.append(officer)
    above = frozenset(officer.person for officer in clear if min(officer.holds) > accused)
    return above or frozenset(officer.person for officer in clear)
