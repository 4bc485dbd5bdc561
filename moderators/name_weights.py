"""How sure it is that a name that was found means the student: words, lessons, staff and other people share names with them."""

from __future__ import annotations

from dataclasses import replace

from moderators import name_neighbours, name_signs
from moderators.name_forms import PARTICLES, Form, Kind, Tokens, word_set
from moderators.name_lessons import Lessons
from moderators.name_match import DOUBTFUL, NOBODY, UNLIKELY, Match, Vocabulary
from moderators.roster_index import RosterIndex
from moderators.sign_words import CAPITAL_ANYWAY, DETERMINERS
from moderators.spelling import Slip
from moderators.words import Words

_ALONE = {Kind.FIRST: 0.9, Kind.NICK: 0.9, Kind.PART: 0.8, Kind.SHORT: 0.8}
_ALONE |= {Kind.COMMON_NICK: 0.75, Kind.BEGINNING: 0.7}
_MISSPELT = {Slip.SOUND: 0.8, Slip.ONE: 0.7, Slip.TWO: 0.6}
_SEVERAL, _SURNAME = 0.6, 0.55
_ROWS = frozenset({"and", "y", "n", "or", "with", "con", "e", ",", "vs"})
_FAMILIAR, _STRANGE = 12_000, 200  # how often a name stands as a word: one that is known as a name, and one that is not
_RARE = 3_000  # names that stand for a thing more seldom than that are mostly names
_TELLING = 5  # letters from which a surname alone tells who it is
_BEFORE_SURNAMES = word_set("and did does is tell ask when because that lol omg yo bro y")
_FAMILIES = frozenset({"family", "familia", "household", "residence", "parents"})
_NOT_OWNED = word_set(
    "a and are at but de en for from had have in is of on or que that the they to was were who with y"
)
_LARGE = 150  # students, from which a misspelling alone is no proof


