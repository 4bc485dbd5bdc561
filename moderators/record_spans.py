"""Where a record begins and ends in a comment: from the verb to the end of what is told, without the person of whom it is told.

"Marcus [got an F on the cell quiz] lmaooo": a wording finds "got an F on"; a person who reads the queue wants to see the rest of it.
"""

from __future__ import annotations

from typing import Final

import re2

from moderators.roster_index import word_set

_MOST_WORDS: Final = 12  # that are taken behind a wording
_PHRASE: Final = 4  # words behind one preposition
_PREPOSITIONS = word_set(
    "on in for at from about during since of until till over en de del por hasta desde durante sobre"
)
_AGAIN = word_set("again tambien")
_STOP = word_set(
    """
    and but so because bc cuz cause if when while who which that thats that's what where why how then than or lol lmao lmaoo lmaooo omg
    smh bruh bro fr ngl tho though though right lets let's course he she they it i we you u he's hes she's shes theyre im i'm is are was
    were has had have does did do will would can could should must gets got y e o pero que porque pq cuando si jaja jajaja ni ya se lo la
    le me yo el-que please pls right now today tomorrow just also again this-is
    """
)
_WORD = re2.compile(r"^ ([^\s.,!?;:()\"]+)")
_DANGLING = re2.compile(
    r"(?:[\s,;:.!?()\-]|\b(?:on|in|for|as|at|this|last|and|but|so|lol|lmao|omg|when|while|because|cuz|bc|too|every|overall|rn|now|smh"
    r"|bruh|bro|he|she"
    r"|they|after|from|with|since|if|instead|which|en|de|y|e|pero|por|ni|que|para|cuando|the|an?|jaja))$"
)
_VERBS_BEFORE = re2.compile(
    r"(?:(?:\b(?:he|she|they|el|ella) )?\b(?:is|are|was|were|has|have|had|been|being|got|already|s)(?: (?:still|already|like|been|put"
    r"|given))* )$"
)
_PRONOUN_BEFORE = re2.compile(r"\b(?:he|she|they) $")


def tidy(text: str, start: int, end: int, signs: str) -> tuple[int, int]:
    """The place of a record, given where its wording stands; `signs` are the letters that stand for a person."""
    first, last = _without_person(text, start, end, signs)
    if first == start:
        first = _with_verb(text, first)
    return first, _to_the_end(text, _without_loose_words(text, first, last), signs)


def _without_person(text: str, start: int, end: int, signs: str) -> tuple[int, int]:
    first, last = start, end
    while first < last and text[first] in signs:
        first += 1
    if first > start:
        joint = next(
            (
                joint
                for joint in ("'s ", "s ", "'s", "' ", ": ", ", ", " - ", " = ", " ")
                if text.startswith(joint, first, last)
            ),
            "",
        )
        first += len(joint)
    while last > first and (text[last - 1] in signs or text[last - 1] in " ,;:"):
        last -= 1
    return (first, last) if first < last else (start, end)


def _with_verb(text: str, start: int) -> int:
    for before in (_VERBS_BEFORE, _PRONOUN_BEFORE):
        match = before.search(text[max(0, start - 30) : start])
        if match is not None:
            start -= len(match[0])
    return start


def _without_loose_words(text: str, start: int, end: int) -> int:
    while end > start and (match := _DANGLING.search(text[max(start, end - 12) : end])) is not None and match[0]:
        end -= len(match[0])
    return end if end > start else start + 1


def _to_the_end(text: str, end: int, signs: str) -> int:
    """Take "again" and what hangs on prepositions: "on the cell quiz", "for the fire alarm"."""
    left = taken = 0
    at = end
    for _ in range(_MOST_WORDS):
        match = _WORD.search(text[at : at + 40])
        word = match[1] if match is not None else ""
        if match is None or any(sign in word for sign in signs):
            break
        if word in _PREPOSITIONS:
            left = _PHRASE
        elif word in _AGAIN and not taken:
            left = 1
        elif word in _STOP or not left:
            break
        at, left, taken = at + match.end(), left - 1, taken + 1
        if word not in _PREPOSITIONS:
            end = at
    return _without_loose_words(text, end - 1, end) if text[end - 1 : end] == " " else end
