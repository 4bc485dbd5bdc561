"""Rights before a flag: who may see it, decide it, appeal it (MATRIX.md, conflict of interest and "Restricted from birth")."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice


class NotYours(Advice):
    """This person may not decide this flag. The message says why, and who may."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Who stands before which flag."""

    person: str
    roles: frozenset[RoleName]
    """The person's roles at the flag's site."""
    is_teacher_of_page: bool
    is_meant: bool
    """The author, or named in the words."""
    restricted: bool
    may_know: bool
    """False: a restricted flag may mean them, or somebody who stands as high (`bot/domain/offices.py`)."""


def why_not(situation: Situation) -> str | None:
    """The reason for which this person may not decide this flag, or None (MATRIX.md, conflict of interest; Section V)."""
    if not situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}:
        return "only an administrator of this school, or its supervisor, decides its flags"
    if situation.is_teacher_of_page:
        return "nobody decides a flag on their own class page; ask another administrator or the supervisor"
    if situation.is_meant:
        return "nobody decides a flag about themselves; ask another administrator or the supervisor"
    if not situation.may_know:
        return "it may mean them, or somebody who stands as high: it is for whoever stands above"
    return None


def may_see(situation: Situation) -> bool:
    """Whether the flag exists for this person.

    Operators see counts only, teachers their own page. A restricted flag is hidden from all staff of the page, since any of them
    may be accused, and where somebody in office may be meant from all who do not stand above them (MATRIX.md).
    """
    if situation.restricted:
        return why_not(situation) is None
    return bool(situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}) or situation.is_teacher_of_page


def why_no_appeal(situation: Situation) -> str | None:
    """The reason for which this person may not hand in an author's appeal, or None.

    The page's teacher does it, or somebody who may decide; never against a restricted flag (MATRIX.md).
    """
    if situation.restricted:
        return "there is no appeal against a restricted flag before the case releases it"
    if situation.is_teacher_of_page:
        return None
    return why_not(situation)
