"""Who else or what else a name may be: an adult with a title, another person, an animal, a thing, a person of the lesson."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from moderators.deed_words import DEEDS, FINITE
from moderators.name_forms import PARTICLES
from moderators.name_signs import is_past, is_spanish_to
from moderators.sign_words import BEFORE_A_THING, HELLOS, MAYBE_HELLOS, ORDINARY, ROLES, TITLES, TO_THEM
from moderators.topic_words import (
    ADULTS,
    BELONGINGS,
    CITIES,
    CLASS_LIFE,
    HALF_LESSON,
    KINDS,
    LESSON,
    MEANS,
    PETS,
    PLACE_NAMES,
    TEACHING,
    THINGS,
    TRAVELS,
    US_STATES,
)
from moderators.words import Words

_AROUND, _CLOSE = 12, 8
_NEW_STATES = frozenset({("new", "jersey"), ("new", "york"), ("new", "mexico"), ("new", "hampshire")}) | {
    (side, land) for side in ("north", "south") for land in ("carolina", "dakota")
}
_MISSERS = frozenset(
    {"i", "we", "they", "u", "you", "to", "ll", "will", "gonna", "really", "dont", "still", "already", "lowkey"}
)
_GEORGIAS = frozenset({"georgia", "virginia", "washington"})
_PHRASAL = frozenset({"it", "come", "log", "check", "turn", "turned", "hand", "them", "me", "him", "her", "us", "sign"})
_LANGUAGES = frozenset(
    {"word", "french", "latin", "greek", "spanish", "japanese", "hebrew", "arabic", "armenian", "short", "hawaiian"}
)
_OURS = frozenset({"our", "my", "this", "same", "nuestra", "nuestro", "mi"})
_CLASSES = frozenset({"class", "period", "clase", "group", "grupo", "team", "grade", "room"})
_OBJECTS = frozenset({"the", "a", "my", "his", "her", "me", "him", "us", "it", "our", "their", "to", "in", "at", "on"})


def is_titled(words: Words, first: int) -> bool:
    """Whether a title stands before the word: "Ms. Grace" is no student; "i miss grace" is one."""
    if words.word(first - 1) == "miss" and words.word(first - 2) in _MISSERS:
        return False
    return words.word(first - 1) in TITLES | ROLES and words.gap(first) in {" ", ". ", "."}


def is_thing(words: Words, first: int, last: int) -> bool:
    """Whether the words around a name that is no word make a thing of it: "the kayla", "nelson is a city"."""
    before = words.word(first - 1) if words.gap(first) == " " else ""
    if before in {"a", "an", "un", "una", "every", "the"} and not words.is_capital(first):
        return not is_spanish_to(words, first)
    saint = words.word(first - 1) in {"st", "mt", "ft"} and words.gap(first) in {". ", "."}
    if saint or (before in PLACE_NAMES and words.is_capital(first) == words.is_capital(first - 1)):
        return True
    if _is_where(words, first, last) or (words.word(last + 1) in KINDS and words.gap(last + 1) == " "):
        return True
    if words.word(last + 1) in {"is", "es"} and words.word(last + 3) in {"for", "para"}:
        return words.word(last + 2) in _LANGUAGES
    if words.word(last + 1) in US_STATES or (words.word(last + 1), words.word(last + 2)) in _NEW_STATES:
        return True
    defined = words.word(last + 1) in {"is", "was", "es"} and words.word(last + 2) in {"a", "an", "the", "un", "una"}
    return words.word(last + 1) in MEANS or (defined and bool(words.near(last + 2, 0, 3) & THINGS))


def _is_where(words: Words, first: int, last: int) -> bool:
    """Whether a name that a city has too is the city: "went to savannah", "Savannah, Georgia"."""
    if words.word(first) not in CITIES or words.gap(last + 1).startswith("'"):
        return False
    listed = words.gap(last + 2).startswith(",") or words.word(last + 2) in {"and", "y"}
    if words.word(last + 1) in _GEORGIAS and words.is_capital(last + 1) and not listed:
        return True
    before, farther = words.word(first - 1) if words.gap(first) == " " else "", words.word(first - 2)
    if before in {"in", "en"}:
        return farther not in _PHRASAL
    return before in {"to", "from", "a", "de", "desde", "hacia"} and farther in TRAVELS


def _is_an_adults(words: Words, first: int) -> bool:
    """Whether an adult or baby of the family is called so: "mi abuela se llama lupita", "my mom's name is rose"."""
    at = first - 1 - (words.word(first - 1) in {"is", "was"})
    if words.word(at) not in {"name", "named", "llama", "llamaba"}:
        return False
    at -= 1
    while words.word(at) in {"s", "is", "was", "se"}:
        at -= 1
    return words.word(at) in ADULTS or words.word(at).removesuffix("s") in ADULTS


def is_a_pets(words: Words, first: int) -> bool:
    """Whether an animal, or an adult of a family, is called so: "our hamster's name is kiki"."""
    if _is_an_adults(words, first):
        return True
    before = words.words[max(0, first - 6) : first]
    called = {"name", "named", "called", "names", "llama"} & {*before}
    if words.word(first + 1) in {"the", "el", "la"} and words.word(first + 2) in PETS:
        return True
    return before[-1:] != [] and (before[-1] in PETS or (bool(called) and not PETS.isdisjoint(before)))


def is_a_teachers(words: Words, at: int) -> bool:
    """Whether a first name that an employee has too is the employee's."""
    return bool({*words.near(at, _AROUND, _AROUND)} & TEACHING)


