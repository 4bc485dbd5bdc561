"""People of the lessons: authors, leaders, players and characters who are called like a student."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from moderators.name_forms import Tokens
from moderators.name_match import Match
from moderators.name_neighbours import classmate_signs
from moderators.roster_index import RosterIndex
from moderators.words import Words

_ENOUGH = 2  # points that speak for a classmate
_FIRST_NAME = 3  # what speaks for one from the start, where the other is mostly called by two names
_NEAR = 60  # words among which a full name is looked for
_SOMEBODY = 0.2


class Lessons:
    """The people of the lessons, beside one roster. `is_common`: whether a word is an everyday one."""

    def __init__(self, entries: frozenset[Tokens], index: RosterIndex, is_common: Callable[[str], bool]) -> None:
        self.entries = entries | index.vocabulary
        self.joined = frozenset("".join(entry) for entry in self.entries)
        self._named = frozenset(entry[0] for entry in self.entries if len(entry) == 1)
        self._first_names = frozenset(entry[at] for entry in self.entries if len(entry) > 1 for at in (0, -1))
        self._with: dict[str, list[tuple[Tokens, int]]] = defaultdict(list)
        for entry in self.entries:
            for offset, token in enumerate(entry):
                if len(entry) > 1 and token in index.starts:
                    self._with[token].append((entry, offset))
        ends = {entry[-1] for entry in self.entries if len(entry[-1]) > 3}
        self.others = (frozenset(token for token in ends if not is_common(token)) - index.known) | self._named

    def person(self, words: Words, at: int) -> Match | None:
        """The person of the lessons whose name has this word in it: "Charles Darwin", "Romeo and Juliet"."""
        for entry, offset in self._with.get(words.word(at), ()):
            first, last = at - offset, at - offset + len(entry) - 1
            if not _stands_at(words, entry, first):
                continue
            together = all(len(words.gap(step)) < 3 for step in range(first + 1, last + 1))
            if together and not any(step in words.slips for step in range(first, last + 1)):
                return Match(at, last, _SOMEBODY, "lesson", frozenset())
        return None

    def is_meant(self, words: Words, first: int, last: int) -> bool:
        """Whether a full name that is somebody's of the lessons too means that person."""
        written = tuple(words.words[first : last + 1])
        return written in self.entries and classmate_signs(words, first, last, self.others) < _ENOUGH

    def may_be_meant(self, words: Words, tokens: Tokens, at: int, company: int) -> bool:
        """Whether a given name alone means the person of the lessons; `company` are points for a classmate."""
        named, first_name = tokens in self.entries, len(tokens) == 1 and tokens[0] in self._first_names
        if not (named or first_name):
            return False
        points = classmate_signs(words, at, at + len(tokens) - 1, self.others) + self._contrast(words, at)
        return points + company + (0 if named else _FIRST_NAME) < _ENOUGH

    def _contrast(self, words: Words, at: int) -> int:
        """Whether the person is named in full too: behind the name it tells the two apart, before it not."""
        for entry, offset in self._with.get(words.word(at), ()):
            for first in range(max(0, at - _NEAR), min(len(words), at + _NEAR)):
                if first != at - offset and _stands_at(words, entry, first):
                    return 4 if first > at else -2
        return 0


def _stands_at(words: Words, entry: Tokens, first: int) -> bool:
    return first >= 0 and words.word(first) == entry[0] and tuple(words.words[first : first + len(entry)]) == entry
