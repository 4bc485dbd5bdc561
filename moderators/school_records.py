"""Finds what belongs in a student's file (II.4): grades, attendance, discipline, special education, health.

A record alone is no finding: a student must be identifiable, by a roster name, as a child of an author whose display name shows the
family, or because the account shows the author's own. Exact forms, English and Spanish; indirect words are the model's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import re2

from moderators.assessing import MAX_FOR_NAMES, Canary, assess_each, sing, version_of
from moderators.assessing import Author as Writer
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, Student, lexicon
from moderators.name_finder import finder_of
from moderators.record_words import Found, RecordWords, Told, apart
from moderators.roster_index import word_set
from moderators.subjects import EMPLOYEE, STUDENT, Scene, is_the_authors

_CODE = 3
_NEARBY = "record_words"
_CHILD = "The author speaks of a child of their family, and the display name shows the family"
_FILES = ("school_records.yaml", "school_records_es.yaml")
_SUBJECTLESS = re2.compile(
    r"(?:^|[.!?,;\n]\s*)(?:(?:just|also|and|but|ok|omg|lol|yay|bro|already|still|finally|guess who|ya|hoy) )*$"
)
_KIN = (
    r"(?:mom|mommy|dad|mother|father|parents?|brother|sister|grandma|grandpa|aunt|uncle|cousin|friend|mama|papa|papas|madre|padre"
    r"|abuel[oa]|herman[oa]|tio|tia)"
)
_OTHER = re2.compile(
    rf"(?:{EMPLOYEE}(?:'s)?|(?:{STUDENT}'?s|\b(?:my|our|mi|his|her|their|su)) (?:\w+ )?(?:{_KIN}|dog|cat|teacher|team|perro|gato)(?:'?s)?"
    rf"|\b(?:mama|papa|hermano|hermana|tio|tia|abuela) de {STUDENT}+"
    r"|\b(?:everyone|everybody|somebody|someone|nobody|anyone|anybody|people|the (?:class|team|dog|cat|teacher|principal|coach|nurse"
    r"|sub|dean|librarian|aide|book|movie|story|game"
    r"|bus|narrator|character)|half of \w+|todos|alguien|nadie))"
    r"(?: (?:just|also|still|already|really|who|that|has|had|have|is|was|were|got|gets|all|esta|anda|tiene))* ?$"
)

_VERB = re2.compile(
    r"^(?:is|are|was|were|isn't|wasn't|has|have|had|hasn't|got|gets?|scored?|scores|failed|fails|bombed|flunked|passed|aced|made|missed"
    r"|lost|earned|ranked|hates?|didn't|doesn't|never|saco|tiene|reprobo|falto|esta|fue|se)\b"
)
_THING = re2.compile(
    r"(?:^|[.!?,;:\n] ?|\b(?:and|but|that|when|because|bc|how|if|so|why) )the (\w+) (?:(\w+) )?(?:(\w+) )?"
    r"(?:(?:in|of|from|on|at) (?:the |our |this |that )?\w+ )?$"
)
_ITS_OWN = re2.compile(r"(?:^|[^\x02\x03]) ?\b([a-z][a-z'\-]{2,}) $")
_PUPIL = word_set("kid boy girl student one guy child twins twin lil other new first last only same dude lady person")
_NO_SUBJECT = word_set(
    """
    still just also already really never always finally currently again now today yesterday apparently literally supposedly congrats lol
    omg and but then who she he they has did does was were had have had the you your and heard guess yes yeah yup not only lowkey
    honestly actually probably definitely once bro bruh dude que ya hoy ayer tambien solo nomas aun todavia nunca siempre creo
    """
)


class SchoolRecords:
    """Signal `school_record`; the trait says which: grade, attendance, discipline, special_education, health, services.

    Two more tell the policy what the model's `record_told` may be about. `record_words`: words in which a record may be told stand
    near somebody identifiable. `student_meant`: the author speaks of a child of their family, and the family is known.
    """

    name = "school_records"
    signals = frozenset({"school_record", "student_meant", _NEARBY})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        paths = [lexicon(settings, name) for name in _FILES]
        self._words = RecordWords(paths, "school_record", _NEARBY)
        self._nearby = RecordWords(paths, _NEARBY, "school_record")
        self.version = f"{version_of(_CODE, paths)}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find records of identifiable students in each comment."""
        return assess_each(comments, lambda comment: list(self._look(comment, page)), MAX_FOR_NAMES)

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _look(self, comment: CommentView, page: PageContext) -> Iterator[Signal]:
        scene = Scene(comment, page, self._names)
        for child in scene.children:
            yield Signal("student_meant", child.score, *scene.span(child.start, child.end), _CHILD, child.id)
        if not (scene.named or scene.doubtful or scene.children or (scene.speaks_of_itself and scene.own)):
            return
        found = apart(_told(scene, self._words))
        for told, score, student in found or list(_told(scene, self._nearby))[:1]:
            span = scene.span(told.start, told.end)
            yield Signal(told.entry.signal, score, *span, told.entry.why, student, frozenset({told.entry.group}))


def _told(scene: Scene, words: RecordWords) -> Iterator[Found]:
    """What is told of somebody who is identifiable."""
    for told in words.find(scene):
        score, student = _whose(scene, told)
        if score:
            yield told, score, student


def _whose(scene: Scene, told: Told) -> tuple[float, str | None]:
    """How surely a record belongs to somebody identifiable, and to whom."""
    before = scene.text[max(0, told.start - 80) : told.start]
    score = told.entry.score
    if not told.at_person:
        if is_the_authors(scene, told.start, told.end):
            return (score, scene.own) if scene.own else (0.0, None)
        if _OTHER.search(before) or _has_a_subject(scene, told, before):
            return (0.0, None)
    person = scene.nearest(told.start, told.end)
    if person is not None:
        return (score * min(1.0, person.score / 0.6) if person in scene.children else score, person.id)
    if scene.own and _SUBJECTLESS.search(before):
        return (score, scene.own)
    return (0.0, None)


def _has_a_subject(scene: Scene, told: Told, before: str) -> bool:
    """Whether something or somebody else does it: "the rebels were expelled", "Roosevelt failed a class"."""
    if _VERB.search(scene.text[told.start : told.end]) is None:
        return False
    thing = _THING.search(before)
    if thing is not None and _PUPIL.isdisjoint(thing.groups()):
        return True
    match = _ITS_OWN.search(before)
    if match is None or match[1] in _NO_SUBJECT:
        return False
    start, end = scene.span(told.start - len(before) + match.start(1), told.start - 1)
    return scene.original[start].isupper() and not scene.original[start:end].isupper()


_CANARY_PAGE = PageContext(page="canary", students=(Student("c1", "Odalys", "Fennimore"),))
_CANARIES = (
    Canary("Odalys got an F on the quiz", "school_record"),
    Canary("odalys has 12 absences", "school_record"),
    Canary("odalys was suspended", "school_record"),
    Canary("odalys has an IEP", "school_record"),
    Canary("odalys is allergic to bees", "school_record"),
    Canary("a Odalys la suspendieron", "school_record"),
    Canary("my son got a 12 on the final", "school_record", author=Writer(name="Mrs. Fennimore")),
    Canary("got a 12 on the final", "school_record", author=Writer(name="Odalys Fennimore")),
    Canary("Student A had 12 absences; what is an IEP"),
    Canary("Odalys has the poster for the test"),
)
