"""Finds a student's private circumstances, told by somebody else (II.4, BUL-1077.1): orientation, gender, immigration, family trouble.

A student must be identifiable, and what the author says of themselves or of their own family is theirs to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import re2

from moderators.assessing import MAX_FOR_NAMES, Canary, assess_each, sing, version_of
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, Student, lexicon
from moderators.name_finder import finder_of
from moderators.record_words import RecordWords, Told, apart
from moderators.subjects import Person, Scene, is_the_authors

_CODE = 2
_FILE = "student_private.yaml"
_OWN_FAMILY = re2.compile(r"\b(?:my|our|mi|mis|nuestr[oa]s?) (?:\w+ ){0,3}$")
_IS_OWN_FAMILY = re2.compile(r"^(?:my|our|mi|mis)\b")


class StudentPrivate:
    """Signal `student_private`; the trait says which: orientation, gender_identity, immigration, family."""

    name = "student_private"
    signals = frozenset({"student_private"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        paths = [lexicon(settings, _FILE)]
        self._words = RecordWords(paths, "student_private")
        self.version = f"{version_of(_CODE, paths)}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find private circumstances of identifiable students in each comment."""
        return assess_each(comments, lambda comment: list(self._look(comment, page)), MAX_FOR_NAMES)

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _look(self, comment: CommentView, page: PageContext) -> Iterator[Signal]:
        scene = Scene(comment, page, self._names)
        if not (scene.named or scene.doubtful or scene.children):
            return
        found = [
            (told, told.entry.score, person.id) for told in self._words.find(scene) if (person := _whose(scene, told))
        ]
        for told, score, student in apart(found):
            why, traits = told.entry.why, frozenset({told.entry.group})
            yield Signal("student_private", score, *scene.span(told.start, told.end), why, student, traits)


def _whose(scene: Scene, told: Told) -> Person | None:
    before = scene.text[max(0, told.start - 40) : told.start]
    if _IS_OWN_FAMILY.search(scene.text[told.start : told.end]) or _OWN_FAMILY.search(before):
        return None
    if not told.at_person and is_the_authors(scene, told.start, told.end):
        return None
    return scene.nearest(told.start, told.end)


_CANARY_PAGE = PageContext(page="canary", students=(Student("c1", "Odalys", "Fennimore"),))
_CANARIES = (
    Canary("everybody knows that Odalys is gay", "student_private"),
    Canary("odalys has no papers, ice took her uncle", "student_private"),
    Canary("Odalys and her brothers are sleeping in the car", "student_private"),
    Canary("su papa de Odalys esta en la carcel", "student_private"),
    Canary("Odalys, my parents got divorced in august"),
    Canary("I am gay and Odalys has the poster"),
)
