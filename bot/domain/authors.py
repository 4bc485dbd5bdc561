"""Who wrote a comment, as far as page, roster and platform tell: a role, used for the severity of a flag and never as guilt.

What is milder needs an account, since a guest may sign as anybody. What is sterner is believed from a name alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.domain.class_pages import ClassPage
from bot.domain.roster import folded_name
from connectors.base import Author
from moderators.base import PageContext

_WORD = re.compile(r"[^\W\d_]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _set(
    "mr mrs ms miss mx dr coach prof profe profesor profesora maestro maestra sr sra srta senor senora principal director directora"
)
_FAMILY = _set(
    """
    mom mum mommy mother dad daddy father mama mami papa papi madre padre abuela abuelita abuelo grandma grandpa granny
    tia tio aunt auntie uncle parent parents padres guardian family familia household
    """
)
_OUTSIDE = _set(
    """
    neighbor neighbour vecina vecino volunteer voluntaria voluntario tutor recruiter scout vendor realtor reporter booster boosters
    """
)
_DENIALS = _set("not no ur your yo tu")  # "ur mom" is nobody's mother


class Role(StrEnum):
    """What an author is to the page. `UNKNOWN` is what nearly every pseudonym is."""

    STAFF = "staff"
    STUDENT = "student"
    PARENT = "parent"
    OUTSIDER = "outsider"
    UNKNOWN = "unknown"


class Directory:
    """Who is who on one page: built once from its roster, its staff and their registered accounts."""

    def __init__(self, page: PageContext) -> None:
        self._students: dict[str, list[frozenset[str]]] = {}
        self._staff: dict[str, list[frozenset[str]]] = {}
        self._behind_title: dict[str, list[frozenset[str]]] = {}
        for student in page.students:
            for first in (student.first, *student.nicknames):
                name = folded_name(f"{first} {student.last}")
                self._students.setdefault(name, []).append(frozenset(student.accounts))
        for member in page.staff:
            accounts = frozenset(member.accounts)
            self._staff.setdefault(folded_name(f"{member.first} {member.last}"), []).append(accounts)
            for name in (member.last, f"{member.first} {member.last}"):
                self._behind_title.setdefault(" ".join(_words(name)), []).append(accounts)
        self._of_students = frozenset(account for student in page.students for account in student.accounts)
        self._of_staff = frozenset(account for member in page.staff for account in member.accounts)
        self._is_complete = bool(page.students) and all(student.accounts for student in page.students)

    def role_of(self, author: Author) -> Role:
        """The author's role: what an account proves first, then what the name says."""
        if author.is_staff or (author.id and author.id in self._of_staff):
            return Role.STAFF
        if author.id and author.id in self._of_students:
            return Role.STUDENT
        named = self._by_name(author)
        if named is not None:
            return named
        if (
            author.id and self._is_complete
        ):  # every student of the class is known by an account, and this is none of them
            return Role.OUTSIDER
        return Role.UNKNOWN

    def _by_name(self, author: Author) -> Role | None:
        name = folded_name(author.name)
        words = _words(name)
        staff = self._staff.get(name) or self._titled(words)
        if staff is not None:  # somebody else's registered account: of whoever signs so we know only who they are not
            return Role.UNKNOWN if all(staff) else Role.STAFF
        student = self._students.get(name)
        if student is not None:
            return Role.UNKNOWN if all(student) or not author.id else Role.STUDENT
        if not _DENIALS.isdisjoint(words):
            return None
        if not _FAMILY.isdisjoint(words):
            return Role.PARENT
        return Role.OUTSIDER if not _OUTSIDE.isdisjoint(words) else None

    def _titled(self, words: list[str]) -> list[frozenset[str]] | None:
        """The staff whose surname or whole name stands behind a title: "Ms. Alvarado", "Mr. Sean O'Brien"."""
        if len(words) < 2 or words[0] not in _TITLES:
            return None
        return self._behind_title.get(" ".join(words[1:]))

    def is_students_full_name(self, name: str) -> bool:
        """Whether a display name is the full name of a student of the roster."""
        return folded_name(name) in self._students


def is_by(author: Author, page: ClassPage, email: str, name: str, accounts: Mapping[str, Sequence[str]]) -> bool:
    """Whether an author is this person: by what they sign with, or by an account that is theirs there (people.yaml, the page's file)."""
    if author.name.strip().casefold() in (email, name.casefold() or email):
        return True
    registered = [
        ids for whose, ids in page.accounts.items() if folded_name(whose) in (folded_name(email), folded_name(name))
    ]
    return bool(author.id) and any(author.id in ids for ids in (accounts.get(page.connector, ()), *registered))


def _words(name: str) -> list[str]:
    return _WORD.findall(folded_name(name))
