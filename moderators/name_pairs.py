"""Finds names of two parts: given name and surname in either order, and one of them with the other's initial."""

from __future__ import annotations

from collections.abc import Iterator

from moderators.deed_words import DEEDS, FINITE
from moderators.name_forms import PARTICLES, Form, Kind
from moderators.name_match import Match, better
from moderators.name_neighbours import is_titled
from moderators.name_weights import NameWeights
from moderators.roster_index import RosterIndex
from moderators.spelling import slips, sound_of
from moderators.words import Words

_INSIDE_NAME = frozenset([" ", "-", "'", ".", ". ", "_", "", "  "])
_AROUND_NICKNAME = frozenset([' "', " (", " '", '" ', ") ", "' "])
_BETWEEN = frozenset({", ", ",", " ", "_", ".", ""})  # between a surname and the given name behind it
# Small letters after a name that are a word of their own: "tell kevin u r late", "valentina y yo".
_LETTER_WORDS = frozenset("aeiounryskwx")
_LETTER_NAMES = frozenset("nrskwx")  # of these the ones that are none before a verb: "emily n got in"
_DOERS = frozenset({"are", "were", "will", "can", "could", "would", "should", "have"})
_ENDS = frozenset(",.!?;:)")
_MANY = 50  # students of one name among whom nothing misspelt is looked for


def forms_at(table: dict[str, tuple[Form, ...]], words: Words, at: int) -> Iterator[Form]:
    """The forms of a table that stand at a word."""
    for form in table.get(words.word(at), ()):
        size = len(form.tokens)
        inside = (words.gap(at + step) in _INSIDE_NAME for step in range(1, size))
        if tuple(words.words[at : at + size]) == form.tokens and all(inside):
            yield form


class NamePairs:
    """Looks for both names of one roster's students."""

    def __init__(self, index: RosterIndex, weights: NameWeights) -> None:
        self._index, self._weights = index, weights

    def find(self, words: Words, at: int) -> Match | None:
        """The best reading of the words from `at` on, or of a letter or misspelt name before it and the word itself."""
        best: Match | None = None
        for form in forms_at(self._index.given, words, at):
            best = better(best, self._given_then_surname(words, at, form) or self._initial(words, at, form))
        return best or self._surname_first(words, at)

    def _given_then_surname(self, words: Words, at: int, form: Form) -> Match | None:
        if form.kind == Kind.BEGINNING:
            return None
        behind = at + len(form.tokens)
        for surname_at in _surname_places(words, behind):
            for surname in forms_at(self._index.surnames, words, surname_at):
                owners = surname.owners & form.owners
                if owners:
                    return self._weights.full(words, at, surname_at + len(surname.tokens) - 1, owners)
        if words.gap(behind) not in _INSIDE_NAME or form.kind > Kind.PART:
            return None
        owners = self._misspelt(words.written(behind), form)
        return Match(at, behind, 0.85, "full", owners, misspelt=True) if owners else self._namesake(words, at, behind)

    def _misspelt(self, word: str, form: Form) -> frozenset[int]:
        """The owners whose surname of five letters and more is a slip or two away; only where few are called so."""
        if len(word) < 4 or len(form.owners) > _MANY:
            return frozenset()
        tokens = self._index.surname_tokens
        return frozenset(o for o in form.owners if any(slips(word, token) for token in tokens[o]))

    def _namesake(self, words: Words, at: int, behind: int) -> Match | None:
        """Find "Sofia Grigoryan" where that is Sophia, and another student is Sofia."""
        for surname in forms_at(self._index.surnames, words, behind):
            sound, names = sound_of(words.word(at)), self._index.given_joined
            few = surname.owners if len(surname.owners) <= _MANY else frozenset()
            owners = frozenset(o for o in few if any(sound == sound_of(name) for name in names[o]))
            if owners:
                return Match(at, behind + len(surname.tokens) - 1, 0.85, "full", owners, misspelt=True)
        return None

    def _initial(self, words: Words, at: int, form: Form) -> Match | None:
        """Find "Marcus B.", "marcus b": a letter behind the given name that begins the surname."""
        behind = at + len(form.tokens)
        letter, next_gap = words.word(behind), words.gap(behind + 1)
        if len(letter) != 1 or words.gap(behind) not in {" ", "_", ".", ""} or is_titled(words, at):
            return None
        owners = frozenset(o for o in form.owners if letter in self._index.surname_initials[o])
        dotted = next_gap.startswith(".")
        if not owners or not _is_initial(words, behind, dotted=dotted):
            return None
        if not self._weights.is_meant_with_initial(words, at, behind, form, dotted=dotted):
            return None
        tail = int(dotted and not next_gap.startswith("..") and words.gap(behind) != ".")
        return Match(at, behind, 0.95, "initial", owners, tail=tail)

    def _surname_first(self, words: Words, at: int) -> Match | None:
        """Find "Bell, Marcus", "bell marcus", and "M. Bell"."""
        for form in forms_at(self._index.surnames, words, at):
            match = (
                self._surname_then_given(words, at, form)
                or self._letter_surname(words, at, form)
                or self._misspelt_given(words, at, form)
            )
            if match:
                return match
        return None

    def _surname_then_given(self, words: Words, at: int, form: Form) -> Match | None:
        behind = at + len(form.tokens)
        if words.gap(behind) not in _BETWEEN or (self._weights.is_weak(form.tokens) and words.gap(behind) in {" ", ""}):
            return None
        for given in forms_at(self._index.given, words, behind):
            owners = given.owners & form.owners
            if owners and given.kind <= Kind.PART:
                first = self.with_particles(words, at)
                return self._weights.full(words, first, behind + len(given.tokens) - 1, owners)
        return None

    def _letter_surname(self, words: Words, at: int, form: Form) -> Match | None:
        last, at = at + len(form.tokens) - 1, self.with_particles(words, at)
        letter = words.word(at - 1)
        dotted, capital = words.gap(at) in {". ", "."}, words.is_capital(at - 1)
        if len(letter) != 1 or not (dotted or (capital and words.gap(at) == " ")) or not words.is_capital(last):
            return None
        owners = frozenset(o for o in form.owners if letter in self._index.given_initials[o])
        staff = any(one[0][:1] == letter and form.tokens[-1] in one for one in self._index.staff if one)
        if not owners or staff or words.word(at - 2) in self._index.starts:
            return None
        return Match(at - 1, last, 0.9, "initial", owners)

    def _misspelt_given(self, words: Words, at: int, form: Form) -> Match | None:
        """Find "Markus Bell": the surname right, the given name before it a slip or two away."""
        last, at = at + len(form.tokens) - 1, self.with_particles(words, at)
        before = words.word(at - 1)
        if len(before) < 4 or words.gap(at) != " " or len(form.owners) > _MANY or before in self._index.starts:
            return None
        names = self._index.given_joined
        owners = frozenset(o for o in form.owners if any(slips(before, name) for name in names[o]))
        if not owners or (before, *form.tokens) in self._index.staff or self._weights.is_common(before):
            return None
        return Match(at - 1, last, 0.85, "full", owners, misspelt=True)

    def with_particles(self, words: Words, at: int) -> int:
        """Where a surname begins of which the word at an index is the first that is no particle: "de la Cruz"."""
        first = at
        while words.word(first - 1) in PARTICLES and words.gap(first) in {" ", "-", "'"}:
            first -= 1
        known = {form.tokens for form in self._index.surnames.get(words.word(first), ())}
        return first if any(tuple(words.words[first : first + len(one)]) == one for one in known) else at


