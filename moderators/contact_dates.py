"""Birth dates in a comment: with the month, by the day ("turns 12 this friday"), and in lists."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.assessing import matches
from moderators.contact_reading import Detail, Reading
from moderators.subjects import STUDENT

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth"
    r"|seventeenth|eighteenth|nineteenth|twentieth|twenty[ \-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth"
    r"|thirty[ \-]first)"
)
_DAY_ES = (
    r"(?:uno|primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho"
    r"|diecinueve"
    r"|veinte|veinti\w+|treinta(?: y uno)?)"
)
_DATE = (
    rf"(?:{_MONTH}\.? (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})(?:,? (?:of )?(?:19|20)\d\d)?"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL}|{_DAY_ES}) (?:of |de )?{_MONTH}(?:,? (?:del? )?(?:19|20)\d\d)?"
    r"|\d{1,2}[/.\-]\d{1,2}(?:[/.\-](?:\d{4}|\d{2}))?|(?:19|20)\d\d[/.\-]\d{1,2}[/.\-]\d{1,2})"
)
_AGE = r"(?:\d{1,2}|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)"
_BIRTH = (
    r"(?:birthday|bday|b[ \-]?day|birth ?date|date of birth|d\.?o\.?b\.?|born on|was born|were born|born"
    rf"|(?:will )?turns? {_AGE}|turned {_AGE}|turning {_AGE}|(?:will|'ll|ill) be {_AGE}"
    r"|sweet (?:16|sixteen)|quince(?:anera|s)?|xv anos|cumpleanos|cumplen? (?:los )?(?:\d{1,2}|nueve|diez|once|doce|trece|catorce"
    r"|quince)(?: anos)?|(?:cumplio|cumplo) (?:los )?\d{1,2}(?: anos)?|cumple|cumplira|nacio|naci"
    r"|fecha de nacimiento|cake day)"
)
_BIRTH_DATE = re2.compile(
    rf"\b({_BIRTH})\b([^\n]{{0,60}}?)\b({_DATE})(?:\b|$)|\b({_DATE})\b([^.!?\n]{{0,40}}?)\b{_BIRTH}\b"
)
_WEEKDAY = (
    r"(?:(?:this|next|on|el|este|the)? ?(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:el|este)? ?(?:lunes|martes|miercoles"
    r"|jueves|viernes|sabado|domingo))"
)
_FEAST = (
    r"(?:on )?(?:halloween|christmas|xmas|new year.?s|valentine.?s|thanksgiving|earth day|pi day|leap day|cinco de mayo"
    r"|the fourth of july"
    r"|navidad|ano nuevo)(?: (?:eve|day))?"
)
_SOON = (
    rf"(?:today|tomorrow|tmrw|tmr|tonight|yesterday|ayer|hoy|manana|{_WEEKDAY}"
    rf"|(?:on )?the \d{{1,2}}(?:st|nd|rd|th)|el dia \d{{1,2}}|{_FEAST})"
)
_BIRTH_SOON = re2.compile(
    rf"\b(?:(?:turns?|turned|turning|will be|is gonna be|gonna turn) {_AGE}|(?:cumple(?: \d{{1,2}}|n)?"
    rf"|cumplio \d{{1,2}})(?: anos)?)\b[^.!?\n]{{0,15}}?\b({_SOON})\b"
    rf"|\b(?:birthday|bday|b[ \-]?day|cumple(?:anos)?|quince(?:anera|s)?)(?: de \w+)?(?: party)? (?:is|was|es|son|fue|falls on|va a ser"
    rf"|cae)(?: (?:on|el))? ({_SOON})\b"
    rf"|\bborn on ({_SOON})\b"
    rf"|\b({_SOON})[ ,]+(?:(?:cumplen?|cumplio) \d{{1,2}}|turns {_AGE}|(?:is|es|its|it.?s|was|fue)(?: el)? (?:\w+'?s? ){{1,3}}"
    r"(?:birthday|bday|b[ \-]?day|cumple(?:anos)?)\b)"
)
"""A birthday that is told by the day: it counts for a student who is named."""
_MINE = re2.compile(
    r"\b(?:my|mis?) (?:\w+ ){0,2}?(?:birthday|bday|b[ \-]?day|birth ?date|date of birth|dob|cumple\w*|quince\w*|sweet|son|daughter|kid"
    r"|hij[oa]|brother"
    r"|sister|twin|fecha)\b|\bi (?:was born|turn|will be|turned)\b|\bi.?m turning\b|\bill be\b|\bi'll be\b|\bmine\b|\bnaci\b|\bcumplo\b"
)
_LIST = re2.compile(r"\b(?:birthdays|bdays|b-days|cumples|cumpleanos)\b")
_LISTED = re2.compile(rf"{STUDENT}+(?:'s|s)?[ :,(\-]{{1,3}}(?:is |on |es |el )?(\b{_DATE})(?:\b|$)")
"""A list of birthdays, and a date in it: "birthdays: Ana 3/4, Bo 5/6"."""
_LONG_AGO = re2.compile(r"\b(?:1\d\d\d|200[0-4])\b|[/.\-](?:1\d\d\d|200[0-4]|[3-9]\d)$")
_AMOUNT = re2.compile(
    rf"\b(?:be|turn\w*) {_AGE} (?:min\w*|hours?|of|in|pages?|points?|degrees|days?|weeks?|assign\w*|late|more|people|kids|percent)\b"
)
"""What is no age: "will be 5 min late on monday"."""
_NOUN = re2.compile(
    r"(?:day|date of birth|birth ?date|d\.?o\.?b\.?|cumple|cumpleanos|nacimiento)$|^(?:quince(?:anera|s)?|sweet (?:16|sixteen))$"
)
_A_CHILDS = re2.compile(r"\b20(?:0[5-9]|1\d|20)\b|[/.\-](?:0[5-9]|1\d|20)$")
"""A year in which a student may have been born: such a date needs nobody's name beside it."""
_A_BIRTH_YEAR = re2.compile(r"20(?:0[5-9]|1\d)$")
_A_THINGS = re2.compile(
    r"\b(?:dog|cat|puppy|kitten|hamster|perr[oa]|gat[oa]|school|escuela|library|app|program|company|game|band|star|club|museum|panda|cub|calf|foal)\b"
)
_FULL_DATE = re2.compile(rf"\b({_DATE})(?:\b|$)")
_BY_A_NAME = re2.compile(rf"{STUDENT}+(?:'?s)?[ ,:;=(\-]{{1,3}}(?:is \d{{1,2}},? )?$")
_WHY = "Gives a birth date"
PATTERNS = (_BIRTH_DATE, _BIRTH_SOON, _LIST, _FULL_DATE)


