"""Where a student lives: street addresses, and what says that somebody lives at a place."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.contact_reading import Detail, Reading
from moderators.institutions import INSTITUTION
from moderators.roster_index import word_set
from moderators.subjects import Scene

_KINDS = (
    r"(?:st|street|ave|avenue|av|blvd|boulevard|rd|road|dr|drive|ln|lane|ct|court|way|pl|place|cir|circle|ter|terrace|pkwy|parkway|trl"
    r"|trail|sq|square|cyn|cres|crescent|loop|hwy|highway|aly|alley|row|path|walk)"
)
_KINDS_ES = r"(?:calle|camino|avenida|av\.|via|paseo|rancho|corte|callejon|boulevard|cerrada|privada)"
_SIDE = r"(?:(?:[nsew]|n\.?w|n\.?e|s\.?w|s\.?e|north|south|east|west|norte|sur)\.? )?"
_UNIT = (
    r"(?:[.,]{0,2} ?(?:apt|apartment|unit|depto|dpto|departamento|ste|suite|no|number|space|spc|#|room|rm|bldg|building) ?\.? ?#?"
    r"[a-z0-9\-]{1,6}\b)"
)
_STREET = re2.compile(
    rf"\b\d{{1,5}}(?:[a-d]| ?1/2)? {_SIDE}"
    rf"(?:(?:de (?:la )?)?{_KINDS_ES}(?: [a-z0-9][a-z0-9'\-]{{0,20}}){{1,3}}"
    rf"|(?:[a-z0-9][a-z0-9'\-]{{0,20}} ){{1,4}}?{_KINDS}\b\.?){_UNIT}?"
    r"(?:, the [a-z]+ (?:door|house|one|gate|building)(?: with the [a-z ]{3,20})?|, the one with the [a-z ]{3,20}\b)?"
)
_NUMBER_BEHIND = re2.compile(
    rf"\b{_KINDS_ES}(?: [a-z][a-z'\-]{{0,20}}){{1,4}},? (?:(?:numero|num\.?|no\.?) ?)?#? ?\d{{2,5}}\b{_UNIT}?(?:,? col(?:onia"
    rf"|\.) [a-z ]{{3,20}}\b)?"
)
"""As in Spanish: "calle Fresno 2214"."""
_BOX = re2.compile(r"\b(?:p\.? ?o\.? ?box|apartado(?: postal)?) ?#?\d{2,6}\b")
_DOOR = re2.compile(
    rf"\b\d{{2,5}} {_SIDE}[a-z][a-z'\-]{{2,20}}(?: [a-z'\-]{{3,20}})?[.,]{{0,2}} ?(?:apt|apartment|unit|depto"
    rf"|#) ?\.? ?#?[a-z0-9\-]{{1,6}}\b"
)
"""A number, a name and a door: "1450 N. Fuller #310". It counts only where somebody's home is told."""
_NUMBER = re2.compile(
    r"\b(?:(?:i|we) live at|lives? at|vivo en(?: el)?|vivimos en(?: el)?|vive en(?: el)?|address(?: is|:)+|direccion(?: es|:)+"
    r"|house is(?: at)?|my place is(?: at)?|addy(?: is|:)+|come to|pull up to|moved to|mudamos a|pick (?:me|him|her) up (?:at|from)"
    r"|pick up \w+ (?:at|from)|drop \w+ off at"
    r"|drop (?:me|him|her|it) off at) ?"
    rf"((?:the )?\d{{1,5}} {_SIDE}[a-z][a-z0-9'\-]{{2,20}}(?: (?:and|y) [a-z0-9]{{3,20}}| [a-z]{{3,20}})?{_UNIT}?)"
)
"""A house number behind words that say that somebody lives there: the kind of street may then be missing."""
_WHERE = r"(?:in|at|to|a|on|by|near|behind|across from|next to|above|over|en|atras de|enfrente de|al lado de|arriba de|cerca de)"
_DWELLING = (
    r"(?:apartments?|apts?|townhouses?|condos?|complex|trailer park|mobile homes?|motel|building|departamentos|edificio|vecindad|duplex"
    r"|house|casa)"
)
_NAMED_DWELLING = r"(?:departamentos|apartamentos|condominios|torres|vecindad) "
_PLACE = re2.compile(
    r"\b(?:lives?|living|moved|stays|staying|vive|vivo|vivimos|viven|mudo|mude|mudamos|mudaron|house is|casa (?:es|esta)|apartment is"
    r"|my place is)(?: \w+){0,2}? "
    rf"({_WHERE} (?:(?:the|those|that|el|la|los|las|una?) )?(?:[a-z0-9'\-]+ ){{0,3}}?"
    rf"(?:{_DWELLING},? (?:{_WHERE}|number|building|edificio|unit|apt|#) [^.!?\n]{{2,60}}"
    rf"|{_NAMED_DWELLING}(?:[a-z0-9'\-]+ ?){{1,3}}(?:,? ?(?:edificio|numero|building|number|#) ?[a-z0-9]{{1,4}}\b)?|[a-z0-9]+ (?:and"
    rf"|&|y) [a-z0-9]+\b|corner of [^.!?\n]{{3,40}}"
    r"|esquina de [^.!?\n]{3,40}|(?:st|street|ave|avenue|blvd|boulevard|rd|road|dr|drive|ln|lane|ct|court|pl|place)\b|calle [a-z]+))"
)
_APARTMENT = re2.compile(r"\b(?:apt|apartment|unit|depto|dpto|departamento|space|spc)\b")
_HOME = re2.compile(
    r"\b(?:i live|we live|lives|living at|(?:my|our|his|her|their|ur|your)(?: \w+)? (?:house|home|place|address|addy|apartment|apt"
    r"|spot|crib|casa)"
    r"|'s (?:house|home|place|address|apartment|crib|casa)|[a-z]+s house|come over|come thru|pull up|pick (?:me|him|her|them|us) up"
    r"|sleepover"
    r"|slumber party|drop (?:\w+ ){0,4}off|home address|hang(?:ing)? out at|moved to|vivo|vivimos|vive|viven|mi casa|su casa|nuestra casa"
    r"|la casa de|recoger|recojan|carpool|ride home|walk home|party at|study group|knock|front door|side gate|mailbox"
    r"|send (?:it|them|the) to|is it still|address is|addy is|direccion|domicilio)\b"
)
_NO_STREET = word_set(
    "is are was the a an we i you he she they it to of and or in my your our his her that this way's still on at for with"
)
"""Words that no street is called by: "4 we walk" is no address."""
_GATHERS = re2.compile(
    r"\b(?:party|fiesta|kickback|sleepover|moved|new address|nueva direccion|mudamos|mudaron|mudo|come get|come thru|ven por|vengan"
    r"|stays at|gate code|doorbell|timbre"
    r"|toquen|no parents)\b"
)
"""What is held at a home, where no institution is named."""
_NO_NUMBER = word_set(
    """
    words word pages page minutes mins min hours degrees after before mom dad please pls plz points percent people students kids years
    feet decibels miles meters in at on for to of or and with today tomorrow tonight am pm oclock sharp its if
    so because cuz when grados minutos
    """
)
"""Words behind a number that is no house's: "pull up to 30 words"."""
_MYSELF = re2.compile(r"\b(?:i|we|my|our|vivo|vivimos|mi|nuestra)\b")
_CLOSE = 40
_SHORT = 2  # digits of a number that may count anything
_SAYS_HOME = re2.compile(r"^(?:(?:i|we) live|lives?|vivo|vivimos|vive|address|direccion|addy|my place)\b")
_RANK = re2.compile(r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|last|primer|segundo) place\b")
_IN = ("in ", "to ", "a ")  # "in Mexico and Texas" is no crossing
_ADDRESS = "Gives a street address that may be a student's home"
_LIVES = "Tells where a student lives"
PATTERNS = (_STREET, _NUMBER_BEHIND, _BOX, _DOOR, _NUMBER, _PLACE)


