"""Finds a roster's names in one reading of a comment, and weighs each: the inner part of `student_names`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from moderators import name_signs
from moderators.assessing import TooMuch
from moderators.folding import Folded
from moderators.roster_index import LETTERS, Form, Kind, RosterIndex, Tokens
from moderators.words import Words

MAX_CANDIDATES = 20_000
"""Words of one comment that may be names and are looked at."""

ENOUGH = 200
"""Names found in one comment after which nobody needs more."""

_ALONE = {Kind.FIRST: 0.8, Kind.NICK: 0.75, Kind.PART: 0.6, Kind.COMMON_NICK: 0.6}
_INSIDE_NAME = frozenset([" ", "-", "'", ".", ". ", "_", "", "  "])
# Small letters after a name that are a word of their own: "tell kevin u r late", "valentina y yo".
_LETTER_WORDS = frozenset("aeiounryskwxc")


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a reading: the words from `first` to `last`, both included."""

    first: int
    last: int
    score: float
    how: str
    owners: frozenset[int]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What else a name may be: a word of the language, or a person of the lessons."""

    words: frozenset[str]
    lessons: frozenset[Tokens]


class NameMatcher:
    """Looks one roster up. Keeps nothing of a comment."""

    def __init__(self, index: RosterIndex, vocabulary: Vocabulary) -> None:
        self._index = index
        self._words = vocabulary.words
        self._lessons = vocabulary.lessons | index.vocabulary
        self._lesson_words = frozenset(entry[0] for entry in self._lessons if len(entry) == 1)
        self._joined_lessons = frozenset("".join(entry) for entry in self._lessons)
        given = {form.tokens[0] for forms in index.given.values() for form in forms}
        surnames = {form.tokens[0] for forms in index.surnames.values() for form in forms}
        self._starts = frozenset(given | surnames)

    def may_find(self, text: str) -> bool:
        """Whether a word of a folded text begins a name; where "#" or "@" stands, words may still have to be cut."""
        return "#" in text or "@" in text or not self._starts.isdisjoint(LETTERS.findall(text))

    def whole(self, owners: Iterable[int]) -> str | None:
        """The roster's id where exactly one student is meant."""
        return self._index.whole(owners)

    def find(self, words: Words) -> Iterator[Match]:
        """Every name, from left to right.

        Raises:
            TooMuch: more than `MAX_CANDIDATES` words could be names, and few are.
        """
        candidates = found = position = 0
        for at, word in enumerate(words.words):
            if at < position or word not in self._starts:
                continue
            candidates += 1
            if candidates > MAX_CANDIDATES:
                raise TooMuch(f"more than {MAX_CANDIDATES:,} words could be names")
            match = self._look(words, at)
            if match is None:
                continue
            yield match
            position = match.last + 1
            found += match.score >= 0.5
            if found == ENOUGH:
                return

    def joined(self, reading: Folded) -> list[tuple[int, int, Match]]:
        """Full names that are written together, in a hashtag or handle or as a word, with the original's offsets."""
        found: list[tuple[int, int, Match]] = []
        for start, end, owners in self._index.joined_in(reading.text):
            if not _stands_free(reading.text, start, end):
                continue
            score = 0.3 if reading.text[start:end] in self._joined_lessons else 0.95
            found.append((*reading.span(start, end), Match(0, 0, score, "full", owners)))
            if len(found) == ENOUGH:
                break
        return found

    def _look(self, words: Words, at: int) -> Match | None:
        """The best reading of the words from `at` on."""
        best: Match | None = None
        for form in self._forms(self._index.given, words, at):
            match = self._given_then_surname(words, at, form) or self._initial(words, at, form)
            best = _better(best, match)
        best = best or self._surname_first(words, at)
        if best is None:
            for form in self._forms(self._index.given, words, at):
                best = _better(best, self._alone(words, at, form))
        return best

    def _forms(self, table: dict[str, tuple[Form, ...]], words: Words, at: int) -> Iterator[Form]:
        for form in table.get(words.word(at), ()):
            size = len(form.tokens)
            inside = (words.gap(at + step) in _INSIDE_NAME for step in range(1, size))
            if tuple(words.words[at : at + size]) == form.tokens and all(inside):
                yield form

    def _given_then_surname(self, words: Words, at: int, form: Form) -> Match | None:
        behind = at + len(form.tokens)
        if words.gap(behind) not in _INSIDE_NAME or not words.word(behind):
            return None
        for surname in self._forms(self._index.surnames, words, behind):
            owners = surname.owners & form.owners
            if owners:
                return self._full(words, at, behind + len(surname.tokens) - 1, owners)
        owners = self._misspelt(words.word(behind), form)
        if owners and form.kind <= Kind.PART:
            return Match(at, behind, 0.8, "misspelt", owners)
        return None

    def _misspelt(self, word: str, form: Form) -> frozenset[int]:
        """The owners whose surname of five letters and more is one slip away; only where few are called so."""
        if len(word) < 4 or len(form.owners) > 50:
            return frozenset()
        tokens = self._index.surname_tokens
        return frozenset(o for o in form.owners if any(_is_slip(word, token) for token in tokens[o]))

    def _full(self, words: Words, first: int, last: int, owners: frozenset[int]) -> Match | None:
        written = tuple(words.words[first : last + 1])
        if written in self._index.staff:
            return None
        if written in self._lessons and name_signs.classmate_signs(words, first, last) < 2:
            return Match(first, last, 0.3, "lesson", owners)
        doubtful = all(word in self._words for word in written) and not words.is_capital(last)
        if doubtful and name_signs.person_signs(words, first, first) < 2:
            return None
        return Match(first, last, 0.6 if name_signs.is_titled(words, first) else 0.97, "full", owners)

    def _initial(self, words: Words, at: int, form: Form) -> Match | None:
        """Find "Marcus B.", "marcus b": a letter behind the given name that begins the surname."""
        behind = at + len(form.tokens)
        letter = words.word(behind)
        if len(letter) != 1 or words.gap(behind) not in {" ", "_", ".", ""} or name_signs.is_titled(words, at):
            return None
        owners = frozenset(o for o in form.owners if letter in {t[0] for t in self._index.surname_tokens[o]})
        dotted = words.gap(behind + 1).startswith(".")
        sure = words.is_capital(behind) or dotted or letter not in _LETTER_WORDS
        if not owners or not sure or (words.gap(behind + 1)[:1] in {"'", "-"} and letter in "id"):
            return None
        other = name_signs.other_surname(words, behind - 1, self._starts) or not words.is_capital(at)
        if self._is_weak(form.tokens) and other and not dotted and name_signs.person_signs(words, at, behind) < 2:
            return None
        return Match(at, behind, 0.9, "initial", owners)

    def _surname_first(self, words: Words, at: int) -> Match | None:
        """Find "Bell, Marcus", "bell marcus", and "M. Bell"."""
        for form in self._forms(self._index.surnames, words, at):
            behind = at + len(form.tokens)
            if words.gap(behind) in {", ", ",", " ", "_", ""}:
                plain = form.tokens[0] not in self._words or words.gap(behind).startswith(",")
                for given in self._forms(self._index.given, words, behind):
                    owners = given.owners & form.owners
                    if owners and given.kind <= Kind.PART and plain:
                        return self._full(words, at, behind + len(given.tokens) - 1, owners)
            match = self._letter_surname(words, at, form) or self._misspelt_given(words, at, form)
            if match:
                return match
        return None

    def _letter_surname(self, words: Words, at: int, form: Form) -> Match | None:
        letter = words.word(at - 1)
        dotted, capital = words.gap(at) in {". ", "."}, words.is_capital(at - 1)
        if len(letter) != 1 or not (dotted or (capital and words.gap(at) == " ")) or not words.is_capital(at):
            return None
        owners = frozenset(o for o in form.owners if letter in self._index.given_initials[o])
        staff = any(one[0][:1] == letter and form.tokens[0] in one for one in self._index.staff if one)
        if not owners or staff or words.word(at - 2) in self._starts:
            return None
        return Match(at - 1, at + len(form.tokens) - 1, 0.8, "initial", owners)

    def _misspelt_given(self, words: Words, at: int, form: Form) -> Match | None:
        """Find "Markus Bell": the surname right, the given name before it one slip away."""
        before, last = words.word(at - 1), at + len(form.tokens) - 1
        if len(before) < 4 or words.gap(at) != " " or len(form.owners) > 50 or before in self._starts:
            return None
        owners = frozenset(
            o for o in form.owners if any(_is_slip(before, name) for name in self._index.given_joined[o])
        )
        if not owners or (before, *form.tokens) in self._index.staff:
            return None
        return Match(at - 1, last, 0.75, "misspelt", owners)

    def _alone(self, words: Words, at: int, form: Form) -> Match | None:
        last = at + len(form.tokens) - 1
        if name_signs.is_titled(words, at) or self._is_staff(words, last, form.tokens):
            return None
        score = _ALONE[form.kind]
        if form.tokens in self._index.staff_given:
            score -= 0.1
        if name_signs.other_surname(words, last, self._starts):
            return Match(at, last, 0.3, "first_name", form.owners)
        weak = self._is_weak(form.tokens)
        if weak and name_signs.other_given(words, at, self._starts):
            return Match(at, last, 0.2, "first_name", form.owners)
        if weak:
            return self._weigh_word(words, at, last, form, score)
        if form.tokens in self._lessons:
            points = name_signs.classmate_signs(words, at, last) + self._company(words, at)
            return Match(at, last, score - 0.1 if points >= 2 else 0.3, "first_name", form.owners)
        return Match(at, last, score, "first_name", form.owners)

    def _weigh_word(self, words: Words, at: int, last: int, form: Form, score: float) -> Match | None:
        points = name_signs.person_signs(words, at, last) + self._company(words, at)
        if form.tokens in self._lessons:
            points = min(points, name_signs.classmate_signs(words, at, last) + self._company(words, at))
        if form.kind > Kind.NICK:
            points -= 1
        if points <= 0:
            return None
        return Match(
            at, last, score - 0.05 if points >= 3 else score - 0.15 if points == 2 else 0.4, "first_name", form.owners
        )

    def _company(self, words: Words, at: int) -> int:
        """Two points where another name of the roster, no word, stands in the same row: "chuy and majo"."""
        for step in (-2, 2, -1, 1):
            other = words.word(at + step)
            between = words.word(at + step // 2) if abs(step) == 2 else ","
            row = between in {"and", "y", "n", "or", "with", "con", "e", ","}
            listed = abs(step) == 2 or words.gap(max(at, at + step)).strip() in {",", "&", "+"}
            if row and listed and other in self._index.given and other not in self._words and len(other) > 2:
                return 2
        return 0

    def _is_weak(self, tokens: Tokens) -> bool:
        return len(tokens) == 1 and (len(tokens[0]) <= 2 or tokens[0] in self._words)

    def _is_staff(self, words: Words, last: int, tokens: Tokens) -> bool:
        """A staff member's first name with their surname behind it."""
        return tokens in self._index.staff_given and words.word(last + 1) in self._index.staff_surnames


def _stands_free(text: str, start: int, end: int) -> bool:
    """Whether a name written together is a word of its own, or part of a hashtag or handle."""
    left = start
    while left > max(0, start - 40) and (text[left - 1].isalnum() or text[left - 1] in "_."):
        left -= 1
    if text[left - 1 : left] in {"#", "@"} and left:
        return True
    return not text[start - 1 : start].isalpha() and (end - start > 8 or not text[end : end + 1].isalpha())


def _is_slip(word: str, name: str) -> bool:
    allowed = 0 if len(name) < 5 else 1 if len(name) < 8 else 2
    return abs(len(word) - len(name)) <= allowed and OSA.distance(word, name, score_cutoff=allowed) <= allowed


def _better(one: Match | None, other: Match | None) -> Match | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda match: (match.score, match.last - match.first))


def strongest(matches: Sequence[tuple[int, int, Match]]) -> list[tuple[int, int, Match]]:
    """Of matches that overlap in the original the surest, then the longest; in the order of the text."""
    kept: list[tuple[int, int, Match]] = []
    taken: set[int] = set()
    if len(matches) < 2:
        return list(matches)
    for start, end, match in sorted(matches, key=lambda m: (-m[2].score, m[0] - m[1], m[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, match))
    return sorted(kept, key=lambda m: m[0])
