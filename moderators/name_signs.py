"""Signs that a name which is also a word (Will, Hope, Luz) means a person.

Each sign is worth a point or two, and so are the signs against it. The tables are in `sign_words` and `deed_words`.
"""

from __future__ import annotations

import re

from moderators.deed_words import (
    ASKS,
    BASES,
    CLITICS,
    DEED_NAMES,
    DEEDS,
    DONE_TO,
    ENGLISH_DEEDS,
    FINITE,
    HALF_DEEDS,
    HITS,
    LIKES,
    SEES,
    SPANISH,
    SPANISH_PRONOUNS,
    STATES,
)
from moderators.sign_words import (
    AFTER_A_WORD,
    BEFORE_A_THING,
    BESIDE,
    CAPITAL_ANYWAY,
    CHEERS,
    DETERMINERS,
    EXCLAIMED,
    HELLOS,
    KIN,
    MAYBE_HELLOS,
    OURS,
    PERSON,
    RELATED,
    SHORT_WORDS,
    THEMSELVES,
    TO_THEM,
)
from moderators.topic_words import BELONGINGS, CLASS_LIFE
from moderators.words import Words

_AROUND = 12
_ANDS = frozenset({"and", "y", "n", "or", "e"})
_LIKERS = frozenset({"i", "dont", "t", "doesnt", "didnt", "really", "u", "you", "we", "they", "she", "he", "also"})
_BETWEEN = frozenset(
    {"t", "be", "ya", "no", "nunca", "siempre", "tambien", "not", "just", "always", "never", "also", "even"}
)
_THEIRS = OURS | {"his", "her", "your", "ur"}
_SCHOOL = frozenset({"school", "class", "practice", "detention", "rehearsal", "attendance"})
_WHEN = frozenset({"today", "yesterday", "lately", "hoy", "ayer"})
_SEASONS = frozenset({"april", "august", "autumn", "easter", "holiday", "june", "may", "spring", "summer", "winter"})
_OF_A_SEASON = frozenset({"here", "coming", "out", "going", "late", "nice", "sad", "missing"})
_NO_NOUNS = (
    frozenset({"like"}) | HELLOS | MAYBE_HELLOS | ASKS | DEEDS | HALF_DEEDS | BEFORE_A_THING | OURS | PERSON | EXCLAIMED
)
_NUMBERING = re.compile(r"\s*\d+[.)]\s*")  # "1. Heaven 2. Olive"
_OBJECTS = frozenset(
    {"the", "a", "my", "his", "her", "me", "him", "us", "it", "our", "their", "to", "in", "at", "on", "all", "up"}
)
_PREDICATES = (DEEDS | HALF_DEEDS) - _ANDS
_TAKEN = frozenset({"took", "stole", "broke", "found", "borrowed", "hid", "wearing", "using", "saw", "ate", "used"})
_PRESENT = frozenset({"need", "seed", "feed", "shed", "sled", "speed", "exceed", "bleed", "indeed", "hundred"})


def person_signs(words: Words, first: int, last: int) -> int:
    """How much speaks for a person, where the name from word `first` to `last` is also a word. 2 is enough."""
    if words.gap(first).endswith("@"):
        return 3
    capital = words.is_telling_capital(first) and words.word(first) not in CAPITAL_ANYWAY
    if _is_no_person(words, first, last, capital=capital):
        return -3
    before, after = _weighed(words, first, last, capital=capital)
    points = before + after + (2 if capital else 0) + (2 if words.is_disguised(first) else 0)
    points -= points > 0 and not capital and not stands_apart(words, first)
    return points + 1 if points > 0 and words.near(last, 0, _AROUND) & PERSON else points


