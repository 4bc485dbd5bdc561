"""One comment as the detectors of contact details read it: its words, whom it speaks of, and whose a detail is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import re2

from moderators.assessing import matches
from moderators.base import CommentView, PageContext
from moderators.folding import fold
from moderators.name_finder import NameFinder
from moderators.pattern_set import PatternSet
from moderators.subjects import STUDENT, Scene

_NEAR = 80  # characters around a detail in which its context is looked for
_RIGHT_BEFORE = 45

_ADULT = re2.compile(
    r"\b(?:mom|mommy|mum|dad|daddy|mother|father|mama|mami|papa|papi|abuel[ao]|abuelita|grandma|grandpa|nana|aunt|uncle|tia|tio"
    r"|parent|padres"
    r"|guardian|family|familia|mr|mrs|ms|miss|dr|coach|sra?|srta|office|nurse|principal|pta|teacher|maestr[oa]|profe|volunteer|librarian"
    r"|counselor)\b"
)
_SAYS_ADULT = re2.compile(
    r"\b(?:soy|habla|les escribe) (?:la |el )?(?:mama|papa|madre|padre|abuel[oa]|abuelit[oa]|ti[oa]|maestr[oa])\b"
    r"|\b(?:my|our|mi|nuestr[oa]) (?:\w+ )?(?:son|daughter|kids?|child|children|grandson|granddaughter|hij[oa]s?|niet[oa])\b"
    r"|\b(?:i.?m|this is|i am|its|it.?s) (?:\w+'?s? ){0,3}(?:mom|dad|mother|father|parent|grandma|grandpa|grandmother|aunt|guardian"
    r"|teacher|coach)\b"
    r"|^(?:mom|dad|mother|father|parent) (?:of|here)\b|\bdear (?:parents|families)\b"
)
"""A display name, and words, of somebody who is no student."""
_WHOSE = re2.compile(
    rf"({STUDENT}+|\b(?:his|her|their|su|him|my (?:son|daughter|kid)|mi hij[oa])\b)|\b(?:my|mi|me|mine|ours|our|i|yo|mandame|llamame)\b"
)
"""Whose a detail is: somebody's (the group), or the author's own."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A contact detail: its kind, how surely it is a student's, and where it stands in the folded text."""

    kind: str
    score: float
    span: tuple[int, int]
    why: str
    student: str | None = None


class Reading:
    """One comment, read once."""

    def __init__(self, comment: CommentView, page: PageContext, names: NameFinder, known: PatternSet) -> None:
        self.page = page
        self.scene = Scene(comment, page, names)
        self.text = self.scene.folded.text
        self.present = known.found_in(self.text)
        self.by_staff = comment.author.is_staff is True
        self.author_name = comment.author.name

    @cached_property
    def by_adult(self) -> bool:
        """Whether the author is no student, as far as display name and words tell."""
        shown = _ADULT.search(fold(self.author_name).text) or _SAYS_ADULT.search(self.text)
        return self.by_staff or shown is not None

    def is_own(self, at: int) -> bool:
        """Whether what stands there is the author's own rather than a student's: "my cell", and nobody else's before it."""
        last = None
        for match in matches(_WHOSE, self.before(at)):
            last = match
        return last is None or last.start(1) < 0

    def is_an_adults_own(self, at: int) -> bool:
        """Whether a parent or a teacher gives it of themselves: it is theirs to give."""
        return self.by_adult and self.is_own(at)

    def matches(self, pattern: re2._Regexp) -> Iterable[re2._Match]:
        """The places of a pattern of the set that this reading was made with."""
        return matches(pattern, self.text) if pattern in self.present else ()

    def before(self, start: int) -> str:
        """The words right before a place, with a sign for each letter of a person."""
        return self.scene.text[max(0, start - _RIGHT_BEFORE) : start]

    def behind(self, end: int) -> str:
        """The words behind a place."""
        return self.text[end : end + _NEAR]

    def around(self, start: int, end: int) -> str:
        """A place with the words around it."""
        return self.text[max(0, start - _NEAR) : end + _NEAR]
