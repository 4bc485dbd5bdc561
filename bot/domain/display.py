"""A comment's text made safe to show: it can neither move the cursor, turn the line around nor bury the screen."""

from __future__ import annotations

import unicodedata

_MOST_MARKS = 4


def for_display(text: str, most: int = 2000) -> str:
    """The text with control characters, direction overrides and lone surrogates made visible, and cut to `most` characters.

    Against terminal escape sequences, right-to-left overrides and stacks of combining marks.
    """
    shown: list[str] = []
    marks = 0
    for character in text[:most]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            continue
        harmless = character == "\n" or category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        shown.append(character if harmless or character == "\u200d" else f"[U+{ord(character):04X}]")
    if len(text) > most:
        shown.append(f" [... {len(text) - most} more characters]")
    return "".join(shown)
