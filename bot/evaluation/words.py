"""What a text shows of its language and of the groups that it names: for figures alone, no detector reads this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import re2

from bot.domain.fields import Strict
from bot.settings import shipped
from bot.settings.yaml_files import read_yaml, validate
from moderators.folding import fold
from moderators.roster_index import word_set

GROUPS = "lexicons/identity_groups.yaml"

_WORD = re2.compile(r"[a-z']+")
_MOST = 10_000  # characters of a text that tell its language
# Words of grammar, small letters, no accents. Left out is what both languages have, and "la" and "los": Los Angeles.
_ENGLISH = word_set(
    """
    the and is are was were am to of in it its it's that this these those you your you're my we our they their for with not don't
    dont have had will would can can't cant could should what when who how if but because from at on be been do did does i'm im
    just all out up about then than there her she him his them an by get got after before where which why i'll i'd we're
    """
)
_SPANISH = word_set(
    """
    el de del que en una unas unos por para con es se lo le les su sus mi mis tu tus te yo pero como muy mas ya cuando donde
    porque esta este esto ese esa eso estan hay fue ser tiene tengo tienes nos ella ellos usted ustedes si al sobre desde hasta
    todo todos nada nadie quien cual alguien hace voy vamos va van eres soy somos estoy estas era hoy aqui ahi tambien gracias
    """
)
_FEWEST, _LEAST = 2, 0.2


class _Lexicon(Strict):
    groups: dict[str, tuple[str, ...]]


def guess_language(text: str) -> str:
    """`en`, `es` or `mixed`, by words of grammar; `en` where there is none. A guess: good for a table, not for one comment."""
    words = _WORD.findall(fold(text[:_MOST]).text)
    english, spanish = sum(w in _ENGLISH for w in words), sum(w in _SPANISH for w in words)
    fewer = min(english, spanish)
    if fewer >= _FEWEST and fewer >= _LEAST * (english + spanish):
        return "mixed"
    return "es" if spanish > english else "en"


class Groups:
    """The lexicon of groups, ready to look for them."""

    def __init__(self, phrases: Mapping[str, tuple[str, ...]]) -> None:
        self._patterns = {
            name: re2.compile(r"\b(?:" + "|".join(re2.escape(fold(p).text) for p in each) + r")(?:\W|$)")
            for name, each in phrases.items()
            if each
        }

    def named(self, text: str) -> list[str]:
        """The groups that a text names."""
        folded = fold(text).text
        return [name for name, pattern in self._patterns.items() if pattern.search(folded)]


def load_groups(config: Path) -> Groups:
    """The school's own list of groups, or the one that ships.

    Raises:
        BadConfiguration: the file is wrong, with file, line and field.
    """
    return Groups(validate(read_yaml(shipped(config, GROUPS)), _Lexicon).groups)