def is_counted(words: Words, at: int) -> bool:
    """Whether a plural means several students: "both brookes", "the two isaacs"."""
    if words.word(at - 1) not in {"both", "two", "three", "dos", "tres", "ambas", "ambos"} or words.gap(at) != " ":
        return False
    return words.word(at) not in words.words[at + 1 : at + 1 + _AROUND]


def other_surname(
    words: Words, last: int, known: frozenset[str], family_names: frozenset[str], odd: AbstractSet[str] = frozenset()
) -> bool:
    """Whether a second name follows that is not the student's: "Taylor Swift", "Hunter S. Thompson", "kevin nguyen"."""
    behind = last + 1
    if len(words.word(behind)) == 1 and words.is_capital(behind) and words.gap(behind) == " ":
        behind += 1
        return words.gap(behind) == ". " and words.is_capital(behind) and words.word(behind) not in known | ORDINARY
    if words.gap(behind) != " " or len(words.word(behind)) < 2 or words.word(behind) in ORDINARY:
        return False
    if words.word(behind) in PARTICLES and words.is_capital(last):  # "Lorenzo de Medici"
        beyond = next(at for at in range(behind, behind + 4) if words.word(at) not in PARTICLES)
        return words.is_capital(beyond) and words.word(beyond) not in known | ORDINARY
    if words.word(behind) in odd and len(words.word(behind)) > 4 and _does(words, behind):
        return True  # "ferdinand magellan sailed"
    if words.word(behind) in family_names and words.is_capital(behind) == words.is_capital(last):
        return True
    return words.is_telling_capital(behind) and words.word(behind) not in known


def _does(words: Words, last: int) -> bool:
    """Whether a word is followed by what somebody does or is."""
    after = words.word(last + 1)
    return words.gap(last + 1) == " " and (after in DEEDS | FINITE or is_past(after))


def other_given(words: Words, first: int, known: frozenset[str], given_names: frozenset[str]) -> bool:
    """Whether a first name that is nobody's of the roster stands before: "Charles Darwin"."""
    before = first - 1
    word = words.word(before)
    if words.gap(first) != " " or len(word) < 3 or word in known | ORDINARY | HELLOS | TITLES:
        return False
    if word in given_names and words.is_capital(before) == words.is_capital(first):
        return True
    return (
        words.is_telling_capital(first)
        and words.is_telling_capital(before)
        and word not in BEFORE_A_THING | MAYBE_HELLOS
    )


def classmate_signs(words: Words, first: int, last: int, others: frozenset[str]) -> int:
    """How much speaks for a classmate and against the author or character of that name. 2 is enough.

    `others` are the names of other people of the lesson.
    """
    around = {*words.near(first, _AROUND, 0), *words.near(last, 0, _AROUND)}
    close = {*words.near(first, _CLOSE, 0), *words.near(last, 0, _CLOSE)}
    points = min(3, 2 * len(around & CLASS_LIFE)) - min(3, 2 * len(close & LESSON) + len(close & HALF_LESSON))
    points -= 2 * bool((around & others) - {words.word(first), words.word(last)})
    points += 3 * (words.word(first - 1) in {"our", "my"}) + 3 * _is_in_our_class(words, first, last)
    points += 2 * (words.word(first - 1) in HELLOS and words.gap(first) in {" ", ", "})
    return points + _classmates_deeds(words, last)


def _classmates_deeds(words: Words, last: int) -> int:
    after, beyond, gap = words.word(last + 1), words.word(last + 2), words.gap(last + 1)
    points = int(after in DEEDS and (beyond in _OBJECTS or after in CLASS_LIFE))
    points += 2 * (after in BELONGINGS or (after == "s" and beyond in BELONGINGS))
    points += 2 * (after in {"and", "y"} and beyond in {"me", "i", "yo"})
    return points + (gap[:1] == "," and after in TO_THEM | {"he", "she"})


def _is_in_our_class(words: Words, first: int, last: int) -> bool:
    around = range(max(1, first - _AROUND), min(len(words), last + _AROUND + 1))
    return any(words.word(at) in _CLASSES and words.word(at - 1) in _OURS for at in around)
