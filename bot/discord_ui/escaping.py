"""Words of strangers in a message of ours: they cannot break out of their spoiler or quote, call anybody, or become a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.display import for_display

_JOINT: Final = "\u200b"
"""Stands between characters that Discord would read as one sign; it is not seen."""

_MARKUP: Final = re.compile(r"([\\*_~|`\[\]])")
_SIGNS: Final = re.compile(r"([<@:|])")
_LINE: Final = re.compile(r"^(?=[#>\-+]|\d+\.)", re.MULTILINE)
_QUOTE: Final = ">>> "
"""What stands behind it is a quote up to the end of the message, whatever it says: nothing in it can pass for words of ours."""


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


def quotes(text: str, most: int, pieces: int) -> tuple[list[str], int]:
    """The text as quotes, each for a message of its own of at most so many characters; and how many characters are left out.

    A piece ends at a space where there is one in its second half.
    """
    rest = for_display(text, None)
    found: list[str] = []
    while rest and len(found) < pieces:
        piece = _longest(rest, most - len(_QUOTE))
        found.append(f"{_QUOTE}{_escaped(piece)}")
        rest = rest[len(piece) :]
    return found, len(rest)


def in_messages(blocks: Iterator[str], most: int) -> list[str]:
    """Blocks of text put together into as few messages as hold them, in order; none is divided, so each must fit into one."""
    messages: list[str] = []
    for block in blocks:
        if messages and len(messages[-1]) + 1 + len(block) <= most:
            messages[-1] += f"\n{block}"
        else:
            messages.append(block)
    return messages


def _longest(plain: str, most: int) -> str:
    """The longest beginning that is not longer than `most` when it is escaped."""
    length = min(len(plain), most)
    while len(_escaped(plain[:length])) > most:
        length = length * 3 // 4
    space = max(plain.rfind(" ", 0, length), plain.rfind("\n", 0, length)) + 1
    return plain[: space if length < len(plain) and space > length // 2 else length]


def _escaped(plain: str) -> str:
    marked = _SIGNS.sub(rf"\1{_JOINT}", _MARKUP.sub(r"\\\1", plain))
    return _LINE.sub(_JOINT, marked.replace("](", f"]{_JOINT}(").replace("discord.gg", f"discord{_JOINT}.gg"))
