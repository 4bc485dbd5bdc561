"""Finds a student's contact details (II.3): telephone, e-mail, address, birth date, account handle, student number.

Exact forms only, for precision. What belongs to the school, its staff or an institution is left out where that can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

import re2

from moderators import contact_patterns as patterns
from moderators import telephone
from moderators.assessing import Canary, assess_each, matches, sing
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, Student
from moderators.folding import fold
from moderators.name_finder import NameFinder, finder_of
from moderators.pattern_set import PatternSet
from moderators.student_names import match_author

_CODE = 1
_NEAR = 80  # characters around a finding in which its context is looked for
_ANY = PatternSet(
    (
        patterns.EMAIL,
        patterns.SPOKEN_EMAIL,
        patterns.STREET,
        patterns.BIRTH_DATE,
        patterns.ACCOUNT,
        patterns.PLACE,
        patterns.NUMBER,
        telephone.DIGITS,
        telephone.WORDS,
    )
)
"""Every pattern that finds something; those of `contact_patterns` that only weigh it are not among them."""


class ContactDetails:
    """Signal `student_contact`; the trait says which: phone, email, address, birth_date, handle, student_number."""

    name = "contact_details"
    signals = frozenset({"student_contact"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        self.version = f"{_CODE}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find contact details in each comment."""
        return assess_each(comments, lambda comment: _Reader(comment, page, self._names).read())

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)


class _Reader:
    """One comment, read once."""

    def __init__(self, comment: CommentView, page: PageContext, names: NameFinder) -> None:
        self._page = page
        self._folded = fold(comment.text)
        self._text = self._folded.text
        self._present = _ANY.found_in(self._text)
        self._named = [signal for signal in names.find(comment.text, page) if signal.score >= 0.5]
        self._by_staff = comment.author.is_staff is True
        self._author_name = comment.author.name

    def read(self) -> list[Signal]:
        """All findings, in the order of kinds."""
        if not self._present and not self._named:
            return []
        found = [
            *self._student_numbers(),
            *self._phones(),
            *self._emails(),
            *self._addresses(),
            *self._birth_dates(),
            *self._handles(),
            *self._places(),
        ]
        return [signal for at, signal in enumerate(found) if not any(_covers(other, signal) for other in found[:at])]

    def _phones(self) -> Iterator[Signal]:
        for number in self._numbers():
            around = self._around(*number.span)
            score = 0.9 if number.is_sure else 0.6
            if patterns.INSTITUTION.search(around):
                score = 0.3
            elif self._by_adult and not self._named:
                score = 0.4  # a parent's or a teacher's own number is theirs to give
            yield self._signal("phone", score, number.span, "Gives a telephone number")

    def _numbers(self) -> Iterable[telephone.Number]:
        if self._present.isdisjoint({telephone.DIGITS, telephone.WORDS}):
            return ()
        return telephone.find(self._folded, self._page.region)

    def _emails(self) -> Iterator[Signal]:
        for pattern in (patterns.EMAIL, patterns.SPOKEN_EMAIL):
            for match in self._matches(pattern):
                score = self._email_score(match[0])
                if score:
                    yield self._signal("email", score, match.span(), "Gives an e-mail address")

    def _email_score(self, address: str) -> float:
        staff = {fold(one.email).text for one in self._page.staff if one.email}
        local, _, domain = address.partition("@")
        if address in staff or domain in {one.partition("@")[2] for one in staff}:
            return 0.0
        if patterns.ROLE.search(local) or (self._by_adult and not self._named):
            return 0.3
        return 0.85

    def _addresses(self) -> Iterator[Signal]:
        for match in self._matches(patterns.STREET):
            around = self._around(*match.span())
            at_home = bool(patterns.HOME.search(around) or patterns.UNIT.search(match[0]))
            score = 0.9 if at_home else 0.6 if self._named else 0.4
            if patterns.INSTITUTION.search(around) and not at_home:
                score = 0.2
            yield self._signal("address", score, match.span(), "Gives a street address that may be a student's home")

    def _birth_dates(self) -> Iterator[Signal]:
        for match in self._matches(patterns.BIRTH_DATE):
            mine = patterns.MINE.search(self._around(*match.span())) is not None
            score = 0.2 if patterns.LONG_AGO.search(match[0]) else 0.85 if self._named or mine else 0.3
            yield self._signal("birth_date", score, match.span(), "Gives a birth date")

    def _handles(self) -> Iterator[Signal]:
        for match in self._matches(patterns.ACCOUNT):
            if not patterns.OFFICIAL.search(self._around(*match.span())):
                score = 0.4 if self._by_staff else 0.8
                yield self._signal("handle", score, match.span(), "Gives a personal account on another service")
        for signal in self._named:
            if "handle" in signal.traits:
                why = "Gives an account whose name shows a student's name"
                yield replace(signal, name="student_contact", score=0.7, why=why, traits=frozenset({"handle"}))

    def _places(self) -> Iterator[Signal]:
        for match in self._matches(patterns.PLACE) if self._named else ():
            yield self._signal("location", 0.7, match.span(), "Tells where a student is or can be met")

    def _student_numbers(self) -> Iterator[Signal]:
        written = list(self._matches(patterns.NUMBER))
        # The roster is gone through only where a number stands: comments with one are rare, rosters may be large.
        known = {_bare(one.student_number): one for one in self._page.students if one.student_number} if written else {}
        for match in written:
            owner = known.get(_bare(match[0]))
            signal = self._signal(
                "student_number", 0.97 if owner else 0.8, match.span(), "Gives a district student number"
            )
            yield replace(signal, student=owner.id) if owner else signal

    @cached_property
    def _by_adult(self) -> bool:
        return self._by_staff or patterns.ADULT.search(fold(self._author_name).text) is not None

    def _matches(self, pattern: re2._Regexp) -> Iterable[re2._Match]:
        return matches(pattern, self._text) if pattern in self._present else ()

    def _around(self, start: int, end: int) -> str:
        return self._text[max(0, start - _NEAR) : end + _NEAR]

    def _signal(self, kind: str, score: float, span: tuple[int, int], why: str) -> Signal:
        named = {signal.student for signal in self._named} or {match_author(self._author_name, self._page)}
        student = named.pop() if len(named) == 1 else None
        return Signal("student_contact", score, *self._folded.span(*span), why, student, frozenset({kind}))


def _covers(one: Signal, other: Signal) -> bool:
    return one.start <= other.start and other.end <= one.end


def _bare(number: str) -> str:
    return "".join(c for c in fold(number).text if c.isalnum())


_CANARY_PAGE = PageContext(
    page="canary",
    students=(Student("c1", "Odalys", "Fennimore", student_number="010203F004"),),
)
_CANARIES = (
    Canary("text me 213 555 0142", "student_contact"),
    Canary("it is odafen@example.com", "student_contact"),
    Canary("my house is 1200 Plumtree Ave apt 3", "student_contact"),
    Canary("Odalys has her birthday on may 4", "student_contact"),
    Canary("my snap is fennimore.o", "student_contact"),
    Canary("the portal says 010203F004", "student_contact"),
    Canary("Main office: (323) 555-0100, or 1-800-555-0199; call 988 when you need somebody"),
    Canary("the museum is at 900 Plumtree Ave, opened may 4 1921"),
)
