"""Parents and others who write of "my son": which student they mean is known where their display name says which family it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import re2

from moderators.base import PageContext, Student
from moderators.folding import fold
from moderators.name_finder import NameFinder
from moderators.roster_index import PARTICLES, tokens_of, word_set
from moderators.student_names import match_author

CHILD = re2.compile(
    r"\b(?:my|our|mi|mis|nuestr[oa]s?) (?:\w+ ){0,2}?(?:(?:step|god|foster |grand ?)?(?:son|daughter|child|children|kid|boy|girl)"
    r"|sons|daughters|kids|boys|girls|twins?|little (?:one|guy|man|girl|lady)|nephew|niece|hij[oa]s?|hijastr[oa]|niet[oa]s?|sobrin[oa]"
    r"|nin[oa]s?|ahijad[oa]|bebe|chamac[oa]|muchach[oa]|gordit[oa]|gemel[oa]s)\b|\bm'?ij[oa]\b"
)
"""A child of the author's family, in folded text."""

_SURE, _LIKELY = 0.8, 0.7
_FAMILY = (
    r"(?:mom|mommy|mum|mama|mami|ma|dad|daddy|papa|papi|pa|mother|father|parents?|guardian|family|familia|household|grand(?:ma|pa|mother|father)"
    r"|nana|abuel[oa]|abuelit[oa]|aunt(?:ie)?|uncle|ti[oa]|step(?:mom|dad)|madre|padre|madrina|padrino)"
)
# On folded text, in which small and capital letters are the same: that a word was written with a capital is looked up by itself.
_NAMED = (
    re2.compile(r"^(?:mr|mrs|ms|miss|mx|dr|sr|sra|srta|senora?|don|dona)\.? (?:[a-z]+\.? )?([a-z][a-z'\-]+)\b"),
    re2.compile(rf"^(?:the )?([a-z][a-z\-]+)(?:'s|s')? {_FAMILY}\b"),
    re2.compile(rf"\b{_FAMILY} (?:of |de |del? )?([a-z][a-z'\-]+)\b"),
    re2.compile(rf"^([a-z][a-z'\-]+) [a-z]\.? ?[(\[,\-/ ]+{_FAMILY}\b"),
    re2.compile(r"^([a-z]\. ?[a-z][a-z'\-]{2,})(?: ?\(.*\))?$"),
    re2.compile(r"^([a-z][a-z'\-]+ (?:[a-z]\.? |de |de la |del |van |von )?[a-z][a-z'\-]+)(?: ?\(.*\))?$"),
)
_NO_NAME = word_set(
    """
    proud tired worried concerned busy angry frustrated upset sad happy mad curious confused new best cool super just another your one
    that this some any every a an the and of in at soccer dance band room class single lunch team twin twins boy girl hockey baseball
    football softball swim theater pta pto first second third fourth fifth sixth seventh eighth math science night early bus car carpool
    working stay real concerned anonymous anon nosy loud quiet dog cat plant bear mama papa mom dad big little old young local former
    preocupado preocupada orgullosa orgulloso cansada una un la el los las de del y mi tu grade school parent family teacher
    volunteer coach user guest admin owl fan lover queen king girl guy kid student reader runner gamer
    """
)


@dataclass(frozen=True, slots=True)
class Family:
    """Whose child an author's child is: the student, where the roster has one, and how surely."""

    student: str | None
    score: float


def relative(display_name: str, page: PageContext, names: NameFinder) -> Family | None:
    """The family that a display name shows: "Emilio's mom", "Vargas family", "Mrs. Delgado", "T. Flores"; not "proud papa"."""
    words = tokens_of(display_name)
    if (
        not words
        or any(_is_staff(words, tokens_of(one.last)) for one in page.staff)
        or match_author(display_name, page)
    ):
        return None
    named = [signal for signal in names.find(display_name, page) if signal.score >= 0.5] if page.students else []
    if named:
        return Family(named[0].student if len(named) == 1 else None, _SURE)
    shown = {word for word in words if len(word) > 2}
    students = [student for student in page.students if not shown.isdisjoint(_surname(student))]
    if students:
        return Family(students[0].id if len(students) == 1 else None, _SURE)
    return Family(None, _LIKELY) if _is_a_name(display_name) else None


def _is_a_name(display_name: str) -> bool:
    """Whether an adult's name is shown that the roster does not know: every word of it has a capital, and is no ordinary word."""
    folded = fold(display_name)
    for match in (pattern.search(folded.text) for pattern in _NAMED):
        if match is None:
            continue
        start, end = folded.span(*match.span(1))
        words = [word for word in display_name[start:end].split() if word not in PARTICLES]
        if all(word[0].isupper() for word in words) and _NO_NAME.isdisjoint(match[1].split()):
            return True
    return False


def _is_staff(words: tuple[str, ...], surname: tuple[str, ...]) -> bool:
    return bool(surname) and set(surname) <= set(words)


@lru_cache(maxsize=16_384)
def _surname(student: Student) -> frozenset[str]:
    return frozenset(token for token in tokens_of(student.last) if len(token) > 2 and token not in PARTICLES)