class NameWeights:
    """Weighs the names of one roster."""

    def __init__(self, index: RosterIndex, vocabulary: Vocabulary) -> None:
        self._index, self._vocabulary = index, vocabulary
        self.lessons = Lessons(vocabulary.lessons, index, self.is_common)
        self._family = frozenset(token for token in vocabulary.family if not self.is_common(token))
        self._other_surnames = vocabulary.family | self.lessons.others | index.staff_surnames

    def is_common(self, token: str) -> bool:
        """Whether a word is also an everyday word."""
        return token in self._vocabulary.word_names or self._vocabulary.words.count(token) >= _FAMILIAR

    def is_weak(self, tokens: Tokens) -> bool:
        """Whether a name is also a word, so that it counts only with a sign."""
        token = tokens[0]
        if len(tokens) > 1 or token in self._vocabulary.word_names:
            return len(tokens) == 1
        most = _FAMILIAR if token in self._vocabulary.given else _STRANGE
        return len(token) <= 2 or self._vocabulary.words.count(token) >= most

    def full(self, words: Words, first: int, last: int, owners: frozenset[int]) -> Match | None:
        """Weigh a given name and a surname."""
        written = tuple(words.words[first : last + 1])
        if written in self._index.staff:
            return None
        if self.lessons.is_meant(words, first, last):
            return Match(first, last, NOBODY, "lesson", owners)
        doubtful = all(self.is_weak((word,)) for word in written) and not words.is_capital(last)
        if doubtful and name_signs.person_signs(words, first, last) < (1 if last - first > 1 else 2):
            return None
        misspelt = any(at in words.slips for at in range(first, last + 1))
        score = 0.6 if name_neighbours.is_titled(words, first) else 0.9 if misspelt else 0.97
        return Match(first, last, score, "full", owners, misspelt)

    def is_meant_with_initial(self, words: Words, at: int, behind: int, form: Form, *, dotted: bool) -> bool:
        """Whether a name and an initial mean a student: a name that is a word needs a dot, capitals or a sign."""
        rare = self._vocabulary.words.count(form.tokens[0]) < _RARE and not words.is_shout(at)
        if not self.is_weak(form.tokens) or dotted or (rare and len(form.tokens[0]) > 2):
            return True
        other = name_neighbours.other_surname(words, behind - 1, self._index.starts, self._family)
        return (words.is_capital(at) and not other) or name_signs.person_signs(words, at, behind) >= 1

    def surname(self, words: Words, at: int, last: int, form: Form) -> Match | None:
        """Weigh a surname alone: a plural that is counted, or one that is nobody else's and that does something.

        `at` may lie before the form's words, where the surname has a particle: "El-Masri".
        """
        if last in words.plurals:
            counted = name_neighbours.is_counted(words, last) and len(form.owners) > 1
            return Match(last, last, _SEVERAL, "surname", form.owners, tail=1) if counted else None
        size = words.starts[last] + len(words.word(last)) - words.starts[at]
        misspelt = not words.slips.keys().isdisjoint(range(at, last + 1))
        if self._is_compound(words, at, last, form):
            return Match(at, last, _SURNAME, "surname", form.owners, misspelt)
        if len(form.owners) > 1 or size < _TELLING + 2 * misspelt or (at == last and self.is_weak(form.tokens)):
            return None
        if not self._other_surnames.isdisjoint(form.tokens) or name_neighbours.is_titled(words, at):
            return None
        alone = words.opens_sentence(at) or words.word(at - 1) in _BEFORE_SURNAMES
        told = alone and name_signs.person_signs(words, at, last) >= 2
        return Match(at, last, _SURNAME, "surname", form.owners, misspelt) if told else None

    def _is_compound(self, words: Words, at: int, last: int, form: Form) -> bool:
        """Whether a surname of two names, which hardly anybody else has, stands alone: "Asante-Boateng to the office"."""
        names = [token for token in form.tokens if token not in PARTICLES]
        others = self.lessons.others | self._index.staff_surnames
        if len(names) < 2 or len(form.owners) > 1 or not others.isdisjoint(names) or all(map(self.is_common, names)):
            return False
        if name_neighbours.is_titled(words, at) or words.word(last + 1) in _FAMILIES:
            return False
        before = words.word(at - 1)
        return words.opens_sentence(at) or not (words.is_capital(at - 1) or before in self._vocabulary.given)

    def _is_owner(self, words: Words, at: int) -> bool:
        """Whether an s behind a name that is no word is the possessive without its mark: "zosias half"."""
        written, before, after = f"{words.written(at)}s", words.word(at - 1), words.word(at + 1)
        known = self._vocabulary.family | self._vocabulary.given | self._vocabulary.words.usual
        alone = before not in DETERMINERS | {"all", "both", "two", "three", "many", "these", "those"}
        return alone and written not in known and bool(after) and words.gap(at + 1) == "s " and after not in _NOT_OWNED

    def alone(self, words: Words, at: int, form: Form) -> Match | None:
        """Weigh a given name or nickname without a surname."""
        last = at + len(form.tokens) - 1
        if self._is_no_students(words, at, last, form.tokens):
            return None
        nobody = Match(at, last, NOBODY, "first_name", form.owners)
        if self._is_another(words, at, last, form.tokens):
            return nobody
        if at in words.plurals and name_neighbours.is_counted(words, at):
            return replace(nobody, score=_SEVERAL, tail=1) if len(form.owners) > 1 else None
        slip = max((words.slips[step] for step in range(at, last + 1) if step in words.slips), default=None)
        if slip is None and self.lessons.may_be_meant(words, form.tokens, at, self._company(words, at)):
            return nobody
        score = _MISSPELT[slip] if slip else _ALONE[form.kind]
        if form.tokens in self._index.staff_given:
            score -= 0.1
        found = Match(at, last, score, "first_name", form.owners, slip is not None)
        weak = slip is None and self.is_weak(form.tokens)
        if weak or form.kind == Kind.BEGINNING or at in words.plurals:
            return self._weigh_word(words, found, form, weak=weak)
        return replace(found, score=DOUBTFUL) if self._is_unsure(words, found, slip) else found

    def _is_no_students(self, words: Words, at: int, last: int, tokens: Tokens) -> bool:
        staff = tokens in self._index.staff_given and words.word(last + 1) in self._index.staff_surnames
        return staff or name_neighbours.is_titled(words, at) or name_neighbours.is_a_pets(words, at)

    def _is_another(self, words: Words, at: int, last: int, tokens: Tokens) -> bool:
        """Whether a second name beside it, or talk of teachers, makes another person of it."""
        starts, strange = self._index.starts, self._strange(words.word(last + 1))
        if name_neighbours.other_surname(words, last, starts, self._family, strange):
            return True
        if tokens in self._index.staff_given and name_neighbours.is_a_teachers(words, at):
            return True
        weak = self.is_weak(tokens) and at not in words.slips
        return weak and name_neighbours.other_given(words, at, starts, self._vocabulary.given)

    def _is_unsure(self, words: Words, found: Match, slip: Slip | None) -> bool:
        """Whether a name is a thing, or a misspelling of which nothing says that it is a person."""
        if name_neighbours.is_thing(words, found.first, found.last):
            return True
        many = slip == Slip.ONE and len(self._index.students) > _LARGE
        return (many or slip == Slip.TWO) and name_signs.person_signs(words, found.first, found.last) < 1

    def _weigh_word(self, words: Words, found: Match, form: Form, *, weak: bool) -> Match | None:
        points = name_signs.person_signs(words, found.first, found.last) + self._company(words, found.first)
        points -= form.kind > Kind.SHORT
        if not weak and found.first in words.plurals:
            points = 2 if self._is_owner(words, found.first) else points + 2
        elif not weak or (self._is_mostly_a_name(form.tokens[0]) and name_signs.stands_apart(words, found.first)):
            points += 1
        if points < 0:
            return None
        if points == 2 and name_neighbours.is_thing(words, found.first, found.last):
            return replace(found, score=DOUBTFUL)
        less = 0.05 if points >= 3 else 0.15
        return replace(found, score=found.score - less if points >= 2 else DOUBTFUL if points else UNLIKELY)

    def _strange(self, token: str) -> frozenset[str]:
        """The word, if it is in no list and no form of a word that is: a surname perhaps."""
        known = self._vocabulary.words
        odd = token not in known.usual and token not in self._index.known and not known.is_form(token)
        return frozenset({token}) if odd else frozenset()

    def _is_mostly_a_name(self, token: str) -> bool:
        return len(token) > 2 and self._vocabulary.words.count(token) < _RARE and token not in CAPITAL_ANYWAY

    def _company(self, words: Words, at: int) -> int:
        """Two points where another name of the roster, no word, stands in the same row: "chuy and majo"."""
        for step in (-2, 2, -1, 1):
            other = words.word(at + step)
            row = abs(step) == 1 or words.word(at + step // 2) in _ROWS
            listed = abs(step) == 2 or words.gap(max(at, at + step)).strip() in {",", "&", "+", "/"}
            if row and listed and other in self._index.given and len(other) > 2 and not self.is_weak((other,)):
                return 2
        return 0
