"""Finds comments that are nothing but an assent ("same", "+1", "yo también", "do it"): alone they mean nothing at all.

Whether one of them breaks a rule depends on what it answers, and that is for the policy to say (`bot/domain/context.py`). A
comment that says anything more is no assent: "this is mean" speaks against what it answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

import re2

from moderators.assessing import Canary, assess_each, sing, version_of
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, lexicon
from moderators.folding import Folded, readings
from moderators.lexicons import read_list

_CODE = 1
_AGREES, _URGES = "assents.txt", "urges.txt"
_LONGEST = 48  # characters; what is longer says more
_SCORE = 0.9

_WORD = re2.compile(r"\+ ?[0-9]+|\^+|[\pL\pN']+")
_FILLERS = re2.compile(
    r"\b(?:lo+l|lm(?:f)?ao+|(?:a?h[ae])+h?|(?:j[aei])+j?|bro+|bruh|dude|man|guys?|omg|xd|tbh|ngl|honestly|wey)\b"
)
_REFUSING = frozenset("👎🚫🛑❌🙅🤮🤢😡🤬😠🤔🙄🤨😒")
_SAD = frozenset("😢😥😔😞🙁☹💔🥺😟🥹😿")
_SAD_WRITTEN = (":(", ":'(", "=(", "):", ":c")


class Assents:
    """Signal `assent`; its trait `urges` is for "do it", `sad` for an assent with a sad face, which may be meant as comfort."""

    name = "assents"
    signals = frozenset({"assent"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        files = [lexicon(settings, name) for name in (_AGREES, _URGES)]
        self.version = version_of(_CODE, files)
        self._agrees, self._urges = (_phrases(read_list(file)) for file in files)

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:  # noqa: ARG002  # the contract's
        """Look at the short ones."""
        return assess_each(comments, self._look)

    def canary(self) -> None:
        """Try words of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, PageContext("canary"))

    def _look(self, comment: CommentView) -> list[Signal]:
        text = comment.text.strip()
        if not text or len(text) > _LONGEST or "?" in text or comment.media:
            return []
        signs = {c for c in text if unicodedata.category(c) in {"So", "Sm", "Sk"}}
        if signs & _REFUSING:
            return []
        for reading in readings(text):
            for words in _ways(reading, signs):
                if words in self._agrees or words in self._urges:
                    sad = bool(signs & _SAD) or any(face in text for face in _SAD_WRITTEN)
                    return [_signal(urges=words in self._urges, sad=sad)]
        return []


def _ways(reading: Folded, signs: set[str]) -> list[str]:
    """What is left to look up: the words, the words without "lol" and the like, or, where there are none, each sign alone."""
    words = " ".join(_WORD.findall(reading.text)).replace("'", "")
    bare = " ".join(_FILLERS.sub(" ", words).split())
    return [_squeezed(way) for way in dict.fromkeys((words, bare)) if way] if words else sorted(signs)


def _signal(*, urges: bool, sad: bool) -> Signal:
    why = "Urges on the author of the comment that it answers" if urges else "Agrees with the comment that it answers"
    traits = {"urges": urges, "sad": sad}
    return Signal("assent", _SCORE, why=why, traits=frozenset(name for name, held in traits.items() if held))


def _phrases(lines: Sequence[str]) -> frozenset[str]:
    """The entries as a comment is looked up: words as they are, and of a sign that is made of several the first."""
    return frozenset(_squeezed(line) if line.isascii() else line[0] for line in lines)


def _squeezed(words: str) -> str:
    """Each run of a letter as one: "samee" and "me to" are "same" and "me too"."""
    return "".join(letter for letter, _ in groupby(words))


_CANARIES = (
    Canary("same", "assent"),
    Canary("Samee lol", "assent"),
    Canary("yo también!!", "assent"),
    Canary("👍🏽", "assent"),
    Canary("+1", "assent"),
    Canary("do it", "assent"),
    Canary("this is mean, leave her alone"),
    Canary("same? no"),
    Canary("👎"),
    Canary("the same as in the lab"),
)