def addresses(reading: Reading) -> Iterator[Detail]:
    """The addresses of a comment."""
    yield from _with_a_number(reading)
    for match in reading.matches(_PLACE):
        known = reading.scene.nearest(*match.span()) is not None
        mine = _MYSELF.search(reading.text[max(0, match.start() - _CLOSE) : match.end()]) is not None
        if (known or mine) and _names_a_place(reading.scene, *match.span(1)):
            yield Detail("address", 0.75 if known else 0.6, match.span(1), _LIVES)


def _with_a_number(reading: Reading) -> Iterator[Detail]:
    for match in reading.matches(_STREET):
        if _NO_STREET.isdisjoint(match[0].partition(",")[0].split()):
            yield Detail("address", _score(reading, match), match.span(), _ADDRESS)
    for match in reading.matches(_BOX):
        yield Detail("address", _score(reading, match), match.span(), _ADDRESS)
    for match in (match for pattern in (_NUMBER_BEHIND, _DOOR) for match in reading.matches(pattern)):
        around = reading.around(*match.span())
        if _HOME.search(around) or _GATHERS.search(around):
            yield Detail("address", 0.8, match.span(), _ADDRESS)
    for match in reading.matches(_NUMBER):
        known = _SAYS_HOME.search(match[0]) is not None or _is_street(reading.scene, *match.span(1))
        if known and _NO_NUMBER.isdisjoint(match[1].split()):
            yield Detail("address", 0.8, match.span(1), _ADDRESS)


def _names_a_place(scene: Scene, start: int, end: int) -> bool:
    """Whether a word behind the first has a capital or a digit: a street, a building, a number on a door."""
    origin, original, told = scene.folded.origin, scene.original, scene.folded.text[start:end]
    written = original[origin[start] : origin[end - 1] + 1].split()[1:]
    named = [word != "I" and (word[0].isupper() or word[0].isdigit()) for word in written]
    if _RANK.search(told):
        return False
    crossing = next((at for at, word in enumerate(written) if word in {"and", "&", "y"}), None)
    if crossing is not None and (
        not all(named[crossing + 1 : crossing + 2]) or (crossing == 1 and told.startswith(_IN))
    ):
        return False
    return any(named) or "apartments" in told


def _is_street(scene: Scene, start: int, end: int) -> bool:
    """Whether a number and a word look like a street: a number of three digits, or a capital."""
    first, last = scene.span(start, end)
    number, _, name = scene.original[first:last].removeprefix("the ").partition(" ")
    return len(number) > _SHORT or name[:1].isupper()


def _score(reading: Reading, match: re2._Match) -> float:
    start, end = match.span()
    close = reading.text[max(0, start - _CLOSE) : end + _CLOSE]
    if INSTITUTION.search(close) and not _HOME.search(close):
        return 0.2
    if _HOME.search(reading.around(start, end)) or _APARTMENT.search(match[0]):
        return 0.9
    if _GATHERS.search(reading.around(start, end)):
        return 0.7
    return 0.6 if reading.scene.named else 0.4
