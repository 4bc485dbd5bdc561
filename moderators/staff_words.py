"""Where a comment means an employee: by name, by title and name, or by what they do here ("our principal", "la maestra")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import re2

from moderators.assessing import matches
from moderators.base import PageContext, StaffMember
from moderators.folding import Folded
from moderators.roster_index import PARTICLES, tokens_of, word_set

_SUBJECT = (
    r"(?:algebra|art|band|bio|biology|chem|chemistry|choir|computer|dance|drama|english|french|geometry|guitar|gym|health|history"
    r"|math|maths"
    r"|music|pe|p\.e\.|photo|piano|physics|reading|science|spanish|speech|swim|tech|theater|track|football|soccer|basketball|baseball"
    r"|volleyball|cheer|wrestling|tennis|water polo|sped|resource|special ed|library|lunch|kinder|kindergarten|preschool|tk|1st|2nd"
    r"|3rd|4th"
    r"|5th|6th|7th|8th|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
)
_KIND = (
    rf"(?:{_SUBJECT}|grade|period|new|old|other|former|current|own|favorite|substitute|long-term|long term|student|school"
    rf"|district|head|after|evening|late|room)"
)
_JOB = (
    r"(?:(?:(?:assistant|vice|co|head|deputy) )?(?:principal|teacher|coach|superintendent)|counsel[l]?or|librarian|nurse|dean|aide"
    r"|para(?:professional|educator)|sub(?:stitute)?|vp|cook|groundskeeper|custodian|janitor|secretary|registrar|psychologist"
    r"|social worker|speech therapist"
    r"|office (?:lady|manager|tech(?:nician)?|clerk|worker)|(?:lunch|cafeteria|office|desk|attendance|library) (?:lady|man|guy|worker"
    r"|manager)|bus (?:driver|lady|man|aide)"
    r"|crossing guard|yard (?:supervisor|duty)|campus (?:aide|supervisor)|security guard|athletic director|(?:choir|band) director"
    r"|(?:lady|man|woman|guy|person) (?:at|in|who|that|on) the (?:front desk|front office|office|cafeteria|kitchen|late shift|gate)"
    rf"|{_SUBJECT} (?:man|lady|guy))"
)
_JOB_ES = (
    r"(?:(?:sub)?director[a]?|(?:maestr[oa]|profe(?:sor[a]?)?)(?: (?:de|del) (?:la )?[a-z]+)?|miss (?:de|del) (?:la )?[a-z]+"
    r"|entrenador[a]?|consejer[oa]"
    r"|bibliotecari[oa]"
    r"|enfermer[oa]|secretari[oa]|conserje|intendente|suplente|psicolog[oa]|cociner[oa]|chofer|guardia|orientador[a]?|prefect[oa])"
)
_TITLE = (
    r"(?:mr|mrs|ms|miss|mx|dr|coach|principal|professor|prof|profe|nurse|maestr[oa]|profesor[a]?|director[a]?|entrenador[a]?"
    r"|sr|sra|srta|senor|senora|senorita|dean|officer)"
)
_ROLE = re2.compile(
    r"(\b(?:an?|any|every|each|some|no|another|as|like|being|become|becoming|which|what|cada|alg[ui]n|ser|de) )?"
    r"(\b(?:our|my|his|her|their|the|this|that|your|ur|nuestr[oa]|mi|el|la|al|del|su|tu|ese|esa) )?"
    rf"(?:{_KIND} ){{0,3}}\b(?:{_JOB}|{_JOB_ES})\b"
)
_TITLED = re2.compile(rf"\b({_TITLE})\b\.? ?([a-z][a-z'\-]{{1,30}}|[a-z]\b)(?:[ \-]([a-z][a-z'\-]{{1,30}}))?")
_ANY = re2.compile(rf"\b(?:{_TITLE}|{_JOB}|{_JOB_ES})\b")
_PLAIN_TITLES = word_set("mr mrs ms mx dr sr sra srta")  # after these a small letter begins a name, too: "mr nakamura"
_NO_NAME = word_set(
    """
    a an the and or but so is are was were be been am has have had do does did will would can could should may might must not no yes if
    when where why who what how that this these those i you he she it we they my your his her its our their me him them us u ur of in on
    at to for from with about by as said says told tells asked asks let lets got gets get gave gives made makes put puts just never
    always also already still all every please thanks thank sorry love hate good great nice cool best worst here there today tomorrow
    yesterday monday tuesday wednesday thursday friday went goes come comes came keeps wants needs knows lol omg bruh bro idk im right
    really very too only even now then than class teacher teachers student students school office parent day meeting game practice y e o
    el la los las de del que en con por para se no si ya es esta fue va dice dijo dio nos te le lo un una su mi tu como cuando donde muy
    mas pero porque anda tiene nunca siempre
    """
)


@dataclass(frozen=True, slots=True)
class Employee:
    """An employee whom the folded text means from `start` to `end`, and how surely."""

    start: int
    end: int
    score: float
    is_known: bool = False
    """Whether it is a name of the page's staff: nobody in a novel is called so by chance."""
    is_named: bool = True
    """Whether a name is given; otherwise only a role, "our principal"."""


def employees_in(folded: Folded, original: str, page: PageContext) -> list[Employee]:
    """The employees whom a text means, in its order; none overlaps another."""
    names = _pattern(page.staff)
    found = list(_named(folded, original, names, page)) if names is not None and names.search(folded.text) else []
    if _ANY.search(folded.text):
        found += [*_titled(folded, original, page), *_by_role(folded.text)]
    apart: list[Employee] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def _titled(folded: Folded, original: str, page: PageContext) -> Iterator[Employee]:
    known = {token for one in page.staff for token in tokens_of(one.last)} - PARTICLES
    for match in matches(_TITLED, folded.text):
        if match[2] in _NO_NAME or not (
            match[1] in _PLAIN_TITLES or match[2] in known or _is_capital(folded, original, match.start(2))
        ):
            continue
        more = match[3] and _is_capital(folded, original, match.start(3))
        yield Employee(match.start(), match.end(3) if more else match.end(2), 0.8)


def _by_role(text: str) -> Iterator[Employee]:
    for match in matches(_ROLE, text):
        if match[1] is None or match[2] is not None:  # not: a teacher, any teacher, become a teacher
            yield Employee(match.start(), match.end(), 0.7, is_named=False)


def _named(folded: Folded, original: str, names: re2._Regexp, page: PageContext) -> Iterator[Employee]:
    """Surnames of the page's staff, if no student is called so and no other first name stands before."""
    students = {token for student in page.students for token in (*tokens_of(student.last), *tokens_of(student.first))}
    for match in matches(names, folded.text):
        start, end = match.span(2)
        if not _is_capital(folded, original, start):
            continue
        firsts = {token for one in page.staff if match[2] in tokens_of(one.last) for token in tokens_of(one.first)}
        before = match[1] or ""
        if before in firsts:
            yield Employee(match.start(1), end, 0.95, is_known=True)
        elif match[2] not in students and not (
            before and _is_capital(folded, original, match.start(1)) and before not in _NO_NAME
        ):
            yield Employee(start, end, 0.9, is_known=True)


@lru_cache(maxsize=16)
def _pattern(staff: tuple[StaffMember, ...]) -> re2._Regexp | None:
    names = {token for one in staff for token in tokens_of(one.last) if len(token) > 2 and token not in PARTICLES}
    if not names:
        return None
    return re2.compile(rf"(?:\b([a-z]+) )?\b({'|'.join(sorted(names))})\b")


def _is_capital(folded: Folded, original: str, at: int) -> bool:
    return original[folded.origin[at]].isupper()
