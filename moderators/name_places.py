"""Where a name stands: in plain words, in a hashtag, a handle or an e-mail address, and how far its span reaches there."""

from __future__ import annotations

from enum import StrEnum

_REACH = 40  # a handle's longest part before and behind the name
_PARTS = "_.@#+%-"


class Place(StrEnum):
    """What a name is written in."""

    PLAIN = ""
    HASHTAG = "hashtag"
    HANDLE = "handle"
    EMAIL = "email"


def place_of(text: str, start: int, end: int, *, is_full: bool) -> tuple[int, int, Place]:
    """A name's span and place: of a handle the whole handle, of a hashtag and an address the name alone.

    `is_full`: given name and surname, or one of them and an initial; these make a handle also without "@", "_" or a digit.
    """
    left, right = start, end
    while left > max(0, start - _REACH) and (text[left - 1].isalnum() or text[left - 1] in "_.@#"):
        left -= 1
    while right < min(len(text), end + _REACH) and (text[right].isalnum() or text[right] in "_."):
        right += 1
    right = left + len(text[left:right].rstrip("."))
    if _is_email(text, left, max(right, end)):
        return (start, end, Place.EMAIL)
    if text[left : left + 1] == "#":
        return (start, end, Place.HASHTAG)
    if text[left : left + 1] == "@" and right >= end:
        return (left, right, Place.HANDLE)
    while left < start and text[left] == "_":  # _emphasis_, as in Markdown
        left += 1
    while right > end and text[right - 1] == "_":
        right -= 1
    return _bare(text, (start, end), (left, max(right, end)), is_full=is_full)


def _bare(text: str, name: tuple[int, int], chunk: tuple[int, int], *, is_full: bool) -> tuple[int, int, Place]:
    """A handle without "@" is glued to more letters by digits or "_", or is a full name without a space."""
    inside, whole = text[slice(*name)], text[slice(*chunk)]
    more = len(whole) - len(inside)
    glued = more > 0 and ("_" in whole or any(letter.isdigit() for letter in whole.replace(inside, "")))
    parts = inside.replace("_", ".").split(".")
    joined = " " not in inside and len(parts[0]) > 1 and (len(parts) > 1 or more > 0) and is_full
    return (*chunk, Place.HANDLE) if glued or joined else (*name, Place.PLAIN)


def _is_email(text: str, left: int, right: int) -> bool:
    """Whether "@" and a domain stand behind the chunk, or the chunk is the domain."""
    local = right
    while local < min(len(text), right + _REACH) and (text[local].isalnum() or text[local] in _PARTS.replace("@", "")):
        local += 1
    behind = (
        text[local : local + 1] == "@" and text[local + 1 : local + 2].isalnum() and "." in text[local : local + 60]
    )
    chunk = text[left:right]
    at = chunk.find("@", 1)
    return behind or (at > 0 and "." in chunk[at:] and chunk[at - 1].isalnum())
