"""Which words carry a model's score: leave each one out, and see what the model says of the rest.

It asks the detector as the pipeline does, so it holds for every model that reads masked text. It is an approximation: two words that
say the same hide each other, and a text with a word missing is no text that anybody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.explaining.explanation import Carried, Span, Word
from bot.pipeline.assess import assess
from bot.store.comments import StoredComment
from moderators.base import Moderator, PageContext

MOST_WORDS: Final = 40
"""Words that are left out one by one; a longer text is searched by sentence first."""

MOST_SENTENCES: Final = 400
_MOST_SEARCHED: Final = 3  # sentences of a long text whose words are left out: each label may point at another one

_WORD: Final = re.compile(r"\S+")
_SENTENCE: Final = re.compile(r"[^.!?\n]*[.!?\n]+|[^.!?\n]+")  # no sign is left over, and no word

Scores = Mapping[str, float]


def carried(
    moderator: Moderator, comment: StoredComment, page: PageContext, signals: Sequence[str]
) -> dict[str, Carried]:
    """For each of these signals, the most telling first, the words that carry its score. `comment` holds the text as the model reads it.

    A signal is missing in the answer where the text is too long to be searched, or the detector cannot say.
    """
    ask = _Asker(moderator, comment, page)
    words = _spans(_WORD, comment.text)
    if len(words) <= MOST_WORDS:
        return _left_out(ask, (0, len(comment.text)), words, signals)
    sentences = _sentences(comment.text, words)
    if len(sentences) > MOST_SENTENCES:
        return {}
    alone = ask.scores(comment.text[start:end] for start, end in sentences)
    found: dict[str, Carried] = {}
    searched: set[Span] = set()
    for signal in signals:
        best, _ = max(zip(sentences, alone, strict=True), key=lambda pair: pair[1].get(signal, 0.0))
        if best not in searched and len(searched) == _MOST_SEARCHED:
            continue
        searched.add(best)
        inside = [word for word in words if best[0] <= word[0] < best[1]]
        found |= _left_out(ask, best, inside, [signal])
    return found


class _Asker:
    """Asks a detector of variants of a comment; what it has said once is not asked again."""

    def __init__(self, moderator: Moderator, comment: StoredComment, page: PageContext) -> None:
        self._moderator, self._comment, self._page = moderator, comment, page
        self._known: dict[str, Scores] = {}

    def scores(self, texts: Iterable[str]) -> list[Scores]:
        """The best score of each signal of each text. Nothing where the detector cannot process it."""
        wanted = list(texts)
        new = [text for text in dict.fromkeys(wanted) if text not in self._known]
        variants = [replace(self._comment, text=text) for text in new]
        for text, verdict in zip(new, assess([self._moderator], variants, self._page), strict=True):
            best: dict[str, float] = {}
            for finding in verdict.findings:
                best[finding.signal.name] = max(best.get(finding.signal.name, 0.0), finding.signal.score)
            self._known[text] = best
        return [self._known[text] for text in wanted]

    def text(self, part: Span) -> str:
        """A part of the comment."""
        return self._comment.text[part[0] : part[1]]


def _left_out(ask: _Asker, part: Span, words: Sequence[Span], signals: Sequence[str]) -> dict[str, Carried]:
    start = part[0]
    text = ask.text(part)
    whole, *without = ask.scores([text, *(_without(text, word[0] - start, word[1] - start) for word in words)])
    return {
        signal: Carried(
            *part,
            score=whole.get(signal, 0.0),
            words=tuple(
                Word(*word, drop=whole.get(signal, 0.0) - rest.get(signal, 0.0))
                for word, rest in zip(words, without, strict=True)
            ),
        )
        for signal in signals
    }


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def _sentences(text: str, words: Sequence[Span]) -> list[Span]:
    """The sentences, of each the words that begin in it; one of too many words comes in pieces."""
    found: list[Span] = []
    first = behind = 0
    for _, end in _spans(_SENTENCE, text):
        while behind < len(words) and words[behind][0] < end:
            behind += 1
        pieces = range(first, behind, MOST_WORDS)
        found += [(words[start][0], words[min(start + MOST_WORDS, behind) - 1][1]) for start in pieces]
        first = behind
    return found


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)]
