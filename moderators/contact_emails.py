"""E-mail addresses in a comment, plain or disguised ("inky at gmail dot com"), and whose they are."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.contact_reading import Detail, Reading
from moderators.folding import fold
from moderators.roster_index import word_set
from moderators.student_names import match_author
from moderators.subjects import EMPLOYEE

_EMAIL = re2.compile(r"\b[a-z0-9][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}\.){1,5}[a-z]{2,24}\b")
_PROVIDER = r"(?:g ?mail|yahoo|hotmail|outlook|icloud|aol|proton ?mail|me|live|msn|ymail)"
_OPEN, _CLOSE = r"[(\[{<*_\-]", r"[)\]}>*_\-]"
_SIGN_AT = rf"(?:@| @ | ?{_OPEN} ?(?:at|arroba|@|a) ?{_CLOSE} ?| arroba )"  # "follow @poem.example" is a mention
_WORD_AT = r" (?:at|arroba) "
_SIGN_DOT = rf"(?: ?\. ?| ?, ?| ?{_OPEN} ?(?:dot|punto|\.|d0t) ?{_CLOSE} ?| (?:dot|punto|d0t|point) )"
_WORD_DOT = rf"(?: ?{_OPEN} ?(?:dot|punto|\.|d0t) ?{_CLOSE} ?| (?:dot|punto|d0t|point) )"
_TOP = r"(?:com|net|org|edu|gov|es|mx|us|io|co|me|info|example|test)"
_LOCAL = r"\b[a-z0-9][a-z0-9._+\-]{0,40}(?: (?:dot|punto|underscore|guion bajo|dash|guion) [a-z0-9]{1,30}){0,3}"
_SPOKEN = re2.compile(
    rf"{_LOCAL}{_SIGN_AT}[a-z0-9\-]{{2,40}}(?:{_SIGN_DOT}[a-z0-9\-]{{2,30}}){{0,2}}{_SIGN_DOT}{_TOP}\b"
    rf"|{_LOCAL}{_WORD_AT}[a-z0-9\-]{{2,40}}(?:{_WORD_DOT}[a-z0-9\-]{{2,30}}){{0,2}}{_WORD_DOT}{_TOP}\b"
    rf"|{_LOCAL}{_WORD_AT}{_PROVIDER}(?: ?\. ?| )com\b"
    rf"|{_LOCAL}(?:@| at | arroba |\(at\))(?:g ?mail|yahoo|hotmail|outlook|icloud)\b"
)
"""An address that is disguised: "inky at gmail dot com", "inky(arroba)gmail(punto)com", "inky @ gmail . com", "inky at gmail"."""
_MAILBOX = re2.compile(
    r"\b(?:my|her|his|mi|su|the|'s) (?:school |personal |other |new )?(?:g ?mail|e-?mail|hotmail|yahoo|icloud|outlook"
    r"|correo)(?: address)?"
    r"(?: is|:| es| -| =)+ ?([a-z]*[0-9._\-][a-z0-9._\-]{2,40}|[a-z]{3,}[0-9]{1,2})\b"
    r"|\b(?:g ?mail|hotmail|icloud)(?: is|:| es| -| =)* ([a-z]{2,}[a-z0-9]*[0-9._\-][a-z0-9._\-]*[a-z0-9])\b"
)
"""The name of a mailbox alone: "my gmail is inky.paws7"."""
_ROLE = re2.compile(
    r"^(?:info|office|contact|admin|help|support|hello|judges?|events?|press|news(?:letter)?|no-?reply|admissions?|registrar|attendance"
    r"|tickets?|visit|groups?|education|library|principal|frontdesk|pta|pto|boosters?|volunteers?|team|staff|nurse|counsel(?:or|ing)"
    r"|editor"
    r"|ask|questions?|service|orders?|tours?|programs?|fieldtrips?|media|outreach|museum|zoo|fair)\b"
)
_OF_AN_ADULT = re2.compile(
    r"\b(?:mr|mrs|ms|miss|dr|coach|prof|professor|teacher|maestr[oa]|principal|editor|author|scientist|ranger|office|museum|library"
    r"|judges?"
    r"|organizers?|company|pta|vendor|counselor|advisor)\b[^\n]{0,35}$"
    rf"|{EMPLOYEE}[^\n]{{0,35}}$"
)
_SAID = re2.compile(r"^[^@(\[{<*]+ at [^(\[{<*]+$")
_NO_MAILBOX = word_set(
    """
    it look meet find go watch see is are was that this here available posted up sign online free class video videos more stuff me us
    them there info everything homework read cards slides works start book page site game games worksheet quiz practice all
    """
)
"""Words before "at" that begin no address: "find it at khan dot org"."""
PATTERNS = (_EMAIL, _SPOKEN, _MAILBOX)


def emails(reading: Reading) -> Iterator[Detail]:
    """The addresses and mailboxes of a comment."""
    for pattern in (_EMAIL, _SPOKEN):
        for match in reading.matches(pattern):
            score = _score(reading, match[0], match.start())
            if score:
                yield Detail("email", score, match.span(), "Gives an e-mail address")
    for match in reading.matches(_MAILBOX):
        group = 1 if match.start(1) >= 0 else 2
        if not reading.is_an_adults_own(match.start(group)):
            yield Detail("email", 0.7, match.span(group), "Gives the name of a mailbox")


def _score(reading: Reading, address: str, start: int) -> float:
    local, _, domain = address.partition("@")
    if match_author(local, reading.page):
        return 0.9  # a student's name: theirs, also where it is the school that gave it to them
    staff = {fold(one.email).text for one in reading.page.staff if one.email}
    if address in staff or domain in {one.partition("@")[2] for one in staff}:
        return 0.0
    if _ROLE.search(local) or reading.is_an_adults_own(start) or _OF_AN_ADULT.search(reading.before(start)):
        return 0.3
    return 0.4 if _SAID.search(address) and address.split()[0] in _NO_MAILBOX else 0.85
