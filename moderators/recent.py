"""Remembers what was worked out for the last few short texts: several detectors ask the same of one batch.

Bounded in number and in length, so that no comment stays in memory for long and none that is large stays at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

MOST: Final = 512
"""Answers that are kept: a batch of two hundred, of two threads."""

SHORT: Final = 500
"""Characters up to which a text's answer is kept: nineteen comments in twenty are shorter."""

_More = ParamSpec("_More")
_Answer = TypeVar("_Answer")


def recent(work: Callable[Concatenate[str, _More], _Answer]) -> Callable[Concatenate[str, _More], _Answer]:
    """Keep the answers of a function of a text. The answer must depend on nothing else, and nobody may change it."""
    kept = cast("Callable[Concatenate[str, _More], _Answer]", lru_cache(maxsize=MOST)(work))

    @wraps(work)
    def look(text: str, /, *more: _More.args, **named: _More.kwargs) -> _Answer:
        return kept(text, *more, **named) if len(text) <= SHORT else work(text, *more, **named)

    return look