def birth_dates(reading: Reading) -> Iterator[Detail]:
    """The birth dates of a comment."""
    somebody = bool(reading.scene.named or reading.scene.children)
    for match in (one for one in reading.matches(_BIRTH_DATE) if not _AMOUNT.search(one[0])):
        by_its_name = match[1] and _NOUN.search(match[1])  # "birthday is june 4": the date alone is the detail
        score = _score(reading, match, somebody=somebody)
        yield Detail("birth_date", score, match.span(3) if by_its_name else match.span(), _WHY)
    for match in reading.matches(_BIRTH_SOON) if somebody else ():
        if not _AMOUNT.search(match[0]):
            yield Detail("birth_date", 0.7, match.span(), _WHY)
    for match in reading.matches(_FULL_DATE) if somebody else ():
        if _A_BIRTH_YEAR.search(match[0]) and _BY_A_NAME.search(reading.scene.text[: match.start()]):
            yield Detail("birth_date", 0.6, match.span(), _WHY)
    for match in matches(_LISTED, reading.scene.text) if somebody and _LIST in reading.present else ():
        yield Detail("birth_date", 0.85, match.span(1), _WHY)


def _score(reading: Reading, match: re2._Match, *, somebody: bool) -> float:
    if _LONG_AGO.search(match[0]):
        return 0.2
    if somebody:
        return 0.85
    if _A_CHILDS.search(match[0]) and not reading.by_staff and not _A_THINGS.search(reading.around(*match.span())):
        return 0.6
    mine = _MINE.search(reading.around(*match.span())) and not reading.by_staff
    return 0.7 if mine and not reading.is_an_adults_own(match.start()) else 0.3
