"""Finds what belongs in an employee's file (II.4): evaluation, discipline, leave, health, contract, pay, also as hearsay.

An employee must be meant: named on the page's staff, called by title and name, or by a role ("our principal"). Awards and plain talk
about teachers are no record. `employee_meant` tells the policy whether what the model finds is about somebody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import re2

from moderators.assessing import MAX_FOR_NAMES, Canary, assess_each, sing, version_of
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, StaffMember, lexicon
from moderators.name_finder import finder_of
from moderators.record_words import RecordWords, Told, apart
from moderators.staff_words import Employee
from moderators.subjects import FICTION, STUDENT, Scene

_CODE = 2
_FILE = "personnel_records.yaml"
_FAR = 200  # characters between an employee and a record that may still belong together
_ROLE_ALONE = 0.15  # less sure than a name

_SOMEBODY_ELSE = re2.compile(
    rf"{STUDENT}|\b(?:i|im|i'm|ive|we|my (?:mom|dad|son|daughter|kid|brother|sister|dog|cat)|yo|mi (?:mama|papa"
    rf"|hij[oa])) (?:\w+ ){{0,2}}$"
    r"|\b(?:said|says|told|tells|asked|dijo|dice)(?: \w+)? (?:that )?(?:he|she|they|im|i'm|we)'?s? (?:\w+ ){0,2}$|\b(?:student|kid"
    r"|boy|girl|classmate)s?\b[^.!?]{0,20}$"
)
_CALL = re2.compile(
    r"(?:^|[.!?\n] ?)((?:hi|hey|hello|dear|thanks|thank you|good (?:morning|evening)|hola|buenas tardes|buenos dias) )?$"
)
_SPOKEN_TO = re2.compile(
    r"^, (?:he|she|they|i|im|i'm|we|my|can|could|will|would|when|what|where|is|are|do|does|did|please|thank|yo|mi|puede|me)\b"
)
_GIVEN_BY = re2.compile(r"\b(?:by|from|with|to|in|for|said|says) $")
_BACK = re2.compile(r"\b(?:he|she|they|him|her|his|their|hes|he's|shes|she's|theyre|el|ella|lo|la|le|su)\b")


class PersonnelRecords:
    """Signal `personnel_record`; the trait says which: evaluation, discipline, leave, health, contract, pay.

    `employee_meant`: an employee is named or meant by their role.
    """

    name = "personnel_records"
    signals = frozenset({"personnel_record", "employee_meant"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        paths = [lexicon(settings, _FILE)]
        self._words = RecordWords(paths, "personnel_record")
        self.version = f"{version_of(_CODE, paths)}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find records of identifiable employees in each comment."""
        return assess_each(comments, lambda comment: list(self._look(comment, page)), MAX_FOR_NAMES)

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _look(self, comment: CommentView, page: PageContext) -> Iterator[Signal]:
        scene = Scene(comment, page, self._names, roles=True)
        employees = scene.employees
        if employees and FICTION.search(scene.folded.text):
            employees = [one for one in employees if one.is_known]
        if not employees:
            return
        surest = max(employees, key=lambda one: one.score)
        yield Signal(
            "employee_meant", surest.score, *scene.span(surest.start, surest.end), "An employee is named or meant"
        )
        found = [
            (told, _score(told, one), None)
            for told in self._words.find(scene)
            if (one := _whose(scene, employees, told))
        ]
        for told, score, _ in apart(found):
            why, traits = told.entry.why, frozenset({told.entry.group})
            yield Signal("personnel_record", score, *scene.span(told.start, told.end), why, None, traits)


def _score(told: Told, employee: Employee) -> float:
    return told.entry.score if employee.is_named else told.entry.score - _ROLE_ALONE


def _whose(scene: Scene, employees: Sequence[Employee], told: Told) -> Employee | None:
    """The employee whom a record is told of: the last one before it, if nobody else comes between."""
    text = scene.text
    inside = [one for one in employees if told.match_start <= one.start < told.match_end]
    if inside:
        return inside[0]
    before = [one for one in employees if one.end <= told.start and not _is_called(text, one)]
    if not before:
        return _named_later(scene, [one for one in employees if one.start >= told.end], told)
    last = before[-1]
    between = text[last.end : told.start]
    if len(between) > _FAR or _SOMEBODY_ELSE.search(between):
        return None
    first = scene.sentence(told.start)
    return last if first == scene.sentence(last.start) or _BACK.search(text[first : told.end]) else None


def _is_called(text: str, one: Employee) -> bool:
    """Whether somebody is spoken to rather than of: "hi Ms. Duarte, he was sent home"."""
    called = _CALL.search(text[max(0, one.start - 20) : one.start])
    if called is None or text[one.end : one.end + 1] != ",":
        return False
    return bool(called[1]) or _SPOKEN_TO.search(text[one.end : one.end + 20]) is not None


def _named_later(scene: Scene, employees: Sequence[Employee], told: Told) -> Employee | None:
    """The employee who is named behind a record: "they put her on a plan. Poor Mrs. Stavros"; not where a student may be meant."""
    ahead = scene.text[max(0, told.start - 80) : told.start]
    if not employees or scene.named or scene.children or _SOMEBODY_ELSE.search(ahead):
        return None
    between = scene.text[told.end : employees[0].start]
    return employees[0] if len(between) <= _FAR // 2 and not _GIVEN_BY.search(between) else None


_CANARY_PAGE = PageContext(page="canary", staff=(StaffMember("Odalys", "Fennimore", "Ms."),))
_CANARIES = (
    Canary("Ms. Fennimore was written up by the district", "personnel_record"),
    Canary("Fennimore is on medical leave until spring", "personnel_record"),
    Canary("our principal makes $148,000 a year", "personnel_record"),
    Canary("a la directora la van a despedir", "personnel_record"),
    Canary("mr odell got a bad evaluation", "personnel_record"),
    Canary("The coach of the team in the movie was fired"),
    Canary("Teachers deserve a raise, and the evaluation form is online"),
)
