"""Finds authors who sign as somebody of the page and are not (II.11): a member of staff or a student, from another account.

What is registered decides. Without an account that is registered for a person nobody can know, and the signal stays far below
any threshold: it only says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from moderators.assessing import Author, Canary, assess_each, sing, version_of
from moderators.base import (
    Assessment,
    AuthorView,
    CommentView,
    ModeratorSettings,
    PageContext,
    Signal,
    StaffMember,
    Student,
    lexicon,
)
from moderators.lexicons import read_list
from moderators.signatures import Claim, Likeness, Signatures, names_in

_CODE = 2
_NAMES = ("given_names.txt", "family_names.txt")
_KEPT = 16  # pages whose people are remembered

_SCORES = {
    Likeness.NAME: 0.85,
    Likeness.DISGUISED: 0.95,
    Likeness.TITLED: 0.8,
    Likeness.GIVEN: 0.55,
    Likeness.PARTLY: 0.65,
    Likeness.INITIAL: 0.55,
    Likeness.MISSPELT: 0.6,
}
_DOUBTFUL = 0.45  # below the policy's threshold: a relative, a namesake, or the same person from the platform's own staff account
_ANOTHERS = 0.97
_UNKNOWN = 0.3


class Identity:
    """Signal `impersonation`, one for a comment whose author signs with a name that is somebody else's."""

    name = "identity"
    signals = frozenset({"impersonation"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        files = [lexicon(settings, name) for name in _NAMES]
        self.version = version_of(_CODE, files)
        self._names = names_in(line for file in files for line in read_list(file))
        self._of_page = lru_cache(maxsize=_KEPT)(lambda page: Signatures(page, self._names))
        self._latest: tuple[PageContext, Signatures] | None = None

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Compare each author with the people of the page."""
        people = self._people(page)
        return assess_each(comments, lambda comment: _look(comment.author, people))

    def canary(self) -> None:
        """Try a page of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _people(self, page: PageContext) -> Signatures:
        latest = self._latest  # a large roster takes long to hash, and threads take turns
        if latest is None or latest[0] is not page:
            latest = self._latest = (page, self._of_page(page))
        return latest[1]


def _look(author: AuthorView, people: Signatures) -> list[Signal]:
    claims = people.claims(author.name)
    if not claims or any(author.id and author.id in claim.person.accounts for claim in claims):
        return []
    unregistered = [claim for claim in claims if not claim.person.accounts]
    if unregistered:  # two people of one name: it may be the one of whom nothing is known
        return [_quiet(unregistered[0])]
    return [max((_loud(author, claim, people) for claim in claims), key=lambda signal: signal.score)]


def _quiet(claim: Claim) -> Signal:
    why = f"Signs with {claim.likeness} of {_whom(claim)}; no account of theirs is registered, so it is not known whether this is them"
    return Signal("impersonation", _UNKNOWN, why=why, student=claim.person.student)


def _loud(author: AuthorView, claim: Claim, people: Signatures) -> Signal:
    score, source = _SCORES[claim.likeness], "an account that is not the registered one"
    by_staff = (
        bool(author.is_staff) and claim.person.student is None
    )  # the platform itself vouches for a member of staff
    if author.id in people.accounts:
        source = "the registered account of somebody else"
        score = _ANOTHERS if score > _SCORES[Likeness.PARTLY] else score
    elif not author.id:
        source = "no account at all"
    if by_staff or claim.doubtful:
        score = min(score, _DOUBTFUL)
    why = f"Signs with {claim.likeness} of {_whom(claim)}, from {source}"
    return Signal("impersonation", score, why=why, student=claim.person.student)


def _whom(claim: Claim) -> str:
    return "a member of staff" if claim.person.student is None else "a student of this roster"


_CANARY_PAGE = PageContext(
    page="canary",
    students=(Student("c1", "Odalys", "Fennimore", ("Oda",), accounts=("a1",)), Student("c2", "Ines", "Thackeray")),
    staff=(StaffMember("Grace", "Ellerington", "Ms.", accounts=("a2",)),),
)
_CANARIES = (
    Canary("hi", "impersonation", author=Author("x", "Odalys Fennimore")),
    Canary("hi", "impersonation", author=Author("x", "0dalys_fennim\u043ere")),
    Canary("hi", "impersonation", author=Author("x", "Ms. Ellerington")),
    Canary("hi", "impersonation", author=Author("a1", "Grace Ellerington")),
    Canary("hi", "impersonation", author=Author("", "Odalys Fenimore")),
    Canary("hi", author=Author("a1", "Odalys Fennimore")),
    Canary("hi", author=Author("x", "Ines Thackeray")),
    Canary("hi", author=Author("x", "Odalys Fennimore's dad")),
    Canary("hi", author=Author("x", "Oda")),
)
