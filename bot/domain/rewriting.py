"""Whether other words are only what a platform has made of the same ones: some drop signs when a comment is hidden (DESIGN.md 4)."""

from __future__ import annotations


def is_only_rewritten(before: str, after: str) -> bool:
    """Whether `after` is `before` without some signs that are no letter, digit or mark of one, and with nothing added.

    So "5 < 6, you pig" may become "5 6, you pig"; an author who adds or takes away a letter, or adds any sign at all, has edited.
    """
    left = iter(before)
    for wanted in after:
        for sign in left:
            if sign == wanted:
                break
            if _counts(sign):
                return False
        else:
            return False
    return not any(map(_counts, left))


def _counts(sign: str) -> bool:
    return sign.isalnum() or not (sign.isascii() or sign.isspace())
