"""Rights before a flag: who may see it, decide it, appeal it (MATRIX.md, conflict of interest and "Restricted from birth")."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.class_pages import RoleName
from bot.domain.errors import Advice

_TITLES = (
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "principal",
    "coach",
    "profe",
    "maestro",
    "maestra",
    "señor",
    "señora",
    "director",
    "directora",
)
_OFFICES = (
    "principal",
    "vice principal",
    "assistant principal",
    "administrator",
    "dean",
    "director",
    "directora",
    "subdirector",
)


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
    """The author, named in the words, or possibly meant by them."""
    restricted: bool


def why_not(situation: Situation) -> str | None:
    """The reason for which this person may not decide this flag, or None (MATRIX.md, conflict of interest; Section V)."""
    if not situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}:
        return "only an administrator of this school, or its supervisor, decides its flags"
    if situation.is_teacher_of_page:
        return "nobody decides a flag on their own class page; ask another administrator or the supervisor"
    if situation.is_meant:
        return "nobody decides a flag about themselves; ask another administrator or the supervisor"
    return None


def may_see(situation: Situation) -> bool:
    """Whether the flag exists for this person.

    Operators see counts only, teachers their own page. A restricted flag is hidden from all staff of the page, since any of them
    may be accused (MATRIX.md).
    """
    if situation.restricted:
        return why_not(situation) is None
    return bool(situation.roles & {RoleName.ADMINISTRATOR, RoleName.SUPERVISOR}) or situation.is_teacher_of_page


def is_meant(text: str, name: str, *, restricted: bool, is_administrator: bool) -> bool:
    """Whether words may be about this person: the full name, the surname after a title, or, where an adult may be accused, the office.

    Cautious on purpose: somebody else of the school decides then, or the supervisor.
    """
    words = " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
    parts = name.casefold().split()
    if len(parts) > 1:
        titled = (f"{title} {parts[-1]}" for title in _TITLES)
        if any(f" {form} " in f" {words} " for form in (" ".join(parts), *titled)):
            return True
    offices = restricted and is_administrator
    return offices and any(f" {office} " in f" {words} " for office in _OFFICES)


def why_no_appeal(situation: Situation) -> str | None:
    """The reason for which this person may not hand in an author's appeal, or None.

    The page's teacher does it, or somebody who may decide; never against a restricted flag (MATRIX.md).
    """
    if situation.restricted:
        return "there is no appeal against a restricted flag before the case releases it"
    if situation.is_teacher_of_page:
        return None
    return why_not(situation)
