"""Whom a comment speaks of: a student of the roster, a child of its author, the author's own account, an employee.

A record is one only where somebody is identifiable, so the detectors of records read a comment as a `Scene`: the folded words with a
sign in the place of each person. A wording may then say "the student, is failing" whatever the student is called.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import re2

from moderators.assessing import matches
from moderators.base import CommentView, PageContext, Signal
from moderators.folding import Folded, fold
from moderators.name_finder import NameFinder
from moderators.relatives import CHILD, relative
from moderators.staff_words import Employee, employees_in
from moderators.student_names import match_author

STUDENT: Final = "\x02"
EMPLOYEE: Final = "\x03"
"""Signs that stand for each letter of a person's name or word. No folded text holds them."""
_SIGNS = STUDENT + EMPLOYEE

SURE: Final = 0.5
_DOUBTFUL: Final = 0.4
"""A name that is a word, too: it counts where a record follows directly, "precious [is in foster care]"."""
_TOUCHING: Final = 3  # characters between a name and what follows directly: " ", "'s "
_FAR: Final = 250  # characters between a person and a record that may still belong together
_BESIDE: Final = 40
_NEAR: Final = 200

_MYSELF = re2.compile(r"\b(?:i|im|i'm|ive|i've|id|i'd|me|my|mine|yo|mi|mis|me)\b")
_DID = re2.compile(
    r"^(?:(?:just|finally|ok|omg|yay|lol|well|so) )*(?:got|failed|passed|bombed|aced|flunked|scored|missed|took|had to|was|am|been"
    r"|getting|saque|reprobe|pase|falte)\b"
)
_SENTENCE = re2.compile(r"[.!?\n]+(?: |$|\n)|\n")
_BACK = re2.compile(
    r"\b(?:he|she|they|him|her|his|hers|them|their|hes|he's|shes|she's|theyre|they're|you|your|u|ur|el|ella|ellos|lo|la|le|les|su|sus)\b"
)


_IS_FIRST_PERSON = re2.compile(r"^(?:i|im|i'm|ive|i've|we|my|me|saque|tengo|reprobe|estoy|ando)\b")
_SUBJECT = re2.compile(
    rf"(\b(?:i|im|i'm|ive|i've|we|we've|weve|yo|nosotros)\b)|{STUDENT}+|\b(?:he|she|they|you|u|who|hes|he's|shes|she's|theyre|el|ella"
    rf"|lo|la|le|se)\b"
)
"""Who may be said to do something: the last of them before a record has it."""
FICTION = re2.compile(
    r"\b(?:chapters?|novel|book|movie|film|episode|character|narrator|scene|play|poem|show|story|series|anime|cartoon|sitcom|netflix"
    r"|act \d|fiction|capitulo|novela|libro"
    r"|pelicula|cuento|obra|game|videogame|season \d|sims)\b"
)
"""Words of a lesson or a story, in which nobody real is meant."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the folded text names from `start` to `end`: a student of the roster (`id`), or a child of the author."""

    start: int
    end: int
    id: str | None
    score: float
    traits: frozenset[str] = frozenset()


class Scene:
    """One comment, with whom it names. `roles`: an employee who is meant by a role alone ("the dean") becomes a sign, too."""

    def __init__(self, comment: CommentView, page: PageContext, names: NameFinder, *, roles: bool = False) -> None:
        self._roles = roles
        self.folded: Folded = fold(comment.text)
        self.original = comment.text
        self._author = comment.author.name
        self._page = page
        self._names = names
        found = names.find(comment.text, page) if page.students else []
        self.named: Sequence[Person] = [self._person(signal) for signal in found if signal.score >= SURE]
        self.doubtful: Sequence[Person] = [self._person(one) for one in found if _DOUBTFUL <= one.score < SURE]

    @cached_property
    def children(self) -> Sequence[Person]:
        """Where the author speaks of a child of their family, if the display name says which family that is."""
        spots = [match.span() for match in matches(CHILD, self.folded.text)]
        known = relative(self._author, self._page, self._names) if spots else None
        return [Person(start, end, known.student, known.score) for start, end in spots] if known else ()

    @cached_property
    def own(self) -> str | None:
        """The student whose real name the account shows, if the comment speaks in the first person."""
        return match_author(self._author, self._page) if self._author_may_be_named else None

    @cached_property
    def speaks_of_itself(self) -> bool:
        """Whether the comment says "I", or begins with what its author did."""
        return _MYSELF.search(self.folded.text) is not None or _DID.search(self.folded.text) is not None

    @cached_property
    def employees(self) -> Sequence[Employee]:
        """Where an employee is meant; no student's name among them."""
        found = employees_in(self.folded, self.original, self._page)
        return [one for one in found if not any(p.start < one.end and one.start < p.end for p in self.named)]

    @cached_property
    def text(self) -> str:
        """The folded text with a sign for each letter of a person."""
        letters = list(self.folded.text)
        for person in (*self.named, *self.children, *self.doubtful):
            letters[person.start : person.end] = STUDENT * (person.end - person.start)
        for employee in self.employees if self._roles else (one for one in self.employees if one.is_named):
            letters[employee.start : employee.end] = EMPLOYEE * (employee.end - employee.start)
        return "".join(letters)

    @cached_property
    def _author_may_be_named(self) -> bool:
        return bool(self._page.students) and bool(self._names.find(self._author, self._page))

    @cached_property
    def _sentences(self) -> Sequence[int]:
        return [0, *(match.end() for match in _SENTENCE.finditer(self.text))]

    def sentence(self, at: int) -> int:
        """Where the sentence begins that holds this place."""
        return self._sentences[bisect_right(self._sentences, at) - 1]

    def nearest(self, start: int, end: int) -> Person | None:
        """The student whom a wording from `start` to `end` is most likely about, or None where none is near enough."""
        touching = (person for person in self.doubtful if 0 <= start - person.end <= _TOUCHING)
        people = [*self.named, *self.children, *touching]
        nearest = min(people, key=lambda person: _distance(start, end, person), default=None)
        if nearest is None or (distance := _distance(start, end, nearest)) > _FAR:
            return None
        if distance <= _BESIDE or self.sentence(start) == self.sentence(nearest.start):
            return nearest
        first = self.sentence(start)
        return nearest if _BACK.search(self.text[first : end + _BESIDE]) else None

    def without_person(self, start: int, end: int) -> tuple[int, int]:
        """A place of the text without the person whom it begins with."""
        first = start
        while first < end and self.text[first] in _SIGNS:
            first += 1
        for joint in ("'s ", "s ", " "):
            if first > start and self.text.startswith(joint, first, end):
                first += len(joint)
                break
        return (first, end) if first < end else (start, end)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's offsets."""
        return self.folded.span(start, end)

    def _person(self, signal: Signal) -> Person:
        origin = self.folded.origin
        return Person(
            bisect_left(origin, signal.start),
            bisect_left(origin, signal.end),
            signal.student,
            signal.score,
            signal.traits,
        )


def _distance(start: int, end: int, person: Person) -> int:
    behind = person.start - end  # a name that follows counts as a little farther away
    return max(start - person.end, 0) if behind < 0 else behind * 2


def is_the_authors(scene: Scene, start: int, end: int) -> bool:
    """Whether the last person before a wording, in its sentence, is the author: "marcus says that i failed"."""
    if _IS_FIRST_PERSON.search(scene.text[start:end]):
        return True
    last = None
    for match in matches(_SUBJECT, scene.text[max(scene.sentence(start), start - _NEAR) : start]):
        last = match
    return last is not None and last.start(1) >= 0
