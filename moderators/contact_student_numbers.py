"""A district's student numbers in a comment, also spelled with spaces; serial and call numbers are none."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.contact_reading import Detail, Reading
from moderators.folding import fold

_NUMBER = re2.compile(r"\b\d(?:[ .\-]?\d){5}[ .\-]{0,3}[a-z][ .\-]{0,3}\d(?:[ .\-]?\d){2}\b")
_BEGINS_WITH_A_DATE = re2.compile(r"^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d[a-z]\d{3}$")
_OF_A_THING = re2.compile(
    r"\b(?:serial|s/n|call number|call no|model|isbn|part|barcode|version|plate|case|order|catalog|asset|tag|invoice|chromebook|calculator"
    r"|projector|locker combo|patent|sku|tracking|flight|book|shelf|item|inventory|dewey)\b"
)
_OF_A_STUDENT = re2.compile(
    r"\b(?:id|student|district|lausd|login|log ?in|portal|password|username|lunch|pin|matricula)\b"
)
PATTERNS = (_NUMBER,)


def student_numbers(reading: Reading) -> Iterator[Detail]:
    """The student numbers of a comment."""
    written = list(reading.matches(_NUMBER))
    # The roster is gone through only where a number stands: comments with one are rare, rosters may be large.
    known = (
        {_bare(one.student_number): one.id for one in reading.page.students if one.student_number} if written else {}
    )
    for match in written:
        number = _bare(match[0])
        score = 0.97 if number in known else _score(number, reading.around(*match.span()))
        yield Detail("student_number", score, match.span(), "Gives a district student number", known.get(number))


def _score(number: str, around: str) -> float:
    asked = _OF_A_STUDENT.search(around) is not None
    if _OF_A_THING.search(around) and not asked:
        return 0.3
    return 0.85 if asked or _BEGINS_WITH_A_DATE.search(number) else 0.6


def _bare(number: str) -> str:
    return "".join(c for c in fold(number).text if c.isalnum())
