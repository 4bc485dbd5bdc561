"""The one search for a roster's names in a text that `student_names`, `contact_details` and `school_records` share.

Each of them asks for the names of the same comments; the roster's tables are built once and a comment is searched once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from moderators.alphabets import transliterated
from moderators.assessing import version_of
from moderators.base import ModeratorSettings, PageContext, Signal, lexicon
from moderators.folding import Folded, fold, readings
from moderators.lexicons import read_list, read_names
from moderators.name_forms import LETTERS
from moderators.name_match import ENOUGH, Match, Vocabulary, strongest
from moderators.name_matcher import NameMatcher
from moderators.name_places import Place, place_of
from moderators.recent import recent
from moderators.roster_index import Nicknames, RosterIndex, tokens_of
from moderators.word_list import word_list
from moderators.words import Words

_LEXICONS = (
    "nicknames.yaml",
    "word_names.txt",
    "curriculum_names.txt",
    "given_names.txt",
    "family_names.txt",
    "everyday_words.txt",
)
_CODE = 3  # raise it when the matching changes: the last 30 days are then looked at again
_KEPT = 16  # rosters whose tables are remembered
_LATEST = 4  # pages that are looked for first
_COUNTS = 0.5
_ELSEWHERE = 0.4  # a score below that from which a name counts
_FULL = frozenset({"full", "initial", "handle"})
_MISSPELT_WHY = "Names a student of this roster by first and last name, spelt a little differently"
_WHY = {
    "full": "Names a student of this roster by first and last name",
    "initial": "Names a student of this roster by one name and an initial",
    "first_name": "Names a student of this roster by the given name or a short form of it",
    "surname": "Names a student of this roster by the surname alone",
    "lesson": "May name a student of this roster who shares a well-known person's name",
    "handle": "Shows a student's name in a handle or hashtag",
}


def finder_of(settings: ModeratorSettings) -> NameFinder:
    """The finder for these lexicons: the same one for every detector, until a lexicon is changed.

    Raises:
        FileNotFoundError: a lexicon is missing.
    """
    files = tuple(lexicon(settings, name) for name in _LEXICONS)
    return _finder(files, version_of(_CODE, files))


class NameFinder:
    """Finds the names of any page's roster. Safe to use from several threads, with different pages."""

    def __init__(self, files: Sequence[Path], version: str) -> None:
        nicknames, word_names, lessons, given, family, everyday = files
        self.version = version
        self._nicknames = Nicknames(read_names(nicknames))
        self._vocabulary = Vocabulary(
            word_list(_tokens(everyday)),
            _tokens(word_names),
            frozenset(tokens_of(entry) for entry in read_list(lessons)),
            _tokens(given) | self._nicknames.names,
            _tokens(family),
        )
        self._plain = self._vocabulary.words.usual | self._vocabulary.given
        self._matchers: OrderedDict[PageContext, NameMatcher] = OrderedDict()
        self._latest: tuple[tuple[PageContext, NameMatcher], ...] = ()

    def find(self, text: str, page: PageContext) -> list[Signal]:
        """The names in one text, in its order.

        Raises:
            TooMuch: more words could be names than are looked at.
        """
        return list(_find(text, self._matcher(page))) if page.students and text else []

    def _matcher(self, page: PageContext) -> NameMatcher:
        for latest, matcher in self._latest:  # a roster of five hundred takes long to hash, and threads take turns
            if latest is page:
                return matcher
        known = self._matchers.pop(page, None)
        matcher = known or NameMatcher(RosterIndex(page, self._nicknames, self._plain), self._vocabulary)
        self._matchers[page] = matcher
        if len(self._matchers) > _KEPT:
            self._matchers.popitem(last=False)
        self._latest = ((page, matcher), *self._latest[: _LATEST - 1])
        return matcher


def _tokens(file: Path) -> frozenset[str]:
    """Every word of a list, of which a line may hold several."""
    return frozenset(token for entry in read_list(file) for token in tokens_of(entry))


@lru_cache(maxsize=4)
def _finder(files: tuple[Path, ...], version: str) -> NameFinder:
    return NameFinder(files, version)


@recent
def _find(text: str, matcher: NameMatcher) -> tuple[Signal, ...]:
    found: list[tuple[int, int, Match]] = []
    for number, reading in enumerate(readings(text)):
        words = set(LETTERS.findall(reading.text))
        odd = matcher.odd(words)
        if matcher.may_find(words, odd, reading.text):
            found += _matches(text, reading, matcher, undone=number > 0)
        found += matcher.joined(odd, reading)
    foreign = transliterated(text)
    if foreign:
        found += _matches(text, foreign, matcher, undone=True, foreign=True)
        found += matcher.joined(matcher.odd(set(LETTERS.findall(foreign.text))), foreign)
    if not found:
        return ()
    return tuple(_signals(text, matcher, strongest(found)[:ENOUGH]))


def _matches(
    text: str, reading: Folded, matcher: NameMatcher, *, undone: bool, foreign: bool = False
) -> list[tuple[int, int, Match]]:
    words = Words(reading, text)
    found = matcher.find(words, foreign=foreign)
    return [(*words.span(m.first, m.last, m.tail), m) for m in found if not undone or _is_undone(words, m)]


def _signals(text: str, matcher: NameMatcher, found: list[tuple[int, int, Match]]) -> Iterator[Signal]:
    """The matches as signals. A handle or address of a student who is named beside it is the contact detector's."""
    placed = [(place_of(text, start, end, is_full=match.how in _FULL), match) for start, end, match in found]
    plain = {matcher.whole(match.owners) for (_, _, place), match in placed if not place and match.score >= _COUNTS}
    for (start, end, place), match in placed:
        student = matcher.whole(match.owners)
        again = place in {Place.HANDLE, Place.EMAIL} and student in plain
        score = min(match.score, _ELSEWHERE) if again or place is Place.EMAIL else match.score
        how = "handle" if place and match.how in _FULL else match.how
        traits = {
            "first_name_only": match.how == "first_name",
            "misspelt": match.misspelt,
            "shared_name": student is None,
            str(place): bool(place),
        }
        held = frozenset(trait for trait, holds in traits.items() if holds)
        why = _MISSPELT_WHY if match.misspelt and how == "full" else _WHY[how]
        yield Signal("student_name", score, start, end, why, student, held)


def _is_undone(words: Words, match: Match) -> bool:
    """Whether a later reading was needed for this match: what stands there plainly was judged in the first."""
    start, end = words.span(match.first, match.last)
    read = words.folded.text[words.starts[match.first] : words.ends[match.last]]
    return fold(words.original[start:end]).text != read
