"""Text as a matcher wants it: one plain reading of it, with a map back to the original offsets.

`fold` undoes what Unicode offers to hide a word (look-alike letters, accents, zero-width characters); `readings` also undoes
what people do with a plain keyboard ("k1ll", "k.i.l.l", "killll"). Both are linear in the length of the text, take any text
(lone surrogates, NUL, ten thousand combining marks), and give a text that can always be encoded as UTF-8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise, repeat

from moderators.recent import recent

_MAX_PLAIN = 65_536  # how many different characters one process remembers

# Letters that look like a Latin one and that no normal form takes apart. Own table: Cyrillic, Greek, Armenian, phonetic.
_LOOK_ALIKES = {
    **dict(zip("абвгеһіјкмнорсѕтухѵԁԛԝєӏв", "abbrehijkmhopcstyxvdqwelb", strict=True)),
    **dict(zip("япцшщьпσπ", "rnuwwbnon", strict=True)),
    **dict(zip("αβεικνορτυχγωηςμζ", "abeikvoptuxywncuz", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    **dict(zip("օոսհցյ", "onuhgj", strict=True)),
    **dict(zip("ɑɡıɩłøđðħŧʀʟɴɪʏʙɢʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "agiilodohtrlniybghacdejkmoptuvwzsf", strict=True)),
    **dict(zip("ɐɔǝɟɥᴉʞɯɹʇʌʍʎ", "acefhikmrtvwy", strict=True)),
    **dict.fromkeys("’‘ʼʻ`´‛′＇", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", ""),  # blank "letters"
    **dict(zip("ƒɛɠɓɗƙɱɳŋƥɋɽʂƭʋȥɾʅĸҽԃƚɧƴɲʝҡʑɨ", "fegbdkmnnpqrstvzrlkedlhynjkzi", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ß": "ss",
}
# Letters in boxes and circles, and the flags' letters: runs of 26.
_BOXED_A = (0x249C, 0x1F110, 0x1F130, 0x1F150, 0x1F170, 0x1F1E6)

_LEET = dict(zip("013457@$!|+¢€£¥", "oieastasiltcely", strict=True))
_WORD = re.compile(r"(?:[^\W_]|[@$!|+¢€£¥])+")
_MARKS = re.compile(r"[0-9@$!|+¢€£¥]")
_CANNOT_BE_LEET = re.compile(r"[$€£¥]?\d+[$€£¥¢]?(?:st|nd|rd|th|am|pm|[a-z])?|[a-z]\d+")
_ALONE = re.compile(r"(?<![^\W_])[^\W_](?![^\W_])")
_THREE_ALONE = re.compile(r"(?<![^\W_])[^\W_](([\W_])\2{0,3})[^\W_]\1[^\W_](?![^\W_])")
_JOINERS = frozenset(" ._-*~'/|,+")
_RUN = re.compile(r"([^\W\d_])\1\1+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A reading of a text. `origin[i]` is the offset, in code points of the original, that `text[i]` came from."""

    text: str
    origin: Sequence[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's offsets of `text[start:end]`, with the invisible characters behind it."""
        if start >= end:
            return (0, 0)
        after = self.origin[end - 1] + 1
        if end >= len(self.text):
            return (self.origin[start], self.length if len(self.text) == end else after)
        return (self.origin[start], max(after, self.origin[end]))


@lru_cache(maxsize=_MAX_PLAIN)
def _plain(character: str) -> str:
    """One character's plain form: empty where it is invisible."""
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    for first in _BOXED_A:
        if first <= ord(character) < first + 26:
            return chr(ord("a") + ord(character) - first)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    return "".join(_LOOK_ALIKES.get(part, part) for part in decomposed if _is_visible(part))


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in {"Mn", "Me", "Cf"} and (category != "Cc" or character in "\t\n\r\x0b\x0c\x85")


def fold(text: str) -> Folded:
    """Fold letter by letter: NFKC, lower case, no accents, no invisible characters, look-alikes as Latin letters."""
    if text.isascii() and text.isprintable():
        return Folded(text.lower(), range(len(text)), len(text))
    return _fold_signs(text)


@recent
def _fold_signs(text: str) -> Folded:
    pieces = list(map(_plain, text))
    sizes = list(map(len, pieces))
    every = range(len(text))
    in_place = sizes.count(1) == len(text)  # accents and capitals only: each character became one
    origin = every if in_place else list(chain.from_iterable(map(repeat, every, sizes)))
    return Folded("".join(pieces), origin, len(text))


@recent
def readings(text: str) -> tuple[Folded, ...]:
    """Every reading of a text that a matcher should try: folded first, then what differs from it."""
    folded = fold(text)
    letters = _read_leet(_join_letters(folded))
    if _RUN.search(letters.text):
        return (folded, _squeeze(letters, 1), _squeeze(letters, 2))
    return (folded,) if letters is folded else (folded, letters)


def _join_letters(folded: Folded) -> Folded:
    """Read "k i l l", "k.i.l.l", "k--i--l--l" as "kill": three or more single letters with the same thing between them."""
    if not _THREE_ALONE.search(folded.text):
        return folded
    cuts: list[tuple[int, int]] = []
    row: list[int] = []
    between = ""
    text = folded.text
    for match in _ALONE.finditer(text):
        here = match.start()
        gap = text[row[-1] + 1 : here] if row and here - row[-1] <= 4 else ""
        if gap and (gap[0] in _JOINERS or not gap[0].isascii()) and gap == gap[0] * len(gap) and between in ("", gap):
            row.append(here)
            between = gap
            continue
        cuts.extend(_gaps(text, row))
        row, between = [here], ""
    cuts.extend(_gaps(text, row))
    return _without(folded, cuts)


def _gaps(text: str, row: Sequence[int]) -> list[tuple[int, int]]:
    letters = sum(text[at].isalpha() for at in row)
    if len(row) < 3 or letters * 2 <= len(row):
        return []
    return [(left + 1, right) for left, right in pairwise(row)]


def _without(folded: Folded, cuts: Sequence[tuple[int, int]]) -> Folded:
    if not cuts:
        return folded
    pieces: list[str] = []
    origin: list[int] = []
    kept = 0
    for start, end in [*cuts, (len(folded.text), len(folded.text))]:
        pieces.append(folded.text[kept:start])
        origin.extend(folded.origin[kept:start])
        kept = end
    return Folded("".join(pieces), origin, folded.length)


def _read_leet(folded: Folded) -> Folded:
    """Read "k1ll", "b@d" as "kill", "bad"; "4b", "3rd" and "10pm" stay, and so does a mark at the end of a word."""
    if not _MARKS.search(folded.text):
        return folded
    text = _WORD.sub(lambda match: _without_leet(match[0]), folded.text)
    return folded if text == folded.text else Folded(text, folded.origin, folded.length)


def _without_leet(word: str) -> str:
    if not _MARKS.search(word):
        return word
    marks = len(word) - len(word.lstrip("@!|+$"))  # a mention, a shout, a sum
    head, body = word[:marks], word[marks:]
    tail = len(body) - len(body.rstrip("!|+"))
    core, end = (body[:-tail], body[-tail:]) if tail else (body, "")
    if len(core) < 3 or _CANNOT_BE_LEET.fullmatch(core) or not any(c.isalpha() for c in core):
        return word
    return head + "".join(_LEET.get(c, c) for c in core.replace("11", "ll")) + end


def _squeeze(folded: Folded, keep: int) -> Folded:
    cuts = [(match.start() + keep, match.end()) for match in _RUN.finditer(folded.text)]
    return _without(folded, cuts)