def is_spanish_to(words: Words, first: int) -> bool:
    """Whether the "a" before a name is the Spanish one, behind which a person stands: "le gritaron a paz"."""
    farther, told = words.word(first - 2), words.near(first - 2, 3, 0)
    if words.word(first - 1) != "a":
        return False
    moved_up = words.opens_sentence(first - 1) and words.word(first + 1) in CLITICS  # "a paz lo suspendieron"
    return moved_up or farther in DONE_TO or bool(told & {"le", "les"})


def stands_apart(words: Words, first: int) -> bool:
    """Whether no noun or adjective stands before the name that could make one thing of both: "poison ivy"."""
    before = words.word(first - 1)
    return words.opens_sentence(first) or words.gap(first) != " " or len(before) < 4 or before in _NO_NOUNS


def _weighed(words: Words, first: int, last: int, *, capital: bool) -> tuple[int, int]:
    """The signs before and behind the name, where one may take the other's force."""
    before, after = _before(words, first, capital=capital), _after(words, last)
    if after >= 3:
        before = max(0, before)
    if words.word(first - 1) in MAYBE_HELLOS - _ANDS and not capital and words.word(last + 1) in _PREDICATES:
        after = min(after, 0)  # "with hope left": an object does nothing
    if len(words.word(first)) == 2 and words.word(first) not in SHORT_WORDS and after > -3:
        before, after = max(1, before + 1), max(0, after)
    if after == -2 and (capital or before >= 2):
        after = 0
    return before, after


def _is_no_person(words: Words, first: int, last: int, *, capital: bool) -> bool:
    """Whether a name is the article, pronoun or verb that it also is: "an award", "ella dijo", "will be", "drew a map"."""
    word, before, after = words.word(first), words.word(first - 1), words.word(last + 1)
    if word == "an":
        return after[:1] in {"a", "e", "i", "o", "u", "h"} and after not in FINITE
    if word in SPANISH_PRONOUNS:
        return not capital and (after in SPANISH - _ANDS or before in SPANISH)
    if word not in DEED_NAMES or capital:
        return False
    as_verb = before in KIN and after in AFTER_A_WORD | THEMSELVES
    as_verb |= word in {"will", "may"} and after in BASES | {"not"}
    return as_verb or (after in HALF_DEEDS - FINITE and after not in _ANDS and after != word)


def _before(words: Words, first: int, *, capital: bool) -> int:
    before, gap, word = words.word(first - 1), words.gap(first), words.word(first)
    if gap in {"", "4"} and before in CHEERS:
        return 2
    if gap[-1:] in {"-", "_", "#"}:
        return -2
    if gap.rstrip()[-1:].isdigit():
        return -3
    if before == word and gap == " ":
        return -1
    if gap not in {" ", ", "}:
        return 0
    if len(word) == 1 and not words.is_capital(first) and words.word(first + 1) not in ENGLISH_DEEDS:
        return min(1, _spoken_to(words, first) - 1)
    return _spoken_to(words, first) or _word_before(words, first, capital=capital)


def _spoken_to(words: Words, first: int) -> int:
    """Two points where a person is spoken to or of, or something is done to one."""
    before, farther = words.word(first - 1), words.word(first - 2)
    if is_spanish_to(words, first) or (before in {"go", "vamos"} and words.gap(first + 1).startswith("!")):
        return 2
    spoken = before in HELLOS or (farther, before) in {("thank", "you"), ("happy", "birthday")}
    with_us = before in _ANDS and farther in {"me", "us", "yo"}
    beside = before in {"to", "with", "by", "con"} and farther in BESIDE
    belongs = before == "de" and farther in BELONGINGS | KIN
    return 2 if spoken or with_us or beside or belongs or before in HITS else 0


def _word_before(words: Words, first: int, *, capital: bool) -> int:
    before = words.word(first - 1)
    if before in MAYBE_HELLOS | LIKES or (before in ASKS and words.opens_sentence(first - 1)):
        return 1
    if before == "like" and words.word(first - 2) in _LIKERS:
        return 1
    if before in OURS and capital:
        return 0
    return -2 if before in (DETERMINERS if capital else BEFORE_A_THING) else 0