def _surname_places(words: Words, behind: int) -> Iterator[int]:
    """Where the surname may begin: behind the given name, a middle name or initial, or a nickname in quotes."""
    if not words.word(behind):
        return
    gap, next_gap = words.gap(behind), words.gap(behind + 1)
    if gap in _INSIDE_NAME:
        yield behind
    middle = gap == " " and next_gap in {" ", ". "} and all(words.is_capital(behind + step) for step in (-1, 0, 1))
    if middle or (gap in _AROUND_NICKNAME and next_gap in _AROUND_NICKNAME):
        yield behind + 1


def _is_initial(words: Words, at: int, *, dotted: bool) -> bool:
    """Whether a letter behind a name is an initial, and not a short word or "'d"."""
    letter, next_gap = words.word(at), words.gap(at + 1)
    if words.is_capital(at) or not words.gap(at):
        return True
    if next_gap[:1] in {"'", "-"} and letter in "id":
        return False
    return dotted or letter not in _LETTER_WORDS or _is_told_of(words, at)


def _is_told_of(words: Words, at: int) -> bool:
    """Whether a letter that may be a word stands where only a name can: "maya r are absent", "jaden k, leo s"."""
    letter, after, gap = words.word(at), words.word(at + 1), words.gap(at + 1)
    if letter not in _LETTER_NAMES:
        return letter in "aeo" and (after == "and" or gap.startswith(","))
    if not after or gap.strip()[:1] in _ENDS:
        return letter != "x"
    doers = DEEDS | {"is", "was"} if letter == "k" else DEEDS | FINITE | _DOERS
    joined = (letter != "x" and after in {"and", "or"}) or (letter, after) == ("k", "not")
    return gap == " " and (after in doers or joined)
