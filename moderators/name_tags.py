"""Names inside hashtags and handles that are written without capitals: "#teamimani", "@realkiana", "mbell07"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderators.folding import Folded
from moderators.name_match import Match
from moderators.name_weights import NameWeights
from moderators.roster_index import RosterIndex
from moderators.word_list import WordList

_BODY = re.compile(r"[#@]([^\W\d_]{4,40})|(?<![^\W_])([^\W\d_]{4,40})[\d_]")
_MARKS = re.compile(r"[#@_0-9]")
_CHEERS = re.compile(r"(?:(?:team|go|free|vote|for|happybirthday|hbd|justicefor|love|wehearts?|getwell|congrats)+)")
_JEERS = re.compile(
    r"(?:s?(?:birthday|bday)|fanclub|forpresident|is(?:so)?(?:overparty|thegoat|dumb|fat|gay|mean|ugly|mid|trash)|smells|stinks)"
)
_LONGEST, _SHORTEST = 20, 4
_OFTEN = 500  # how often a word is met that may stand in a hashtag
_MOST_CUTS = 7  # words, or letters that are part of none at twice the price
_LETTER_COSTS = 2  # a letter that is part of no word, where a word costs 1


class NameTags:
    """Cuts hashtags and handles into words and names of one roster."""

    def __init__(self, index: RosterIndex, weights: NameWeights, words: WordList) -> None:
        self._index, self._weights, self._words = index, weights, words

    def find(self, reading: Folded) -> Iterator[tuple[int, int, Match]]:
        """The names in hashtags and handles, with the original's offsets."""
        if not _MARKS.search(reading.text):
            return
        for tag in _BODY.finditer(reading.text):
            body, base = tag[1] or tag[2], tag.start(1 if tag[1] else 2)
            if body in self._index.starts or body in self._weights.lessons.joined:
                continue
            for start, end, owners in self._names_in(body, is_handle=tag[0][0] != "#"):
                yield (*reading.span(base + start, base + end), Match(0, 0, 0.7, "handle", owners))

    def _names_in(self, body: str, *, is_handle: bool) -> Iterator[tuple[int, int, frozenset[int]]]:
        if is_handle and body[1:] in self._index.surnames and len(body) > _SHORTEST:
            owners = {o for form in self._index.surnames[body[1:]] for o in form.owners}
            owners = {o for o in owners if body[0] in self._index.given_initials[o]}
            if owners:
                yield (0, len(body), frozenset(owners))
                return
        cheer = _CHEERS.match(body)
        if cheer and body[cheer.end() :] in self._index.whole_given:
            yield (cheer.end(), len(body), self._index.owners_of(body[cheer.end() :]))
            return
        jeer = _JEERS.search(body)
        if jeer and jeer.end() == len(body) and body[: jeer.start()] in self._index.whole_given:
            yield (0, jeer.start(), self._index.owners_of(body[: jeer.start()]))
            return
        cut = self._cut(body) if self._index.has_given_in(body) else None
        if cut:
            yield (*cut, self._index.owners_of(body[slice(*cut)]))

    def _cut(self, body: str) -> tuple[int, int] | None:
        """Where the name is without which the letters would make no words: cheapest cuts with one name and without."""
        without, with_name = [0] + [10_000] * len(body), [10_000] * (len(body) + 1)
        where: list[tuple[int, int]] = [(0, 0)] * (len(body) + 1)
        for end in range(1, len(body) + 1):
            for start in range(max(0, end - _LONGEST), end):
                piece = body[start:end]
                cost = self._cost(piece)
                without[end] = min(without[end], without[start] + cost)
                if with_name[start] + cost < with_name[end]:
                    with_name[end], where[end] = with_name[start] + cost, where[start]
                if without[start] + 1 < with_name[end] and self._is_name(piece):
                    with_name[end], where[end] = without[start] + 1, (start, end)
        opens = where[-1][0] == 0 and where[-1][1] > _SHORTEST  # "#rowanisover" is no "row anis over"
        most = min(without[-1] + opens, _MOST_CUTS)
        return where[-1] if with_name[-1] < most and where[-1][1] else None

    def _cost(self, piece: str) -> int:
        is_word = len(piece) > 1 and self._words.count(piece) >= _OFTEN and not self._is_name(piece)
        return 1 if is_word or piece in {"a", "i"} else _LETTER_COSTS * len(piece)

    def _is_name(self, piece: str) -> bool:
        return len(piece) >= _SHORTEST and piece in self._index.whole_given and not self._weights.is_weak((piece,))
