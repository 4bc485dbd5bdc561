"""A district's student numbers in a comment, also spelled with spaces; serial and call numbers are none."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.contact_reading import Detail, Reading
from moderators.folding import fold
from moderators.spoken_digits import WORD, digits_of

_APART = r"[ .,\-–—_/()]"
_ZERO = r"[\do]"  # an o is often typed for a zero
_NUMBER = re2.compile(
    rf"(?:^|[^a-z\d]|\b[a-z]{{1,12}})({_ZERO}(?:{_APART}?{_ZERO}){{5}}{_APART}{{0,3}}[a-z]{_APART}{{0,3}}{_ZERO}(?:{_APART}?{_ZERO}){{2}})"
    r"(?:$|[^a-z\d]|[a-z]{1,12}\b)"
)
"""Six digits, a letter, three digits; a word may stick to it: "id010511t001"."""
_IN_WORDS = re2.compile(
    rf"\b((?:(?:{WORD}|\d{{1,2}})[ ,.\-]{{1,3}}){{3,6}})([a-z])(?:[ ,]+(?:as in|for|de) \w+)?"
    rf"((?:[ ,.\-]{{1,3}}(?:{WORD}|\d{{1,3}})){{1,3}})\b"
)
"""The same, said: "zero one oh five one one T zero zero one"."""
_OTHER = re2.compile(r"\b[a-z]{0,5}[\-#]?\d[a-z0-9.\-]{4,14}\b")
"""What could be a number of another kind: it is one only where the roster holds it."""
_LENGTH, _BEHIND = 6, 3
_COUNTED = "0123456789"
_DIGITS = 6  # that are digits and no o: "goooooooooal" is no number
_BEGINS_WITH_A_DATE = re2.compile(r"^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d[a-z]\d{3}$")
_OF_A_THING = re2.compile(
    r"\b(?:serial|s/n|call number|call no|model|isbn|part|barcode|version|plate|case|order|catalog|asset|tag|invoice|chromebook"
    r"|calculator"
    r"|projector|combo|ticket|raffle|patent|sku|tracking|flight|book|shelf|item|inventory|dewey|binary|truth table|hex)\b"
)
_OF_A_STUDENT = re2.compile(
    r"\b(?:id|student|district|lausd|login|log ?in|portal|password|username|lunch|pin|matricula)\b"
)
_WHY = "Gives a district student number"
PATTERNS = (_NUMBER, _IN_WORDS, _OTHER)


def student_numbers(reading: Reading) -> Iterator[Detail]:
    """The student numbers of a comment."""
    if reading.present.isdisjoint(PATTERNS):
        return
    # The roster is gone through only where a number may stand: rosters may be large.
    known = {_bare(one.student_number): one.id for one in reading.page.students if one.student_number}
    for match in reading.matches(_NUMBER):
        if sum(c.isdigit() for c in match[1]) < _DIGITS:
            continue
        number = _as_digits(_bare(match[1]))
        score = 0.97 if number in known else _score(number, reading.around(*match.span(1)))
        yield Detail("student_number", score, match.span(1), _WHY, known.get(number))
    for match in reading.matches(_IN_WORDS):
        number, end = digits_of(match[1]), digits_of(match[3])
        if len(number) == _LENGTH and len(end) == _BEHIND and number.strip("0"):
            whole = number + match[2] + end
            yield Detail(
                "student_number",
                0.97 if whole in known else min(_score(whole, ""), 0.7),
                match.span(),
                _WHY,
                known.get(whole),
            )
    for match in reading.matches(_OTHER) if known else ():
        if (owner := known.get(_bare(match[0]))) is not None:
            yield Detail("student_number", 0.97, match.span(), _WHY, owner)


def _score(number: str, around: str) -> float:
    if number[:_LENGTH] in _COUNTED:
        return 0.3
    asked = _OF_A_STUDENT.search(around) is not None
    if _OF_A_THING.search(around) and not asked:
        return 0.3
    return 0.85 if asked or _BEGINS_WITH_A_DATE.search(number) else 0.6


def _as_digits(number: str) -> str:
    """A number whose letters o are zeros, but for the one letter that it has."""
    return number[:_LENGTH].replace("o", "0") + number[_LENGTH : _LENGTH + 1] + number[_LENGTH + 1 :].replace("o", "0")


def _bare(number: str) -> str:
    return "".join(c for c in fold(number).text if c.isalnum())
