"""Where a student is or will be: "at the bus stop on Quince until 4". For folded text with signs for the people (`subjects`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from moderators.assessing import matches
from moderators.contact_reading import Detail, Reading
from moderators.pattern_set import PatternSet
from moderators.subjects import FICTION, STUDENT

_WHO = rf"(?:{STUDENT}+(?:'s|s)?|\b(?:he|she|they|hes|he's|shes|she's|theyre|they're|esta|estan|anda|andan|se)),?"
_IS = (
    r"(?: (?:is|s|are|was|be|will be|gonna be|going to be|been|still|always|usually|just|rn|home|here|out|hiding|left|alone|literally"
    r"|prob|probably|now|\w+ing|esta|estan|anda|andan|va a estar|se queda|quedando|solo|sola|siempre))*"
)
_RIDE = r"the (?:[a-z0-9]+ )?(?:bus|train|metro|\d+)"
_RIDE_ES = r"(?:el|la|del) (?:camion|bus|autobus|metro|tren|micro|ruta|\d+)"
_GOES_ES = rf"(?:espera(?: {_RIDE_ES})?|se baja(?: {_RIDE_ES})?|(?:toma|agarra) {_RIDE_ES}|sale|camina|entrena|juega|vende|trabaja)"
_GOES = (
    r"(?:waits?|hangs? out|hangs|walks home|walks (?:his|her|their|the) dog|gets (?:dropped off|picked up)|got dropped off"
    rf"|(?:takes|catches|gets on|gets off|rides) {_RIDE}|gets off|sleeps|skates|trains|lives"
    rf"|espera(?: {_RIDE_ES})?|se baja(?: {_RIDE_ES})?|(?:toma|agarra) {_RIDE_ES})"
)
_WAITS = (
    rf"(?: (?:{_GOES}|waiting|sits?|sitting|stands?|standing|hanging out|plays|practices|works|stays?|staying|stuck|chilling|parked"
    r"|esperando|trabaja))"
)
_AT = (
    r"(?:at|behind|outside|outside of|by|near|in front of|on the corner of|across from|inside|in|on|under|next to|around|down|en"
    r"|afuera del?|enfrente del?|atras del?|cerca del?)"
)
_DAYS = r"(?:day|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|afternoon|morning|night|week|lunch)"
_WHEN = (
    rf"(?:rn|right now|rite now|as we speak|until|till|til|from \d[^.!?\n]{{0,20}}|every {_DAYS}[^.!?\n]{{0,25}}"
    r"|after (?:school|practice|class|dark)|at \d[\d:]*(?: ?[ap]m)?|around \d|all (?:alone|day|night|afternoon|weekend)|alone"
    r"|by (?:him|her|them)sel(?:f|ves)|with no ride|no ride|tonight|daily|tomorrow|most (?:days|nights)|hasta (?:las|que)|ahorita|ahora"
    r"|on (?:(?:mon|tues|wednes|thurs|fri)days|(?:satur|sun)days?)"
    r"|todos los (?:dias|lunes|martes|miercoles|jueves|viernes|sabados|domingos)"
    r"|todas las \w+"
    r"|a las? \d+|a la una|sol[oa]\b|cada (?:dia|lunes|martes|viernes)|unsupervised|waiting for (?:you|someone|anybody|a ride))"
)
_PUBLIC = (
    r"(?:bus stop|skate ?park|mall|mcdonald'?s|starbucks|7.?eleven|target|walmart|vons|ralphs|northgate|superior|gas station"
    r"|train station"
    r"|liquor store|parking lot|car ?wash|swap ?meet|food court|galleria|galeria|plaza|laundromat|motel|hotel|arcade|boba \w+|parada)"
)
_PLACE = (
    rf"(?:{_PUBLIC}|stop|parks?|store|market|station|metro|train|church|lot|corner|shop|restaurant|laundry|shelter|house|apartments?|home"
    r"|bridge|alley|pool|ymca|rec center|recreation center|boys and girls club|gym on|taco|donut|boba|cafe|bakery|beach|pier"
    r"|gate|back gate|front gate|side (?:gate|door)|fence|garage|dojo|studio|salon|barber|library on|public library|practice field"
    r"|courts|field on|job|work|grandma'?s|abuela'?s|tia'?s|dad'?s|mom'?s|casa|parque|tienda|esquina|iglesia|puerta|reja|calle"
    r"|lavanderia|mercado|puente|puesto|centro comercial"
    r"|departamento)"
)
_MORE = r"[^.!?\n]{0,50}"
_AT_A_PLACE = rf"{_WHO}{_IS}{_WAITS}? {_AT} {_MORE}?\b{_PLACE}\b"
_SIDE = r"(?:on|off|at|behind|next to|across from|by|near|de|en|sobre)"
_SELF = r"(?:alone|by (?:him|her)self|sol[oa])"
_WAY = (
    r"(?:walks|walking|walk home|bikes|rides (?:his|her) bike|takes the (?:bus|train|\d+)|gets off(?: the (?:bus|train|metro|\d+))?)"
    r"(?: (?:home|to school))? (?:alone|down|along|on|through|past|at|by|from)"
)
_LEFT = rf"(?:{_GOES}|waiting|standing|sitting|walking|walks|outside|there|left|stuck|esperando|parad[oa])"
_STAYS = r"(?:staying|living|lives|sleeping|se queda|vive)"
_SHELTER = r"(?:motel|hotel|shelter|apartments?|trailer park|refugio|albergue)"
_FORMS = (
    rf"{_AT_A_PLACE}{_MORE}?\b{_WHEN}",
    rf"{_AT_A_PLACE}(?: \w+)? {_SIDE} (?:the |la |el )?[^.!?\n,]{{2,40}}",
    rf"{_WHO}{_IS}{_WAITS}? {_AT} [a-z0-9]+ (?:and|&|y) [a-z0-9]+\b{_MORE}?\b{_WHEN}",
    rf"{_WHO}{_IS} {_GOES} {_AT} [^.!?\n]{{3,50}}?\b{_WHEN}",
    rf"{_WHO} (?:is|are|will be|gonna be|esta) {_AT} (?:the |el |la |that )?(?:\w+ )?{_PUBLIC}\b",
    rf"\b(?:find|catch|grab|pick up|get) {STUDENT}+ {_AT} {_MORE}?\b{_PLACE}\b{_MORE}?\b{_WHEN}",
    rf"{_WHO}(?: \w+){{0,3}}? home (?:all )?(?:alone|by (?:him|her)self)\b{_MORE}",
    rf"{_WHO}(?: \w+){{0,2}}? {_LEFT}(?: \w+){{0,2}} {_SELF}\b{_MORE}",
    rf"{_WHO}(?: (?:is|s|all|esta|anda))* {_SELF} (?:{_AT}|por|until|till|every|after|en la|en el|afuera)\b[^.!?\n]{{2,50}}",
    rf"{_WHO}{_IS} {_GOES_ES}(?: a las? \w+)? (?:{_AT}|de|del|por) {_MORE}?\b{_PLACE}\b{_MORE}",
    rf"(?:{STUDENT}+|\bse)(?: (?:se|esta|estan))* (?:queda|quedan|quedando) en [^.!?\n]{{0,30}}{_SHELTER}\b[^.!?\n]{{0,40}}",
    r"\besta sol[oa] en (?:la |su )?casa\b[^.!?\n]{0,30}",
    rf"{_WHO}(?: \w+){{0,2}}? {_WAY} [^.!?\n]{{3,60}}",
    rf"{_WHO}(?: (?:is|s))? {_STAYS} (?:\w+ )?(?:at|in|en) [^.!?\n]{{0,30}}{_SHELTER}\b[^.!?\n]{{0,40}}",
    rf"{_WHO} is at (?:his|her) (?:\w+'?s )?(?:house|place|work|shop|job)\b[^.!?\n]{{0,40}}",
    rf"(?:{STUDENT}+|\b(?:he|she|they)s?) (?:has|have|got) (?:his|her|their) location on\b[^.!?\n]{{0,60}}",
)
"""At a place, and when or which one; alone; on the way; where they stay; what a telephone shows."""
_WHEREABOUTS = tuple(map(re2.compile, _FORMS))
_ANY = PatternSet(_WHEREABOUTS, memory=16 << 20)
_ALONE_MYSELF = re2.compile(
    r"\b(?:im|i'm|i am|ill be|i'll be|i will be|estoy|we're|were) (?:\w+ ){0,2}?(?:home alone|alone at home|all alone|by myself at"
    r"|waiting alone|sol[oa] en (?:mi )?casa)\b[^.!?\n]{0,40}"
)
_EMPTY_HOUSE = re2.compile(
    r"\b(?:my|our|mi|nuestra) (?:house|home|place|apartment|casa) (?:(?:will|is|gonna|going|to|be|va|a|estar|esta|queda"
    r"|all) ){1,4}(?:empty|sola|vacia)"
    r"(?: (?:til|till|until|all (?:day|night|week|weekend|spring|summer|winter)|this|next|tonight|tomorrow|from|while|hasta|todo|toda)\b"
    r"[^.!?\n]{0,30}|$|[.!?,\n])"
)
_PROBLEM = re2.compile(r"\b(?:word problem|story problem|problem #?\d+|mph|miles per hour|how long until|how far)\b")
"""Words of arithmetic, in which children walk home, too."""
_HERE = re2.compile(
    rf"\b(?:im|i'm|i am|estoy) (?:{_AT}) (?:the |el |la )?(?:\w+ ){{0,2}}?{_PUBLIC}\b[^.!?\n]{{0,40}}?\b(?:rn|right now|ahorita"
    rf"|come thru|until|til|till|hasta las)\b"
    r"[^.!?\n]{0,15}"
)
_ON_CAMPUS = re2.compile(
    r"\b(?:class|classroom|office|nurse|cafeteria|lab|bathroom|hallway|auditorium|quad|board|lunch line|lunch table|line|stage|group"
    r"|project|team|locker|desk|table|back row|front row|library rn|counselor|tutoring|rehearsal|detention|bus home|field trip|museum"
    r"|zoo)\b"
)
_WHY = "Tells where a student is or can be met"
_CLAUSE = re2.compile(
    r",? (?:if|so|but|cuz|bc|because|lol|lmao|pls|plz|please|tho|btw|fyi|pa que|para que|por si|por favor|porfa)\b"
    r"|, (?:nobody|who|he|she|we|i|they|go|come|just|ask|anyone|her|his)\b"
)
"""Where something else begins, that tells no place."""
_LETTERS = re2.compile(r"^[a-z0-9]+")
_WORD = 20  # letters of a last word that is cut
_FIRST = 12  # letters of a place that are kept whatever stands in them
PATTERNS = (_ALONE_MYSELF, _EMPTY_HOUSE, _HERE)


def whereabouts(reading: Reading) -> Iterator[Detail]:
    """Where a student who is named is or will be, and where the author is alone."""
    scene = reading.scene
    if (scene.named or scene.children) and not (FICTION.search(reading.text) or _PROBLEM.search(reading.text)):
        forms = (_WHEREABOUTS[number] for number in sorted(_ANY.which(scene.text)))
        told = [
            _bounded(scene.text, *scene.without_person(*match.span()))
            for form in forms
            for match in matches(form, scene.text)
            if not _ON_CAMPUS.search(match[0])
        ]
        for span in _merged(told):
            if scene.nearest(*span) is not None:
                yield Detail("location", 0.75, span, _WHY)
    for match in (match for pattern in (_ALONE_MYSELF, _EMPTY_HOUSE) for match in reading.matches(pattern)):
        yield Detail("location", 0.6, _bounded(reading.text, *match.span()), _WHY)
    for match in reading.matches(_HERE) if not reading.by_adult else ():
        yield Detail("location", 0.6, _bounded(reading.text, *match.span()), _WHY)


def _bounded(text: str, start: int, end: int) -> tuple[int, int]:
    """A place up to the next clause, with its last word whole and no sign behind it."""
    if end < len(text) and text[end - 1].isalnum() and (rest := _LETTERS.search(text[end : end + _WORD])):
        end += rest.end()
    other = _CLAUSE.search(text[start + _FIRST : end]) if end - start > _FIRST else None
    if other is not None:
        end = start + _FIRST + other.start()
    while end > start + 1 and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that lie in one another as one: two wordings may tell the same."""
    one: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if one and start < one[-1][1]:
            one[-1] = (one[-1][0], max(end, one[-1][1]))
        else:
            one.append((start, end))
    return one
