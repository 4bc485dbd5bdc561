"""Telephone numbers in a comment, written in digits or in words, in linear time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
import re2

from moderators.assessing import matches
from moderators.folding import Folded

_TRIES = 500  # candidates of one comment that the library is asked about: it is exact, and slow
DIGITS = re2.compile(r"(?:\+ ?)?\(?\b\d(?:[ .\-()/]{0,2}\d){6,14}\b")
_WORD = (
    r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
WORDS = re2.compile(rf"\b{_WORD}(?:[ ,.\-]{{1,3}}{_WORD}){{9,10}}\b")
"""What a number in digits, and one in words, looks like."""
_NO_PHONE = re2.compile(r"(?:isbn|doi|issn|serial|call number|order|ticket|confirmation|model|barcode)[^\n]{0,20}$")
_FREE = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
    }
)


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number stands in the folded text, and whether the library or only its shape says that it is one."""

    span: tuple[int, int]
    is_sure: bool


def find(folded: Folded, region: str) -> Iterator[Number]:
    """The numbers that a person could be called at: valid in the region, and not toll free."""
    tries = 0
    for match in matches(DIGITS, folded.text):
        start, end = match.span()
        digits = "".join(c for c in match[0] if c.isdigit())
        if _NO_PHONE.search(folded.text[max(0, start - 40) : start]) or _continues(folded.text, start, end):
            continue
        tries += 1
        # Behind so many candidates the shape alone has to do: a wall of digits may not hide a number.
        real = _is_reachable(match[0], region) if tries <= _TRIES else len(digits) == 10
        if real:
            yield Number(match.span(), tries <= _TRIES)
    for match in matches(WORDS, folded.text):
        yield Number(match.span(), is_sure=True)


def _is_reachable(written: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _FREE


def _continues(text: str, start: int, end: int) -> bool:
    """Whether the digits are part of something longer: 3,200,000,000, an address on the web, an amount."""
    before, after = text[start - 1 : start], text[end : end + 2]
    return (
        (before in {",", "$", "#", "=", "%", "_"} and start > 0)
        or after[:1] in {"%", "_"}
        or (after[:1] == "," and after[1:].isdigit())
    )
