"""Telephone numbers in a comment, and whose they are: a student's, a parent's own, an institution's."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators import telephone
from moderators.contact_reading import Detail, Reading
from moderators.institutions import INSTITUTE, SWITCHBOARD
from moderators.subjects import STUDENT

_PERSONAL = re2.compile(
    r"\b(?:my|mi|his|her|their|ur|mom'?s|dad'?s) (?:\w+ ){0,2}(?:number|cell|phone|#|digits|line|cel|celular|telefono|tel|numero"
    r"|whats ?app|landline)"
    r"|\b(?:call|text|message|facetime|dm) (?:me|him|her|them)\b|\bhmu\b|\bhit me up|\b(?:llama|marca|manda|textea|escribe)(?:me|le"
    r"|lo|la)\b|\breach me\b"
    rf"|{STUDENT}"
)
"""Words before a number that say that it is a person's, whatever institution is named beside it."""
PATTERNS = (telephone.DIGITS, telephone.WORDS, telephone.LOCAL)


def phones(reading: Reading) -> Iterator[Detail]:
    """The telephone numbers of a comment."""
    if reading.present.isdisjoint(PATTERNS):
        return
    for number in telephone.find(reading.scene.folded, reading.page.region):
        score = _of_somebody_else(reading, *number.span) or (0.9 if number.is_sure else 0.6)
        yield Detail("phone", score, number.span, "Gives a telephone number")


def _of_somebody_else(reading: Reading, start: int, end: int) -> float:
    """The low score of what is no student's; 0 where nothing says so."""
    if reading.is_an_adults_own(start):
        return 0.4
    before = reading.before(start)
    if _PERSONAL.search(before):
        return 0.0
    signs = (SWITCHBOARD.search(before), INSTITUTE.search(before), SWITCHBOARD.search(reading.behind(end)))
    return 0.3 if any(signs) else 0.0
