"""The ways in which a name is written: its words, its parts, its short forms and diminutives."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from moderators.base import Student
from moderators.folding import fold


def word_set(text: str) -> frozenset[str]:
    """The words of a table that is written as a text."""
    return frozenset(text.split())


LETTERS = re.compile(r"[^\W\d_]+")
"""A word, in folded text."""

PARTICLES = word_set(
    """
    da de del della den der di dos du el la las le los mac mc san santa st ter van von y bin bint al ibn abu o
    """
)

Tokens = tuple[str, ...]


class Kind(IntEnum):
    """How a given name is written, the surest first. `SHORT`: a common short form that the name begins with."""

    FIRST = 0
    NICK = 1
    PART = 2
    SHORT = 3
    COMMON_NICK = 4
    BEGINNING = 5


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a name, and the students (by position) who are called so."""

    tokens: Tokens
    kind: Kind
    owners: frozenset[int]


def tokens_of(name: str) -> Tokens:
    """A name's words, folded: "Núñez-O'Dell" -> nunez, o, dell."""
    return tuple(LETTERS.findall(fold(name).text))


def spellings(name: str) -> set[Tokens]:
    """The words of a whole name, and the same written together."""
    tokens = tokens_of(name)
    together: Tokens = ("".join(tokens),)
    both: set[Tokens] = {tokens, together}
    return both if tokens else set()


def parts(name: str) -> set[Tokens]:
    """The parts of a compound name that are used alone: "Ma. Theresa" -> theresa, "Morales-Vega" -> morales, vega."""
    tokens = tokens_of(name)
    long: set[Tokens] = {(token,) for token in tokens if len(token) >= 4 and token not in PARTICLES}
    return long if len(tokens) > 1 else set()


def diminutives(token: str) -> set[str]:
    """The Spanish diminutives of a given name: "diego" -> dieguito, "carmen" -> carmencita."""
    if len(token) < 3 or not token.isascii():
        return set()
    if token[-1] != "z" and len(token) < 4:
        return set()
    if token[-1] == "z":
        return {f"{stem}it{letter}" for stem in (token, f"{token[:-1]}c") for letter in "ao"}
    stem, ending = (token[:-1], token[-1]) if token[-1] in "ao" else (token, "o")
    if token[-1] in "nre":
        return {f"{token}cit{letter}" for letter in "ao"} | {f"{token.rstrip('e')}it{letter}" for letter in "ao"}
    stem = {"c": stem[:-1] + "qu", "g": stem[:-1] + "gu"}.get(stem[-1], stem)
    endings = {ending} if token[-1] in "ao" else {"o", "a"}
    return {f"{stem}it{letter}" for letter in endings}


class Nicknames:
    """The table of common short forms, both ways."""

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        both: dict[str, set[str]] = defaultdict(set)
        for given, shorts in table.items():
            long = "".join(tokens_of(given))
            for short in ("".join(tokens_of(one)) for one in shorts):
                both[long].add(short)
                both[short].add(long)
        self._both = dict(both)
        self.names = frozenset(both)

    def of(self, name: str) -> set[str]:
        """The other forms of a given name, or of its first part; without those of the bare short form of two letters."""
        tokens = tokens_of(name)
        joined = {"".join(tokens), *tokens[:1]}
        return {other for one in joined if len(one) > 2 for other in self._both.get(one, ()) if len(other) > 1}


def given_forms(student: Student, nicknames: Nicknames) -> list[tuple[Tokens, Kind]]:
    """Every way of writing one student's given name or nickname."""
    first = tokens_of(student.first)
    found = [(form, Kind.FIRST) for form in spellings(student.first)]
    found += [(form, Kind.NICK) for nick in student.nicknames for form in spellings(nick)]
    if " " in student.first.strip():
        found += [(form, Kind.PART) for form in parts(student.first)]
        found += [((first[0],), Kind.PART)] * (len(first[0]) == 3 and first[0] not in PARTICLES)  # Luz Elena
        if first[0] == "maria":
            found += [(("ma", *first[1:]), Kind.FIRST)]
    called = [*first[:1], *("".join(tokens_of(nick)) for nick in student.nicknames)]
    common = nicknames.of(student.first).union(*map(diminutives, called))
    found += [((short,), Kind.SHORT if "".join(first[:1]).startswith(short) else Kind.COMMON_NICK) for short in common]
    if len(first) == 2 and min(map(len, first)) > 1:  # María José is also called MJ
        found.append(((first[0][0] + first[1][0],), Kind.COMMON_NICK))
    if len(first) == 2 and first[0] == "d":  # D'Andre is also written Deandre
        found.append(((f"de{first[1]}",), Kind.FIRST))
    return found


def surname_forms(student: Student) -> set[Tokens]:
    """Every way of writing one student's surname: whole, together, in either half, and without its particles."""
    tokens = tokens_of(student.last)
    bare = tuple(token for token in tokens if token not in PARTICLES)
    forms = spellings(student.last) | parts(student.last)
    return forms | {bare, ("".join(bare),)} if bare else forms
