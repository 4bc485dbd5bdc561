"""Rosters as large as one wants them."""

from __future__ import annotations

from moderators.base import Student

_PARTS = ("ka", "ro", "mi", "sen", "tal", "ve", "du", "lin", "bas", "hor", "que", "zan")


def invented_students(count: int) -> tuple[Student, ...]:
    """So many students (20,736 at most), whose names are made of syllables."""
    made = ["".join(_PARTS[(n // 12**k) % 12] for k in range(4)) for n in range(count)]
    return tuple(Student(f"m{n}", one.title(), f"{made[-n][::-1]}ez".title()) for n, one in enumerate(made))
