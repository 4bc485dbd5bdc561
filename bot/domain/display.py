"""A comment's text made safe to show: it can neither move the cursor, turn the line around, bury the screen nor forge a card."""

from __future__ import annotations

import re
import unicodedata

_MOST_MARKS = 4
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def for_display(text: str, most: int | None = 2000) -> str:
    """The text with control characters, direction overrides and lone surrogates made visible.

    Runs of empty lines become one, and of a stack of marks the first four stay. What is longer than `most` characters shows its
    beginning and its end, and says how much lies between.
    """
    shown = "".join(_visible(text.replace("\r\n", "\n")))  # how browsers, and so WordPress, end a line
    shown = _BLANK_LINES.sub("\n\n", shown)
    if most is None or len(shown) <= most:
        return shown
    half = most // 2
    return f"{shown[:half]} [... {len(shown) - 2 * half} more characters ...] {shown[-half:]}"


def on_one_line(text: str, most: int) -> str:
    """As `for_display`, without a line's end, and cut at the end: for a line of context or a table."""
    shown = " ".join(for_display(text[: most * 4], None).split())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _visible(text: str) -> list[str]:
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            continue
        harmless = character == "\n" or category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        shown.append(character if harmless or character == "\u200d" else f"[U+{ord(character):04X}]")
    return shown
