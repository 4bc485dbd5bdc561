"""A page's roster as lookup tables: every form a given name or surname is written in, by its first word.

The cost of a lookup does not depend on how many students there are. Built once a roster, in time linear in its size.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import ahocorasick_rs

from moderators.base import PageContext, Student
from moderators.folding import fold


def word_set(text: str) -> frozenset[str]:
    """The words of a table that is written as a text."""
    return frozenset(text.split())


LETTERS = re.compile(r"[^\W\d_]+")
"""A word, in folded text."""

PARTICLES = word_set(
    """
    da de del della den der di dos du el la las le los mac mc san santa st ter van von y bin al
    """
)
_MIN_JOINED = 7  # "annlee" inside another word is chance, "marcusbell" is not

Tokens = tuple[str, ...]


class Kind(IntEnum):
    """How a given name is written, the surest first."""

    FIRST = 0
    NICK = 1
    PART = 2
    COMMON_NICK = 3


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
    """The Spanish diminutives of a given name: "diego" -> dieguito."""
    if len(token) < 4 or not token.isascii():
        return set()
    stem, ending = (token[:-1], token[-1]) if token[-1] in "ao" else (token, "o")
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

    def of(self, name: str) -> set[str]:
        """The other forms of a given name, or of its first part; without those of the bare short form of two letters."""
        tokens = tokens_of(name)
        joined = {"".join(tokens), *tokens[:1]}
        return {other for one in joined if len(one) > 2 for other in self._both.get(one, ()) if len(other) > 1}


class RosterIndex:
    """The lookup tables of one page."""

    def __init__(self, page: PageContext, nicknames: Nicknames) -> None:
        self.students = page.students
        self.given = _by_first(_given_forms(page.students, nicknames))
        self.surnames = _by_first(_surname_forms(page.students))
        self.surname_tokens = [_last_tokens(student) for student in page.students]
        self.given_joined = [{"".join(form) for form in spellings(student.first)} for student in page.students]
        self.given_initials = [{form[0][0] for form in spellings(s.first)} for s in page.students]
        self.staff = {(*tokens_of(one.first), *tokens_of(one.last)) for one in page.staff}
        self.staff_given = {tokens_of(one.first) for one in page.staff}
        self.staff_surnames = {token for one in page.staff for token in tokens_of(one.last)} - PARTICLES
        self.vocabulary = {tokens_of(entry) for entry in page.vocabulary}
        self._joined = _joined_names(page.students)
        self._joined_owners = list(self._joined.values())
        self._inside = ahocorasick_rs.AhoCorasick(list(self._joined)) if self._joined else None

    def joined_in(self, text: str) -> list[tuple[int, int, frozenset[int]]]:
        """Full names written together ("marcusbell"), anywhere in the folded text, also inside a handle."""
        if self._inside is None:
            return []
        hits: list[tuple[int, int, int]] = self._inside.find_matches_as_indexes(text, overlapping=True)
        return [(start, end, self._joined_owners[which]) for which, start, end in hits]

    def whole(self, owners: Iterable[int]) -> str | None:
        """The roster's id where exactly one student is meant."""
        ids = {self.students[owner].id for owner in owners}
        return ids.pop() if len(ids) == 1 else None


def _given_forms(students: Iterable[Student], nicknames: Nicknames) -> dict[Tokens, dict[int, Kind]]:
    forms: dict[Tokens, dict[int, Kind]] = defaultdict(dict)
    for owner, student in enumerate(students):
        first = tokens_of(student.first)
        found = [(form, Kind.FIRST) for form in spellings(student.first)]
        found += [(form, Kind.NICK) for nick in student.nicknames for form in spellings(nick)]
        if " " in student.first.strip():
            found += [(form, Kind.PART) for form in parts(student.first)]
        found += [((short,), Kind.COMMON_NICK) for short in nicknames.of(student.first)]
        called = [*first[:1], *("".join(tokens_of(nick)) for nick in student.nicknames)]
        found += [((small,), Kind.COMMON_NICK) for name in called for small in diminutives(name)]
        if len(first) == 2 and first[0] == "d":  # D'Andre is also written Deandre
            found.append(((f"de{first[1]}",), Kind.FIRST))
        for form, kind in found:
            forms[form][owner] = min(kind, forms[form].get(owner, kind))
    return forms


def _surname_forms(students: Iterable[Student]) -> dict[Tokens, dict[int, Kind]]:
    forms: dict[Tokens, dict[int, Kind]] = defaultdict(dict)
    for owner, student in enumerate(students):
        for form in spellings(student.last) | parts(student.last):
            forms[form][owner] = Kind.FIRST
    return forms


def _by_first(forms: Mapping[Tokens, Mapping[int, Kind]]) -> dict[str, tuple[Form, ...]]:
    """Longest form first; of the students who may be meant only those whom the surest kind means."""
    table: dict[str, list[Form]] = defaultdict(list)
    for tokens, owners in forms.items():
        best = min(owners.values())
        level = Kind.NICK if best <= Kind.NICK else best
        table[tokens[0]].append(Form(tokens, best, frozenset(o for o, kind in owners.items() if kind <= level)))
    return {first: tuple(sorted(found, key=lambda form: -len(form.tokens))) for first, found in table.items()}


def _last_tokens(student: Student) -> frozenset[str]:
    tokens = tokens_of(student.last)
    return frozenset(token for token in tokens if token not in PARTICLES) or frozenset(tokens)


def _joined_names(students: Iterable[Student]) -> dict[str, frozenset[int]]:
    joined: dict[str, set[int]] = defaultdict(set)
    for owner, student in enumerate(students):
        firsts = {"".join(form) for form in spellings(student.first) | parts(student.first)}
        firsts |= {"".join(tokens_of(nick)) for nick in student.nicknames}
        lasts = {"".join(form) for form in spellings(student.last) | parts(student.last)}
        for name in (first + last for first in firsts for last in lasts):
            if len(name) >= _MIN_JOINED:
                joined[name].add(owner)
    return {name: frozenset(owners) for name, owners in joined.items()}
