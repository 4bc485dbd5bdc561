"""How the people of a page sign, and whom a display name claims to be: by name, by title and surname, disguised or misspelt.

Names are looked up, not compared one by one; only what is no name of the page is compared letter by letter, and never with a
short name, since "Ana Lu" and "Ana Li" are two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from moderators.base import PageContext, StaffMember, Student
from moderators.roster_index import Tokens, tokens_of
from moderators.signed_names import OTHERS, TITLES, Signed, belongs_to_them, may_be, readings_of, unglued

_MOST_MORE = 3  # words behind a name: "Rosa Alvarado, Biology"
_SHORTEST = 8  # letters of a name that may be misspelt
_LONG = 12
_WITH_A_MIDDLE = 3
_AND = frozenset({"and", "y", "e", "n", "i"})


class Likeness(StrEnum):
    """How a display name is like a person's name, in the words of the reason."""

    NAME = "the name"
    DISGUISED = "the name, in letters that only look like it,"
    TITLED = "the title and surname"
    GIVEN = "a title and the given name"
    PARTLY = "the name and more"
    INITIAL = "the initial and surname"
    MISSPELT = "almost the name"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the page who may be claimed to be the author. `student` is the roster's id, None for a member of staff."""

    student: str | None
    accounts: frozenset[str]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A display name claims to be this person's. `doubtful`: it may as well be a relative's, or somebody of the same surname."""

    person: Person
    likeness: Likeness
    doubtful: bool = False


class Signatures:
    """The people of one page by the ways in which they sign. `names` are given and family names that other people have."""

    def __init__(self, page: PageContext, names: frozenset[str]) -> None:
        self._names = names
        self._full: dict[str, list[Person]] = defaultdict(list)
        self._last: dict[str, list[Person]] = defaultdict(list)
        self._initials: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self._given: dict[str, list[Person]] = defaultdict(list)
        self._parts: dict[str, list[tuple[str, str, Person]]] = defaultdict(list)
        self._student_surnames = {form for student in page.students for form in _lasts(student)}
        for student in page.students:
            self._add(Person(student.id, frozenset(student.accounts)), _firsts(student), _lasts(student))
        for member in page.staff:
            self._add_staff(member)
        own = {account for student in page.students for account in student.accounts}
        self.accounts = frozenset(own | {account for member in page.staff for account in member.accounts})
        self.claims = lru_cache(maxsize=1024)(self._claims)  # most authors write more than once

    def _add(self, person: Person, firsts: set[str], lasts: set[str]) -> None:
        for first in firsts:
            for last in lasts:
                for form in {first + last, last + first}:
                    self._full[form].append(person)
                self._parts[first + last].append((first, last, person))

    def _add_staff(self, member: StaffMember) -> None:
        titles = [token for token in tokens_of(f"{member.title} {member.first}") if token in TITLES]
        person = Person(None, frozenset(member.accounts), titles[0] if titles else "")
        self._add(person, _firsts(member), _lasts(member))
        for last in _lasts(member):
            self._last[last].append(person)
            for initial in {first[0] for first in _firsts(member)}:
                self._initials[initial, last].append(person)
        for first in _firsts(member):
            self._given[first].append(person)

    def _claims(self, name: str) -> tuple[Claim, ...]:
        """Whom this display name claims to be; empty: nobody of the page."""
        signed = list(readings_of(name))
        whole = [claim for one in signed for claim in self._whole(one)]
        if (
            whole or belongs_to_them(name) or any(OTHERS & set(one.words) for one in signed)
        ):  # a student may be called Tia
            return tuple(dict.fromkeys(whole))
        for look in (self._with_more, self._misspelt):
            found = [claim for one in signed for claim in look(one)]
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def _whole(self, signed: Signed) -> Iterator[Claim]:
        likeness = Likeness.DISGUISED if signed.disguised else Likeness.NAME
        for person in self._full.get(signed.joined, ()):
            yield Claim(person, likeness)
        for initial, last in _initial_and_last(signed.words):
            for person in self._initials.get((initial, last), ()):
                yield Claim(person, Likeness.INITIAL, last in self._student_surnames)
        if signed.title:
            for person in self._last.get(signed.joined, ()):
                shared = signed.joined in self._student_surnames or not may_be(person.title, signed.title)
                yield Claim(person, Likeness.DISGUISED if signed.disguised else Likeness.TITLED, shared)
            for person in self._given.get(signed.joined, ()):
                yield Claim(person, Likeness.GIVEN, not may_be(person.title, signed.title))

    def _with_more(self, signed: Signed) -> Iterator[Claim]:
        """Find "Rosa M. Alvarado", "Rosa Alvarado, Biology", "Ms. Alvarado (office)" and "therealmarcusbell"."""
        words = signed.words
        if len(words) == _WITH_A_MIDDLE and words[1] not in _AND:
            yield from (Claim(person, Likeness.PARTLY) for person in self._full.get(words[0] + words[2], ()))
        for size in range(1, len(words)):
            if len(words) - size > _MOST_MORE:
                continue
            front = "".join(words[:size])
            owners = self._full.get(front, ()) if size > 1 else ()
            yield from (Claim(person, Likeness.PARTLY) for person in owners)
            if signed.title:
                shared = front in self._student_surnames
                yield from (Claim(p, Likeness.PARTLY, shared) for p in self._last.get(front, ()))
        for bare in unglued(signed.joined):
            people = (*self._full.get(bare, ()), *(self._last.get(bare, ()) if signed.title else ()))
            yield from (Claim(person, Likeness.PARTLY, bare in self._student_surnames) for person in people)

    def _misspelt(self, signed: Signed) -> Iterator[Claim]:
        written = signed.joined
        for form, owners in self._parts.items():
            if _is_slip(written, form):
                for first, last, person in owners:
                    if not self._is_somebody_else(written, first, last):
                        yield Claim(person, Likeness.MISSPELT)
        if signed.title:
            for last, people in self._last.items():
                if _is_slip(written, last) and written not in self._names:
                    yield from (Claim(p, Likeness.MISSPELT, not may_be(p.title, signed.title)) for p in people)

    def _is_somebody_else(self, written: str, first: str, last: str) -> bool:
        """Whether the part that differs is a name of its own: "Mario Lopez" is not "Maria Lopez" misspelt."""
        given, family = written.removesuffix(last), written.removeprefix(first)
        if given != written and (given in self._names or (given[:-1] == first[:-1] and given[-1:] in {"a", "o"})):
            return True
        return family != written and family in self._names


def _firsts(one: Student | StaffMember) -> set[str]:
    """The given names that somebody signs with, each in one word."""
    nicknames = one.nicknames if isinstance(one, Student) else ()
    tokens = tuple(token for token in tokens_of(one.first) if token not in TITLES or isinstance(one, Student))
    return {form for form in ("".join(tokens), *tokens[:1], *("".join(tokens_of(n)) for n in nicknames)) if form}


def _lasts(one: Student | StaffMember) -> set[str]:
    """The surnames that somebody signs with: the whole one, and of a double one each part."""
    tokens = tokens_of(one.last)
    return {form for form in ("".join(tokens), *(t for t in tokens if len(t) > 3)) if form}


def _initial_and_last(words: Tokens) -> Iterator[tuple[str, str]]:
    """An initial and a surname, in either order."""
    if len(words) > 1 and len(words[0]) == 1:
        yield words[0], "".join(words[1:])
    if len(words) > 1 and len(words[-1]) == 1:
        yield words[-1], "".join(words[:-1])


def _is_slip(written: str, name: str) -> bool:
    """Whether a name of eight letters and more is one slip away, of twelve and more two."""
    allowed = 0 if len(name) < _SHORTEST else 1 if len(name) < _LONG else 2
    if not allowed or written == name or abs(len(written) - len(name)) > allowed:
        return False
    return bool(OSA.distance(written, name, score_cutoff=allowed) <= allowed)


def names_in(lines: Iterable[str]) -> frozenset[str]:
    """The words of a list of names, folded."""
    return frozenset(token for line in lines for token in tokens_of(line))
