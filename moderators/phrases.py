"""Finds crisis language and profanity by exact phrases, English and Spanish, in every reading of a text.

One Aho-Corasick pass for the phrases and one `re2.Set` for the patterns: linear in the length of the text, however long the
lexicons of `config/lexicons` grow. High precision is the aim; the model finds what no list can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import ahocorasick_rs
import re2

from moderators.assessing import MAX_MATCHES, Canary, TooMuch, assess_each, matches, sing, version_of
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, lexicon
from moderators.folding import fold, readings
from moderators.lexicons import Entry, read_entries
from moderators.pattern_set import PatternSet

CRISIS = frozenset(
    {"phrase_threat", "phrase_self_harm", "phrase_child_abuse", "phrase_sexualized_minor", "phrase_harassment"}
)
"""The signals of crisis language."""

_FILES = ("crisis_en.yaml", "crisis_es.yaml", "profanity_en.yaml", "profanity_es.yaml")
_CODE = 2
_MOST = 20  # places of one group in one comment after which nobody needs more
_BEFORE = 80  # characters before a hit in which a negation or a quotation is looked for
_WRITTEN_TOGETHER = 9  # letters from which a phrase is also looked for without its spaces


@dataclass(frozen=True, slots=True)
class _Group:
    """A lexicon entry, ready to search."""

    entry: Entry
    patterns: tuple[re2._Regexp, ...]
    unless: re2._Regexp | None
    before: re2._Regexp | None

    def excuses(self, text: str, start: int, end: int) -> bool:
        """Whether the words around a hit make it harmless."""
        left = max(0, start - _BEFORE)
        around = text[left : end + _BEFORE]
        if self.before is not None and self.before.search(text[left:start]):
            return True
        spans = self.unless.finditer(around) if self.unless is not None else ()
        return any((m.start() <= end - left + 1 and m.end() >= start - left - 1) or _is_tone(m[0]) for m in spans)


class Phrases:
    """Signals of crisis language (`CRISIS`) and `profanity`, one for each place."""

    name = "phrases"
    signals = CRISIS | {"profanity"}
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        files = [lexicon(settings, name) for name in _FILES]
        self._groups: list[_Group] = []
        for path in files:
            entries, before = read_entries(path, self.signals)
            self._groups += [_prepare(entry, before) for entry in entries]
        self.version = version_of(_CODE, files)
        phrases: dict[str, set[int]] = {}
        for number, group in enumerate(self._groups):
            for phrase in _forms(group.entry.phrases):
                phrases.setdefault(phrase, set()).add(number)
        self._phrase_groups = [sorted(groups) for groups in phrases.values()]
        self._phrases = ahocorasick_rs.AhoCorasick(list(phrases)) if phrases else None
        self._prepare_patterns()

    def _prepare_patterns(self) -> None:
        self._pattern_groups = [(number, one) for number, group in enumerate(self._groups) for one in group.patterns]
        self._set = PatternSet(pattern for _, pattern in self._pattern_groups)

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:  # noqa: ARG002 - one list for all pages
        """Find the phrases in each comment."""
        return assess_each(comments, lambda comment: self._look(comment.text))

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, PageContext("canary"))

    def _look(self, text: str) -> list[Signal]:
        found: dict[tuple[str, int, int], Signal] = {}
        for reading in readings(text):
            for number, start, end in self._harmful(reading.text):
                span, entry = reading.span(start, end), self._groups[number].entry
                signal = Signal(entry.signal, entry.score, *span, entry.why, traits=frozenset({entry.group}))
                found.setdefault((entry.signal, *span), signal)
        return _widest(found.values())

    def _harmful(self, text: str) -> Iterator[tuple[int, int, int]]:
        """The hits that no exclusion excuses, as group, start, end."""
        looked = [0] * len(self._groups)
        kept = [0] * len(self._groups)
        for number, start, end in chain(self._phrase_hits(text), self._pattern_hits(text)):
            if kept[number] == _MOST:
                continue
            looked[number] += 1
            if looked[number] > MAX_MATCHES:
                raise TooMuch(f"more than {MAX_MATCHES:,} phrases of one group are to be looked at")
            if not self._groups[number].excuses(text, start, end):
                kept[number] += 1
                yield number, start, end

    def _phrase_hits(self, text: str) -> Iterator[tuple[int, int, int]]:
        if self._phrases is None:
            return
        hits: list[tuple[int, int, int]] = self._phrases.find_matches_as_indexes(text, overlapping=True)
        for which, start, end in hits:
            if not _is_inside_word(text, start, end):
                yield from ((number, start, end) for number in self._phrase_groups[which])

    def _pattern_hits(self, text: str) -> Iterator[tuple[int, int, int]]:
        for which in self._set.which(text):
            number, pattern = self._pattern_groups[which]
            for match in matches(pattern, text):
                yield number, *match.span()


def _widest(signals: Iterable[Signal]) -> list[Signal]:
    """Without those that lie inside another of the same name; in the order of the text."""
    kept: list[Signal] = []
    ends: dict[str, int] = {}
    for signal in sorted(signals, key=lambda signal: (signal.start, -signal.end, signal.name)):
        if signal.end > ends.get(signal.name, 0):
            ends[signal.name] = signal.end
            kept.append(signal)
    return kept


def _prepare(entry: Entry, before: Iterable[str]) -> _Group:
    negations = [*before, *entry.unless_before]
    return _Group(
        entry,
        tuple(re2.compile(pattern) for pattern in entry.patterns),
        re2.compile("|".join(entry.unless)) if entry.unless else None,
        re2.compile(rf"(?:^|\b|\W)(?:{'|'.join(negations)})$") if negations else None,
    )


def _forms(phrases: Iterable[str]) -> Iterator[str]:
    """A phrase as it is read, and written together where that can be nothing else ("killyourself")."""
    for phrase in phrases:
        plain = fold(phrase).text
        yield plain
        together = plain.replace(" ", "").replace("'", "")
        if len(together) >= _WRITTEN_TOGETHER and together != plain:
            yield together


def _is_inside_word(text: str, start: int, end: int) -> bool:
    return (text[start - 1 : start].isalnum() and start > 0) or text[end : end + 1].isalnum()


def _is_tone(words: str) -> bool:
    """Whether an exclusion is a tone of the whole comment rather than a phrase around the hit."""
    return bool(_TONE.fullmatch(words))


_TONE = re2.compile(r"lol|lmao|lmfao|(?:ha){2,}h?|(?:ja){2,}j?|(?:je){2,}j?|jk|de risa|broma|love you")
_CANARIES = (
    Canary("i am going to shoot up the school", "phrase_threat"),
    Canary("k1ll y0urs3lf", "phrase_harassment"),
    Canary("k i l l y o u r s e l f", "phrase_harassment"),
    Canary("ya no quiero vivir", "phrase_self_harm"),
    Canary("her stepdad hits her", "phrase_child_abuse"),
    Canary("send nudes", "phrase_sexualized_minor"),
    Canary("what the f*ck", "profanity"),
    Canary("this test is going to kill me lol"),
    Canary("never tell anyone to kill yourself, that is not a joke"),
    Canary("this sucks, heck, the class is crap"),
)
