"""Finds the students of a page's roster in its comments (II.3): by name, nickname, initial, handle or hashtag.

One hash lookup a word, so that the cost hardly depends on the roster. General name recognition was measured and is not used
(research/DETECTION.md): it finds a third of the names and flags a third of the clean comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from moderators.assessing import MAX_FOR_NAMES, Canary, assess_each, sing
from moderators.base import (
    Assessment,
    CommentView,
    ModeratorSettings,
    PageContext,
    Signal,
    StaffMember,
    Student,
)
from moderators.name_finder import finder_of
from moderators.roster_index import tokens_of, word_set

__all__ = ["StudentNames", "match_author"]

_ADULTS = word_set(
    """
    mom mum dad mother father mama papa madre padre abuela abuelo grandma grandpa nana tia tio aunt uncle parent
    parents family familia household ms mr mrs dr coach sra sr profe maestra maestro fan stan club not
    """
)


class StudentNames:
    """The roster matcher: signal `student_name`, one for each place where a student is named."""

    name = "student_names"
    signals = frozenset({"student_name"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._finder = finder_of(settings)
        self.version = self._finder.version

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find the roster's names in each comment."""
        return assess_each(comments, lambda comment: self.find(comment.text, page), MAX_FOR_NAMES)

    def canary(self) -> None:
        """Try a small roster of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def find(self, text: str, page: PageContext) -> list[Signal]:
        """The names in one text, in its order."""
        return self._finder.find(text, page)


def match_author(name: str, page: PageContext) -> str | None:
    """The roster's id of the one student whose first and last name (or nickname, or initial) a display name is.

    "Marcus Bell", "marcus.bell07" and "Bell, Marcus" are; "Bell family" and "Marcus B (dad)" are not.
    """
    words = tokens_of(name)
    if (
        not words
        or _ADULTS & set(words)
        or any(set(words) >= {*tokens_of(s.first), *tokens_of(s.last)} for s in page.staff)
    ):
        return None
    whole = "".join(words)
    for forms in (_whole_names, _short_names):
        owners = {student.id for student in page.students if whole in forms(student)}
        if owners:
            return owners.pop() if len(owners) == 1 else None
    return None


@lru_cache(maxsize=16_384)
def _whole_names(student: Student) -> set[str]:
    firsts = {"".join(tokens_of(one)) for one in (student.first, *student.nicknames)} | set(
        tokens_of(student.first)[:1]
    )
    lasts = {"".join(tokens_of(student.last)), *(t for t in tokens_of(student.last) if len(t) > 3)}
    return {first + last for first in firsts for last in lasts} | {last + first for first in firsts for last in lasts}


@lru_cache(maxsize=16_384)
def _short_names(student: Student) -> set[str]:
    firsts = {"".join(tokens_of(one)) for one in (student.first, *student.nicknames)}
    return {first + token[0] for first in firsts for token in tokens_of(student.last) if len(first) > 2}


_CANARY_PAGE = PageContext(
    page="canary",
    students=(Student("c1", "Odalys", "Fennimore", ("Oda",)), Student("c2", "Grace", "Thackeray-Boone")),
    staff=(StaffMember("Grace", "Ellery", "Ms."),),
)
_CANARIES = (
    Canary("Odalys Fennimore has the poster", "student_name"),
    Canary("ask oda f. for the notes", "student_name"),
    Canary("0d4lys knows", "student_name"),
    Canary("#OdalysFennimoreRocks", "student_name"),
    Canary("tell Grace that her bag is here", "student_name"),
    Canary("Ms. Grace is our teacher, and there is a grace period"),
    Canary("when is the essay due"),
)
