"""A comment as the toxicity model reads it: one plain form for look-alikes, emoji, stretched and spaced words.

Training and scoring use the same form, so what is folded here needs no training text of its own. Every step is
linear in the length of the text, and no input raises: lone surrogates, NUL and format characters are replaced.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FORM: Final = 2
"""Number of this form and of how long texts are cut (`moderators.windows`): part of a model's version, since another means other scores."""

_LONGEST_WORD: Final = 48
"""A word-piece tokenizer reads no word of more than 100 characters: longer ones are cut, not left unread."""

# Letters of other scripts that are drawn like a Latin one. They are folded only inside a word that also holds
# Latin letters: "ki11 y\u043eu" is a disguise, a word wholly in Cyrillic is Russian.
_LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u0501\u051b\u0432\u043a\u043c\u043d\u0442"
    "\u03b1\u03b5\u03b9\u03bf\u03c1\u03c5\u03bd\u03ba\u03c4",
    "aeopcyxisjdqbkmht" + "aeiopuvkt",
)
_SKIN: Final = {0x1F3FB: " light ", 0x1F3FC: " light ", 0x1F3FD: " ", 0x1F3FE: " dark ", 0x1F3FF: " dark "}

# All patterns look at a bounded stretch from each position, or consume what they look at: linear time in `re` too.
_STRETCHED_LETTER: Final = re.compile(r"([^\W\d_])\1{2,}")
_REPEATED_SIGN: Final = re.compile(r"([^\w\s])\1{2,}")
_SPACED: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-*_][^\W\d_](?![^\W_])){2,}")
_MIXED_WORD: Final = re.compile(r"\w{1,64}")
_MARKED: Final = re.compile(r"(\w)([\u0300-\u036f])[\u0300-\u036f]*")
_LATIN: Final = re.compile(r"[a-zA-Z]")
_LONG_WORD: Final = re.compile(rf"(\w{{{_LONGEST_WORD}}})(?=\w)")


def model_text(text: str) -> str:
    """The form of `text` that is handed to the tokenizer. Never raises; linear time."""
    if not text.isascii():
        text = _REPEATED_SIGN.sub(r"\1\1", text).translate(_FOLD)
        text = _MARKED.sub(_compose, text)
        text = _MIXED_WORD.sub(_unmask, text)
    else:
        text = _REPEATED_SIGN.sub(r"\1\1", text).replace("\0", " ")
    text = _STRETCHED_LETTER.sub(r"\1\1", text)
    text = _SPACED.sub(_join, text)
    return _LONG_WORD.sub(r"\1 ", text)


class _Fold(dict[int, str]):
    """One code point to its plain form, worked out once. By code point: whole-string NFKC is quadratic in marks."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(char: str) -> str:
    skin = _SKIN.get(ord(char))
    if skin is not None:
        return skin
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":  # zero width, direction marks, variation selectors
        return ""
    if category in {"Cc", "Cs", "Co", "Cn"}:
        return " "
    if category == "So" and ord(char) >= 0x2190:  # the encoder knows few emoji, but it knows their names
        return f" {unicodedata.name(char, 'sign').lower()} "
    return unicodedata.normalize("NFKC", char)


_FOLD: Final = _Fold()


def _compose(marked: re.Match[str]) -> str:
    """A letter and its accent as one sign; marks heaped upon a letter, which only disguise it, are dropped."""
    found = unicodedata.normalize("NFC", marked.group(1) + marked.group(2))
    return found if len(found) == 1 else marked.group(1)


def _unmask(word: re.Match[str]) -> str:
    found = word.group()
    return found if found.isascii() or not _LATIN.search(found) else found.translate(_LOOKALIKES)


def _join(spaced: re.Match[str]) -> str:
    return re.sub(r"[ .\-*_]", "", spaced.group())
