"""The one search for a roster's names in a text that `student_names`, `contact_details` and `school_records` share.

Each of them asks for the names of the same comments; the roster's tables are built once and a comment is searched once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from moderators.assessing import version_of
from moderators.base import ModeratorSettings, PageContext, Signal, lexicon
from moderators.folding import fold, readings
from moderators.lexicons import read_list, read_names
from moderators.name_matcher import ENOUGH, Match, NameMatcher, Vocabulary, strongest
from moderators.recent import recent
from moderators.roster_index import Nicknames, RosterIndex, tokens_of
from moderators.words import Words

_NAMES, _WORDS, _LESSONS = "nicknames.yaml", "word_names.txt", "curriculum_names.txt"
_CODE = 1  # raise it when the matching changes: the last 30 days are then looked at again
_KEPT = 16  # rosters whose tables are remembered
_LATEST = 4  # pages that are looked for first
_REACH = 40  # a handle's longest part before and behind the name
_WHY = {
    "full": "Names a student of this roster by first and last name",
    "misspelt": "Names a student of this roster by first and last name, spelt a little differently",
    "initial": "Names a student of this roster by one name and an initial",
    "first_name": "Names a student of this roster by the given name or a short form of it",
    "lesson": "May name a student of this roster who shares a well-known person's name",
    "handle": "Shows a student's name in a handle or hashtag",
}


def finder_of(settings: ModeratorSettings) -> NameFinder:
    """The finder for these lexicons: the same one for every detector, until a lexicon is changed.

    Raises:
        FileNotFoundError: a lexicon is missing.
    """
    files = tuple(lexicon(settings, name) for name in (_NAMES, _WORDS, _LESSONS))
    return _finder(files, version_of(_CODE, files))


class NameFinder:
    """Finds the names of any page's roster. Safe to use from several threads, with different pages."""

    def __init__(self, files: Sequence[Path], version: str) -> None:
        names, words, lessons = files
        self.version = version
        self._nicknames = Nicknames(read_names(names))
        self._vocabulary = Vocabulary(
            frozenset(token for entry in read_list(words) for part in entry.split() for token in tokens_of(part)),
            frozenset(tokens_of(entry) for entry in read_list(lessons)),
        )
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
        matcher = known or NameMatcher(RosterIndex(page, self._nicknames), self._vocabulary)
        self._matchers[page] = matcher
        if len(self._matchers) > _KEPT:
            self._matchers.popitem(last=False)
        self._latest = ((page, matcher), *self._latest[: _LATEST - 1])
        return matcher


@lru_cache(maxsize=4)
def _finder(files: tuple[Path, ...], version: str) -> NameFinder:
    return NameFinder(files, version)


@recent
def _find(text: str, matcher: NameMatcher) -> tuple[Signal, ...]:
    found: list[tuple[int, int, Match]] = []
    for number, reading in enumerate(readings(text)):
        if matcher.may_find(reading.text):
            words = Words(reading, text)
            matches = [(*words.span(m.first, m.last), m) for m in matcher.find(words)]
            found += matches if number == 0 else [m for m in matches if _is_undone(words, m[2])]
        found += matcher.joined(reading)
    return tuple(_signal(text, matcher, *match) for match in strongest(found)[:ENOUGH])


def _signal(text: str, matcher: NameMatcher, start: int, end: int, match: Match) -> Signal:
    start, end, written = _written_as(text, start, end, is_full=match.how == "full")
    student = matcher.whole(match.owners)
    how = "handle" if written and match.how in {"full", "initial"} else match.how
    traits = {
        "first_name_only": match.how == "first_name",
        "misspelt": match.how == "misspelt",
        "shared_name": student is None,
        written: bool(written),
    }
    held = frozenset(trait for trait, holds in traits.items() if holds)
    return Signal("student_name", match.score, start, end, _WHY[how], student, held)


def _is_undone(words: Words, match: Match) -> bool:
    """Whether a later reading was needed for this match: what stands there plainly was judged in the first."""
    start, end = words.span(match.first, match.last)
    read = words.folded.text[words.starts[match.first] : words.ends[match.last]]
    return fold(words.original[start:end]).text != read


def _written_as(text: str, start: int, end: int, *, is_full: bool) -> tuple[int, int, str]:
    """Whether a name stands in a hashtag or handle: a handle's span is the whole handle, a hashtag's is the name."""
    left, right = start, end
    while left > max(0, start - _REACH) and (text[left - 1].isalnum() or text[left - 1] in "_.@#"):
        left -= 1
    while right < min(len(text), end + _REACH) and (text[right].isalnum() or text[right] in "_."):
        right += 1
    chunk = text[left:right].rstrip(".")
    if chunk.startswith("#"):
        return (start, end, "hashtag")
    inside, more = text[start:end], len(chunk) - (end - start)
    glued = ("_" in chunk or any(c.isdigit() for c in chunk)) and more > 0
    parts = inside.replace("_", ".").split(".")
    joined = " " not in inside and len(parts[0]) > 1 and (len(parts) > 1 or (more > 0 and is_full))
    if text[left + len(chunk) : left + len(chunk) + 1] != "@" and (chunk.startswith("@") or glued or joined):
        return (left, left + len(chunk), "handle")
    return (start, end, "")
