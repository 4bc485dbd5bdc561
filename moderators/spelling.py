"""Finds the name that a misspelt word was meant to be: by its sound, or by one or two slips of the fingers.

Names are looked up by what is left of them when a letter or two are taken away, so that a look-up costs the same in a class of
thirty and in a school of three thousand. Short names are found by their sound alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum

from rapidfuzz.distance import OSA

SHORTEST, LONGEST = 4, 24
_ONE_SLIP, _TWO_SLIPS = 5, 8  # letters of a name from which one slip or two are forgiven
_HARD = str.maketrans("gd", "kt")
_VOWELS = frozenset("aeiou")


class Slip(IntEnum):
    """How far a word is from the name, the nearest first."""

    SOUND = 1
    ONE = 2
    TWO = 3


# In this order, on a word without accents. Not phonetics: only what children and parents mix up, in English and in Spanish.
_SOUNDS = (
    (re.compile(r"^s[ie]o?(?=[aou])|(?<=[a-z])[cst]i(?=[ou]|a(?!n$))|sch|ch(?=[ei]ll)"), "sh"),
    (re.compile(r"(?<=[a-z])bh"), "v"),
    (re.compile(r"tl$"), "l"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|kh|qu|q|c(?=[aouklrt]|$)"), "k"),
    (re.compile(r"c(?=[eiy])|z|^x"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"dj|dg|g(?=[eiy])"), "j"),
    (re.compile(r"(?<=[^aeiousc])h|h$|(?<=[aeiou])h(?=[^aeiouy])"), ""),
    (re.compile(r"y"), "i"),
    (re.compile(r"oo|ou|w(?=[aeiou])"), "u"),
    (re.compile(r"ee|ea|ie|ei"), "i"),
    (re.compile(r"ae|ai"), "e"),
    (re.compile(r"(?<=[a-z]{2}[^aeiou])e(?=s?$)"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def sound_of(word: str) -> str:
    """Roughly how a word sounds: "preshus" and "precious" are one, "kayla" and "cayla" too."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def bones_of(sound: str) -> str:
    """The consonants of a sound, hard and soft ones alike, and a vowel where it begins with one."""
    return (sound[:1] + "".join(letter for letter in sound[1:] if letter not in "aeiouhw")).translate(_HARD)


class Spelling:
    """The names of one roster, to be found in spite of slips."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_bones: dict[str, list[str]] = defaultdict(list)
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if not SHORTEST <= len(name) <= LONGEST:
                continue
            sound = sound_of(name)
            self._by_sound[sound].append(name)
            if len(name) > _ONE_SLIP and len(bones_of(sound)) > 2:
                self._by_bones[bones_of(sound)].append(name)
            if len(name) >= _ONE_SLIP:
                for rest in _rests(name):
                    self._by_rest[rest].append(name)

    def with_bones_of(self, word: str) -> tuple[Slip, list[str]] | None:
        """The names with the consonants of a word that is written without vowels, as in Arabic and Hebrew."""
        bones = bones_of(sound_of(word))
        names = self._by_bones.get(bones) if len(bones) > 2 else None
        return (Slip.SOUND, names) if names else None

    def near(self, word: str) -> tuple[Slip, list[str]] | None:
        """The nearest names, all equally near, and how near they are."""
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        sound = sound_of(word)
        same = [name for name in self._by_sound.get(sound, ()) if len(name) > SHORTEST or is_near(word, name, 2)]
        if same:
            return Slip.SOUND, same
        best: dict[int, list[str]] = defaultdict(list)
        for name in self._candidates(word, sound):
            steps = slips(word, name)
            if steps:
                best[steps].append(name)
        if not best:
            return None
        steps = min(best)
        return (Slip.ONE if steps == 1 else Slip.TWO), best[steps]

    def _candidates(self, word: str, sound: str) -> set[str]:
        found = set(self._by_bones.get(bones_of(sound), ()))
        for rest in _rests(word):
            found.update(self._by_rest.get(rest, ()))
        return found


def _rests(word: str) -> Iterator[str]:
    """A word, and what is left when one letter is taken out of it."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def slips(word: str, name: str) -> int:
    """How many slips of the fingers lie between a word and a name; 0 where it is not that name, or is it exactly."""
    sounds = sound_of(word), sound_of(name)
    steps = OSA.distance(word, name, score_cutoff=2)
    alike = len(name) > _ONE_SLIP and bones_of(sounds[0]) == bones_of(sounds[1])
    if alike:
        steps = min(steps, max(1, OSA.distance(*sounds, score_cutoff=2)))
    most = 0 if len(name) < _ONE_SLIP else 2 if alike or len(name) >= _TWO_SLIPS else 1
    if steps > most or not _begins_alike(word, name, sounds) or _is_other_gender(word, name):
        return 0
    return steps


def is_near(word: str, name: str, most: int = 0) -> bool:
    """Whether two names that sound alike are also written alike: "jace" is no "jazz"."""
    most = most or (2 if min(len(word), len(name)) > _ONE_SLIP else 1)
    return bool(OSA.distance(word, name, score_cutoff=most) <= most)


def _begins_alike(word: str, name: str, sounds: tuple[str, str]) -> bool:
    if word[0] == name[0] or sounds[0][:1] == sounds[1][:1] or word[:2] == name[1::-1]:
        return True
    return word[0] in _VOWELS and name[0] in _VOWELS


def _is_other_gender(word: str, name: str) -> bool:
    """Whether the last vowel makes another name, not a misspelling: "Mario" is no "Maria", "Daniela" no "Daniel"."""
    stems = word.rstrip("ao"), name.rstrip("ao")
    return stems[0] == stems[1] and word != name
