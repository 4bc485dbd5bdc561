"""Words of strangers in a message of ours: they cannot break out of their spoiler, call anybody, or become a link."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.display import for_display

_JOINT: Final = "\u200b"
"""Stands between characters that Discord would read as one sign; it is not seen."""

_MARKUP: Final = re.compile(r"([\\*_~|`\[\]])")
_SIGNS: Final = re.compile(r"([<@:|])")
_LINE: Final = re.compile(r"^(?=[#>\-+]|\d+\.)", re.MULTILINE)


def safe(text: str, most: int) -> str:
    """The text as plain words, in at most so many characters: no markup, mention, link, invitation, time or emoji works in it.

    Discord's own escaping is not enough: it leaves what stands before a link as it is (found by a property test).
    """
    plain = for_display(text[: most * 4], None)
    escaped, length = _escaped(plain), most
    while len(escaped) > most:
        escaped, length = f"{_escaped(plain[:length])}\u2026", length * 3 // 4
    return escaped


def spoiler(text: str, most: int) -> str:
    """The text behind a spoiler that only a press opens."""
    return f"||{_JOINT}{safe(text, most)}{_JOINT}||"


def _escaped(plain: str) -> str:
    marked = _SIGNS.sub(rf"\1{_JOINT}", _MARKUP.sub(r"\\\1", plain))
    return _LINE.sub(_JOINT, marked.replace("](", f"]{_JOINT}(").replace("discord.gg", f"discord{_JOINT}.gg"))