def _after(words: Words, last: int) -> int:
    after, gap = words.word(last + 1), words.gap(last + 1)
    if last in words.plurals:
        return 3 if after in BELONGINGS else -3
    if gap.startswith("'"):
        return _possessive(words, last)
    if (gap.strip()[:1].isdigit() and not _NUMBERING.fullmatch(gap)) or gap[:1] in {"-", "_"}:
        return -3
    if gap.startswith(",") and words.opens_sentence(last):
        return 2 if words.is_capital(last) or after in TO_THEM else 0
    if gap.startswith(":") and words.opens_sentence(last):
        return 1
    return _next_word(words, last, after) if gap == " " else 0


def _next_word(words: Words, last: int, after: str) -> int:
    if after == words.word(last) and after in DEED_NAMES:
        return 3  # "will will you come"
    beyond = words.word(last + 2)
    if after in DEEDS or (after in _ANDS and beyond in {"me", "i", "yo"}) or (after in CLITICS and beyond in DEEDS):
        return 2
    if is_past(after):
        return 2 if beyond in _OBJECTS else 1
    if after in HALF_DEEDS:
        return 2 if _is_told_of(words, last) else 1
    if after in TO_THEM and words.opens_sentence(last) and (words.word(last) not in DEED_NAMES or _acts(beyond)):
        return 2  # also "rose u dropped it", but not "will u drop it"
    before = words.word(last - 1)
    if (before in ASKS and _is_asked_of(words, last)) or (before in SEES and after in BASES | HITS | _WHEN):
        return 1
    return -2 if after in AFTER_A_WORD else 0


def _acts(word: str) -> bool:
    return word in ENGLISH_DEEDS or is_past(word)


def is_past(word: str) -> bool:
    """Whether a word looks like an English verb in the past."""
    return word.endswith("ed") and len(word) > 3 and word not in _PRESENT


def _is_asked_of(words: Words, last: int) -> bool:
    """Whether a question is about a person: "is ray in our group"."""
    after, beyond = words.word(last + 1), {words.word(last + 2), words.word(last + 3)}
    if after in _THEIRS:
        return bool(beyond & RELATED)
    return after in STATES | BASES or (after in {"in", "at", "on"} and bool(beyond & (OURS | CLASS_LIFE)))


def _is_told_of(words: Words, last: int) -> bool:
    """Whether what follows "is", "will" or "didnt" is said of a person."""
    at = next(step for step in range(last + 2, last + 6) if words.word(step) not in _BETWEEN or step == last + 5)
    second = words.word(at)
    states = STATES - _OF_A_SEASON if words.word(last) in _SEASONS and "today" not in words.near(last, 0, 8) else STATES
    doing = second[:-3] if second.endswith("ing") else ""
    does = second in BASES | DEEDS or bool({doing, f"{doing}e", doing[:-1]} & BASES)
    if does or words.near(last, 0, 8) & PERSON or words.near(last, 0, 4) & states:
        return True
    if second in {"in", "at", "on"}:
        return words.word(at + 1) in _SCHOOL or bool(words.near(at, 0, 3) & OURS and words.near(at, 0, 3) & CLASS_LIFE)
    return second in _THEIRS | {"the", "a"} and bool(words.near(at, 0, 3) & RELATED)


def _possessive(words: Words, last: int) -> int:
    if words.word(last + 1) != "s":
        return 0
    beyond = words.word(last + 2)
    if not beyond or beyond in {"is", "was", "isn", "isnt", "not", "too"} or words.gap(last + 2).strip():
        return 4 if words.word(last - 1) in {"at", "to", "from", "over"} else 2
    if beyond == "turn":
        return 4
    taken = words.word(last - 1) in _TAKEN
    return 2 if taken or beyond in BELONGINGS | STATES or words.is_capital(last) else 1
