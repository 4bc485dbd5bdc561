"""Finds a student's contact details (II.3): telephone, e-mail, address, whereabouts, birth date, account, student number.

What belongs to the school, its staff, a parent or an institution is left out where that can be seen. Each kind has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from moderators import (
    contact_accounts,
    contact_addresses,
    contact_dates,
    contact_emails,
    contact_phones,
    contact_student_numbers,
    contact_whereabouts,
)
from moderators.assessing import MAX_FOR_NAMES, Author, Canary, assess_each, sing
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal, StaffMember, Student
from moderators.contact_reading import Detail, Reading
from moderators.name_finder import finder_of
from moderators.pattern_set import PatternSet
from moderators.student_names import match_author

_CODE = 3
_MOST = 200
"""Details that are told of one comment. Whoever reads so many needs no more, and a page of numbers costs no more time than others."""

_KINDS = (
    (contact_student_numbers.PATTERNS, contact_student_numbers.student_numbers),
    (contact_phones.PATTERNS, contact_phones.phones),
    (contact_emails.PATTERNS, contact_emails.emails),
    (contact_accounts.PATTERNS, contact_accounts.accounts),
    (contact_addresses.PATTERNS, contact_addresses.addresses),
    (contact_whereabouts.PATTERNS, contact_whereabouts.whereabouts),
    (contact_dates.PATTERNS, contact_dates.birth_dates),
)
"""In the order in which one kind wins over another where both lie in the same place."""

_ANY = PatternSet((pattern for patterns, _ in _KINDS for pattern in patterns), memory=16 << 20)
"""Every pattern that finds something by itself: most comments hold none, and one pass tells so."""


class ContactDetails:
    """Signal `student_contact`; the trait says which: phone, email, address, location, birth_date, handle, student_number."""

    name = "contact_details"
    signals = frozenset({"student_contact"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:
        self._names = finder_of(settings)
        self.version = f"{_CODE}.{self._names.version}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Find contact details in each comment."""
        return assess_each(
            comments, lambda comment: self._look(Reading(comment, page, self._names, _ANY)), MAX_FOR_NAMES
        )

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, _CANARY_PAGE)

    def _look(self, reading: Reading) -> list[Signal]:
        if not reading.present and not reading.scene.named:
            return []
        found: list[Detail] = []
        for detail in (detail for _, look in _KINDS for detail in look(reading)):
            if not any(_covers(other, detail) for other in found):
                found.append(detail)
            if len(found) == _MOST:
                break
        return list(_signals(reading, found))


def _signals(reading: Reading, found: Sequence[Detail]) -> Iterator[Signal]:
    named = {person.id for person in reading.scene.named}
    alone = named.pop() if len(named) == 1 else None
    for one in found:
        student = (
            one.student or alone or (None if reading.scene.named else match_author(reading.author_name, reading.page))
        )
        yield Signal(
            "student_contact", one.score, *reading.scene.span(*one.span), one.why, student, frozenset({one.kind})
        )


def _covers(one: Detail, other: Detail) -> bool:
    return one.span[0] <= other.span[0] and other.span[1] <= one.span[1]


_CANARY_PAGE = PageContext(
    page="canary",
    students=(Student("c1", "Odalys", "Fennimore", student_number="010203F004"),),
    staff=(StaffMember("Ada", "Quill", "Ms.", "quill@school.example.org"),),
)
_CANARIES = (
    Canary("text me 213 555 0142", "student_contact"),
    Canary("it is odafen@example.com", "student_contact"),
    Canary("odafen at gmail dot com", "student_contact"),
    Canary("my house is 1200 Plumtree Ave apt 3", "student_contact"),
    Canary("Odalys is at the bus stop on Plumtree until 4", "student_contact"),
    Canary("Odalys has her birthday on may 4", "student_contact"),
    Canary("my snap is fennimore.o", "student_contact"),
    Canary("the portal says 010203F004", "student_contact"),
    Canary("Main office: (323) 555-0100, or 1-800-555-0199; call 988 when you need somebody"),
    Canary("the museum is at 900 Plumtree Ave, opened may 4 1921; write to quill@school.example.org"),
    Canary("my cell is 213 555 0142", author=Author(name="Coach Quill")),
)
