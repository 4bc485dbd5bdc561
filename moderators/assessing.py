"""How a detector goes through comments: one at a time, and what cannot be processed says so.

Every detector of ours that looks at single comments runs through `assess_each`, so that no text, however odd, ends a batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import re2

from moderators.base import MIN_SCORE, Assessment, BrokenModerator, CommentView, CouldNotAssess, PageContext, Signal

MAX_CHARACTERS = 1_000_000
"""Longer texts are not read; a person is told so."""

MAX_FOR_NAMES = 100_000
"""The same for detectors that look for names in a text, which five do, each by itself: together they take a second (measured)."""


MAX_MATCHES = 5_000
"""Places of one kind in one comment that are looked at."""


class TooMuch(Exception):
    """A comment holds so much to look at that it was not finished. The message quotes nothing."""


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a canary."""

    id: str = ""
    name: str = ""
    is_staff: bool | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment of a canary."""

    kind: str
    url: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Canary:
    """A text of our own that a healthy detector finds something in (`finds`) or nothing (None)."""

    text: str
    finds: str | None = None
    id: str = "canary"
    author: Author = Author()
    media: tuple[Attachment, ...] = ()


def matches(pattern: re2._Regexp, text: str) -> Iterator[re2._Match]:
    """The matches of a pattern, one after the other.

    Raises:
        TooMuch: behind `MAX_MATCHES`, since the one that matters may not hide behind harmless ones.
    """
    for number, match in enumerate(pattern.finditer(text)):
        if number == MAX_MATCHES:
            raise TooMuch(f"more than {MAX_MATCHES:,} places of one kind are to be looked at")
        yield match


def assess_each(
    comments: Sequence[CommentView], look: Callable[[CommentView], list[Signal]], longest: int = MAX_CHARACTERS
) -> list[Assessment]:
    """Look at each comment by itself; what raises or has more than `longest` characters becomes `CouldNotAssess`."""
    return [_assess_one(comment, look, longest) for comment in comments]


def _assess_one(comment: CommentView, look: Callable[[CommentView], list[Signal]], longest: int) -> Assessment:
    if len(comment.text) > longest:
        return CouldNotAssess(f"the text is longer than {longest:,} characters")
    try:
        return [signal for signal in look(comment) if signal.score >= MIN_SCORE]
    except TooMuch as error:
        return CouldNotAssess(str(error))
    except Exception as error:  # noqa: BLE001 - one odd text must not end the batch; it is reported, without its message
        return CouldNotAssess(f"the detector stopped with {type(error).__name__}")


def sing(
    name: str,
    assess: Callable[[Sequence[CommentView], PageContext], list[Assessment]],
    canaries: Sequence[Canary],
    page: PageContext,
) -> None:
    """Try canaries: a known-bad text must give its signal at .5 or more, a known-good one nothing of .5.

    Raises:
        BrokenModerator: with the number of the canary that was not known any more.
    """
    for number, (canary, found) in enumerate(zip(canaries, assess(canaries, page), strict=True), start=1):
        names = set() if isinstance(found, CouldNotAssess) else {s.name for s in found if s.score >= 0.5}
        healthy = not isinstance(found, CouldNotAssess) and (canary.finds in names if canary.finds else not names)
        if not healthy:
            raise BrokenModerator(
                f"{name}: canary {number} of {len(canaries)} was judged wrongly; nothing may be scored"
            )


def version_of(code: int, lexicons: Iterable[Path]) -> str:
    """A version that changes with the code's own number and with every byte of the lexicons."""
    digest = hashlib.sha256()
    for path in lexicons:
        content = path.read_bytes()
        digest.update(len(content).to_bytes(8, "big") + content)
    return f"{code}+{digest.hexdigest()[:8]}"
