"""Names that make each other sure: those that stand in one row, and one that is meant twice."""

from __future__ import annotations

import re
from dataclasses import replace

from moderators.deed_words import LIKES
from moderators.name_match import DOUBTFUL, SURE, UNLIKELY, Match
from moderators.sign_words import RELATED
from moderators.words import Words

_OPEN = frozenset({DOUBTFUL, UNLIKELY})
_IN_A_ROW, _AGAIN = 0.6, 0.55
_LISTED = re.compile(r"^\s*(?:\n\s*)?\d+[.)]\s*$|^\s*\n\s*[-*]?\s*$")  # "1. Ana 2. Leo", or one a line
_REMARK = re.compile(r"\([^()]*\)|[\d/:.%]+")  # "Faith (11/09), Leo (11/14)"
_JOINED_BY = frozenset([",", "&", "+", "/", "and", "y", "n", "e", "or", "o", "ni", "vs", ""])


def together(words: Words, found: list[Match]) -> list[Match]:
    """Make doubtful names sure that stand in a row with a sure one, or that are surely meant elsewhere in the comment."""
    if len(found) < 2:
        return found
    found = _related(words, found)
    sure = {words.word(match.first) for match in found if match.score >= SURE}
    if not sure:
        return found
    for turn in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for at in turn:
            other = found[at - turn.step]
            left, right = min(at, at - turn.step), max(at, at - turn.step)
            if found[at].score in _OPEN and other.score >= SURE and _is_row(words, found[left], found[right]):
                found[at] = replace(found[at], score=_IN_A_ROW)
    return [_again(words, one) if one.score in _OPEN and words.word(one.first) in sure else one for one in found]


def _again(words: Words, one: Match) -> Match:
    doubled = words.word(one.first - 1) == words.word(one.first)  # "drew drew that": one of them is the verb
    return one if doubled else replace(one, score=_AGAIN)


def _related(words: Words, found: list[Match]) -> list[Match]:
    """Two doubtful names of whom is said that they are friends, cousins, partners."""
    found = list(found)
    for at in range(len(found) - 1):
        pair = found[at : at + 2]
        doubtful = all(one.score == DOUBTFUL for one in pair)
        if doubtful and _is_row(words, *pair) and words.near(pair[1].last, 0, 4) & RELATED:
            found[at : at + 2] = [replace(one, score=_IN_A_ROW) for one in pair]
    return found


def _is_row(words: Words, left: Match, right: Match) -> bool:
    between, gap = words.words[left.last + 1 : right.first], words.gap(right.first)
    if len(between) > 1:
        return False
    if not between:
        mark = _REMARK.sub("", gap.strip()).strip()
        return bool(_LISTED.search(gap)) or (bool(gap.strip()) and mark.lstrip(", ") in _JOINED_BY)
    before = _REMARK.sub("", words.gap(left.last + 1)).strip()
    return between[0] in LIKES or (before in {"", ","} and between[0] in _JOINED_BY)
