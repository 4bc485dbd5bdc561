"""A page's roster as lookup tables: every form a given name or surname is written in, by its first word.

The cost of a lookup does not depend on how many students there are. Built once a roster, in time linear in its size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

import ahocorasick_rs

from moderators.base import PageContext, Student
from moderators.name_forms import (
    LETTERS,
    PARTICLES,
    Form,
    Kind,
    Nicknames,
    Tokens,
    given_forms,
    parts,
    spellings,
    surname_forms,
    tokens_of,
    word_set,
)
from moderators.spelling import SHORTEST, Spelling

__all__ = ["LETTERS", "PARTICLES", "Form", "Kind", "Nicknames", "RosterIndex", "Tokens", "tokens_of", "word_set"]

MIN_JOINED = 7
"""Letters of a full name that is written together: "annlee" inside another word is chance, "marcusbell" is not."""

_BEGINNING = (3, 5)  # letters of a beginning ("kev"), and of the shortest name that is called by one


class RosterIndex:
    """The lookup tables of one page. `plain` are words that no name is called by the beginning of."""

    def __init__(self, page: PageContext, nicknames: Nicknames, plain: frozenset[str] = frozenset()) -> None:
        self.students = page.students
        given = _given(page.students, nicknames)
        _add_beginnings(given, page.students, plain)
        surnames: dict[Tokens, dict[int, Kind]] = defaultdict(dict)
        for owner, student in enumerate(page.students):
            for form in surname_forms(student):
                surnames[form][owner] = Kind.FIRST
        self.given, self.surnames = _by_first(given), _by_first(surnames)
        self.surname_tokens = [_last_tokens(student) for student in page.students]
        self.surname_initials = [{token[0] for token in tokens_of(student.last)} for student in page.students]
        self.given_joined = [_own_names(student) for student in page.students]
        self.given_initials = [{name[0] for name in names} for names in self.given_joined]
        self.staff = {(*tokens_of(one.first), *tokens_of(one.last)) for one in page.staff}
        self.staff_given = {tokens_of(one.first) for one in page.staff}
        self.staff_surnames = {token for one in page.staff for token in tokens_of(one.last)} - PARTICLES
        self.vocabulary = {tokens_of(entry) for entry in page.vocabulary}
        self.known = frozenset(token for form in chain(given, surnames) for token in form)
        self.seconds = _seconds(page.students)
        self.starts = frozenset(chain(self.given, self.surnames.keys() - PARTICLES, self.seconds))
        self.whole_given = frozenset(form[0] for form, owners in given.items() if _is_own(form, owners))
        self.begun = frozenset(name[:size] for name in self.whole_given for size in range(1, len(name)))
        self.spelling = Spelling(self.whole_given | {form[0] for form in surnames if len(form) == 1})
        self.plurals = frozenset(
            form[0] + "s" for form in chain(given, surnames) if len(form) == 1 and len(form[0]) > 2
        )
        self.hints = self.starts | self.plurals | self.seconds.keys()
        self._whole_inside = _searcher(name for name in self.whole_given if len(name) >= SHORTEST)
        self._joined = _joined_names(page.students)
        self._joined_owners = list(self._joined.values())
        self._inside = _searcher(self._joined)

    def joined_in(self, text: str) -> list[tuple[int, int, frozenset[int]]]:
        """Full names written together ("marcusbell"), anywhere in the folded text, also inside a handle."""
        if self._inside is None:
            return []
        hits: list[tuple[int, int, int]] = self._inside.find_matches_as_indexes(text, overlapping=True)
        return [(start, end, self._joined_owners[which]) for which, start, end in hits]

    def has_given_in(self, letters: str) -> bool:
        """Whether a given name stands somewhere in the letters of a hashtag or handle."""
        return self._whole_inside is not None and bool(self._whole_inside.find_matches_as_indexes(letters))

    def owners_of(self, token: str) -> frozenset[int]:
        """The students who have a given name of this one word."""
        return next((form.owners for form in self.given.get(token, ()) if len(form.tokens) == 1), frozenset())

    def is_initial_of(self, letter: str, token: str) -> bool:
        """Whether a letter begins a surname of one of the students called so."""
        return any(letter in self.surname_initials[owner] for owner in self.owners_of(token))

    def whole(self, owners: Iterable[int]) -> str | None:
        """The roster's id where exactly one student is meant."""
        ids = {self.students[owner].id for owner in owners}
        return ids.pop() if len(ids) == 1 else None


def _searcher(names: Iterable[str]) -> ahocorasick_rs.AhoCorasick | None:
    every = list(names)
    return ahocorasick_rs.AhoCorasick(every) if every else None


def _given(students: Iterable[Student], nicknames: Nicknames) -> dict[Tokens, dict[int, Kind]]:
    forms: dict[Tokens, dict[int, Kind]] = defaultdict(dict)
    for owner, student in enumerate(students):
        for form, kind in given_forms(student, nicknames):
            forms[form][owner] = min(kind, forms[form].get(owner, kind))
    return forms


def _add_beginnings(forms: dict[Tokens, dict[int, Kind]], students: Iterable[Student], plain: frozenset[str]) -> None:
    """Add "kev", "kevi" where one student alone has a name that begins so, and it is no word or name itself."""
    shortest, least = _BEGINNING
    firsts = [(owner, token) for owner, student in enumerate(students) for token in tokens_of(student.first)[:1]]
    begun = Counter(token[:size] for _, token in firsts for size in range(shortest, len(token)))
    taken = {form[0] for form in forms}
    for owner, token in firsts:
        for size in range(shortest, len(token) - 1 if len(token) >= least else 0):
            beginning = token[:size]
            if begun[beginning] == 1 and beginning not in plain and beginning not in taken:
                forms[beginning,][owner] = Kind.BEGINNING


def _is_own(form: Tokens, owners: Mapping[int, Kind]) -> bool:
    return len(form) == 1 and min(owners.values()) <= Kind.PART


def _own_names(student: Student) -> set[str]:
    return {"".join(form) for name in (student.first, *student.nicknames) for form in spellings(name)}


def _seconds(students: Iterable[Student]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Of given names of two words the second one, with the first and both together: "jin" -> hye, hyejin."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for student in students:
        tokens = tokens_of(student.first)
        if len(tokens) == 2 and min(map(len, tokens)) > 1:
            found[tokens[1]].add((tokens[0], "".join(tokens)))
    return {second: tuple(sorted(pairs)) for second, pairs in found.items()}


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
        lasts = {"".join(form) for form in surname_forms(student)}
        for name in (first + last for first in firsts for last in lasts):
            if len(name) >= MIN_JOINED:
                joined[name].add(owner)
    return {name: frozenset(owners) for name, owners in joined.items()}
