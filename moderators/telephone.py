"""Telephone numbers in a comment: in digits, however they are set apart, in words, or in both, in linear time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import phonenumbers
import re2

from moderators.assessing import matches
from moderators.folding import Folded
from moderators.spoken_digits import WORD, digits_of

_TRIES = 500  # candidates of one comment that the library is asked about: it is exact, and slow
_SIGN = r"[^\w\s]"
DIGITS = re2.compile(
    r"(?:\+ ?)?\(?\b\d(?:[ .\-()/]{0,2}\d){6,14}\b"
    # an area code and two groups, set apart by whatever is no letter: "213 ** 555 _ 0177", and an o for a zero
    rf"|\(?\b[\do]{{3}}\)?(?:[ _]|{_SIGN}){{1,4}}[\do]{{3}}(?:[ _]|{_SIGN}){{1,4}}[\do]{{4}}\b"
    r"|\b(?:area code )?\(?\d{3}\)?(?: then| and then| y luego|,|\.)* \d{3}(?: then| and then| and| y luego)+ \d{4}\b"
    r"|\b\d{3}[ .\-]\d{4},? area code \d{3}\b"
)
WORDS = re2.compile(
    rf"\b(?:{WORD}|\d{{1,4}})(?:(?:[ ,.\-/]|\.\.\.){{0,3}}(?:(?:and|then|y) )?(?:{WORD}|\d{{1,4}})){{4,12}}\b"
)
LOCAL = re2.compile(r"\b\d{3}[ .\-]\d{4}\b")
"""What a number in digits, one in words, and one without its area code look like."""
_NO_PHONE = re2.compile(
    r"(?:isbn|doi|issn|serial|call number|call no|order|ticket|confirmation|model|barcode|account|invoice|catalog|asset|tracking"
    r"|meeting id|zoom id|room code)[^\n]{0,20}$"
)
_ASKS_TO_CALL = re2.compile(
    r"\b(?:call|text|cell|phone|number|digits|cel|celular|telefono|numero|llama\w*|marca\w*|whats ?app|hmu|hit me up|facetime"
    r"|#) ?[^\n]{0,25}$"
)
_PARTS = re2.compile(r"[a-z]+|\d+")
_FEWEST = 5  # parts of a number in words; a digit may stick to a word, but no digit to a digit
_GROUP = re2.compile(r"[\do]*\d[\do]*")
_COUNTS = re2.compile(r"1234567|2345678|3456789|9876543")
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
    tries, taken = 0, 0
    text = folded.text
    for match in matches(DIGITS, text):
        start, end = match.span()
        digits = "".join(part.replace("o", "0") for part in _GROUP.findall(match[0]))
        if _NO_PHONE.search(text[max(0, start - 40) : start]) or _continues(text, start, end):
            continue
        tries += 1
        # Behind so many candidates the shape alone has to do: a wall of digits may not hide a number.
        real = _is_reachable(match[0], digits, region) if tries <= _TRIES else len(digits) == 10
        if real:
            taken = end
            yield Number(match.span(), tries <= _TRIES)
    yield from _in_words(text, region, tries)
    for match in matches(LOCAL, text) if not taken else ():
        if _ASKS_TO_CALL.search(text[max(0, match.start() - 40) : match.start()]):
            yield Number(match.span(), is_sure=False)


def _in_words(text: str, region: str, tries: int) -> Iterator[Number]:
    for match in matches(WORDS, text):
        digits = digits_of(match[0]) if len(_PARTS.findall(match[0])) >= _FEWEST else ""
        if not digits.isdigit() or _counts_up(match[0]) or len(digits) not in (10, 11):
            continue
        tries += 1
        spelled = len(digits) == 10 and not any(c.isdigit() for c in match[0]) and not _COUNTS.search(digits)
        if tries > _TRIES or spelled or _is_reachable(digits, digits, region):
            yield Number(match.span(), is_sure=True)


def _counts_up(written: str) -> bool:
    """Whether each number is larger than the one before: "two four six eight ten twelve fourteen"."""
    values = [int(digits) for part in _PARTS.findall(written) if (digits := digits_of(part)).isdigit()]
    return all(one < other for one, other in pairwise(values))


def _is_reachable(written: str, digits: str, region: str) -> bool:
    if _COUNTS.search(digits):
        return False
    behind = "area code" in written[7:]
    try:
        number = phonenumbers.parse(
            digits[7:] + digits[:7] if behind else written if written[:1] == "+" else digits, region
        )
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
