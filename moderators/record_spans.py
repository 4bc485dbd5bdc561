"""Where a record begins and ends in a comment: from the verb to the end of what is told, without the person of whom it is told.

"Marcus [got an F on the cell quiz] lmaooo": a wording finds "got an F on"; a person who reads the queue wants to see the rest of it.
"""

from __future__ import annotations

from typing import Final

import re2

from moderators.roster_index import word_set

_MOST_WORDS: Final = 12  # that are taken behind a wording
_MOST_BEFORE: Final = 7  # words between a person and the wording
_PHRASE: Final = 4  # words behind one preposition, articles not counted
_PREPOSITIONS = word_set(
    """
    on in for at from about during since of until till til over with w by as after before para
    en de del por hasta desde durante sobre con sin
    """
)
_ARTICLES = word_set("the a an his her their my our your that this these those el la los las un una su sus al")
_REST = re2.compile(r"^(?:[\w%+]|\.\d)+")
_AGAIN = word_set("again tambien")
_STOP = word_set(
    """
    and but so because bc cuz cause if when while who which that thats that's what where why how then than or lol lmao lmaoo lmaooo omg
    smh bruh bro fr ngl tho though though right lets let's course he she they it i we you u he's hes she's shes theyre im i'm is are was
    were has had have does did do dont don't cant can't wont will would can could should must gets got y e o pero que porque pq cuando si
    jaja jajaja ni ya se lo le me yo please pls right now today yesterday tomorrow just also again no everyone
    everybody yall idk rn haha hahaha hope poor wtf ugh like thank thanks not
    ok okay lolol lolll frfr deadass jk tbh imo ikr omfg wow damn dang oof yikes sad hehe lowkey
    """
)
_WORD = re2.compile(r"^ ((?:[\w'%$#/\-\x02\x03]|\.\d)+)")
_LEADS_ON = re2.compile(r"^ (?:to (?:the|his|her|their|my|our|an?|el|la|\d+)|because of)\b")
_DAY = r"(?:mon|tues|wednes|thurs|fri)day"
_NOUN = re2.compile(
    r"^ (?:(?:class(?:es)?|group|program|room|test|exam|quiz|final|midterm|essay|report|homework|meeting|plan|team|days?|weeks?|months?"
    r"|times|hours?|semester|quarter|year|period|grade|level|surgery|problems?|issues?|attacks?|score|average|list|school|practice|aide|helper"
    r"|math|algebra|geometry|bio|biology|chem|chemistry|science|history|reading|english|clases?|semana|dias"
    r"|veces|meses|materias|grupo|examen)\b|(?:(?:this|last|every|all|next|each|este|esta|toda la|todos los|cada) )(?:single )?"
    r"(?:week|month|year|semester|quarter|spring|fall|winter|summer|morning|day|night|time|period|monday|tuesday|wednesday|thursday|friday"
    r"|mes|semana|ano|semestre|lunes|martes|miercoles|jueves|viernes|dias?)\b"
    r"|(?:\d+|two|three|four|dos|tres|cuatro) (?:times|days|weeks|months|years|veces|dias|semanas|meses)\b|la semana\b"
    r"|(?:la semana|el ano|el mes) pasad[oa]\b"
    rf"|(?:on )?{_DAY}(?: and {_DAY})?\b|otra vez\b|twice\b|al (?:ano|mes)\b|an? (?:year|month|hour)\b)"
)
"""What may stand behind a wording that broke off in the middle, and when it was."""
_FIGURE = re2.compile(
    r"(?:gpa|grades?|scores?|results|transcript|average|level|percent|rank|lexile|attendance|report card)$"
)
_IS_SO = re2.compile(
    r"^ (?:is|was|are|were|went|dropped|fell|says?)(?: (?:still|only|like|now|at|around|about|down|up|from|to|in|an?|the|all|so"
    r"|really|pretty|below|above|under|over))* (?:\w+ (?:grade|level)\b|[\w%+\-]+)"
)
"""How a figure goes on: "gpa [is like 1.2]"."""
_DANGLING = re2.compile(
    r"(?:[\s,;:.!?()]| -+|\b(?:on|in|for|as|at|this|last|and|but|so|lol|lmao|omg|when|while|because|cuz|bc|too|every|overall|rn|now|smh"
    r"|bruh|bro|he|she|of|by|about|w|to"
    r"|they|after|from|with|since|if|instead|which|en|de|y|e|pero|por|con|ni|que|para|cuando|the|an?|his|her|their|el|la|los|un|una|su|jaja))$"
)
_VERBS_BEFORE = re2.compile(
    r"((?:(?:\b(?:he|she|they|el|ella) )?\b(?:is|are|was|were|has|have|had|been|being|got|already)|\b(?:he|she|they)'s)"
    r"(?: (?:still|already|like|been|put|given))* )$"
)
_PRONOUN_BEFORE = re2.compile(r"(\b(?:he|she|they) )$")
_VERB = (
    r"(?:is|are|was|were|has|have|had|got|gets?|getting|be|being|been|isn.?t|wasn.?t|hasn.?t|had|didn.?t|doesn.?t|don.?t|won.?t|can.?t"
    r"|couldn.?t|may|might|will|gonna|goes|go|went|going|comes?|came|takes?|took|taking|made|makes|earn(?:s|ed|ing)|needs?|needed|left"
    r"|lost|keeps?|kept|stays?|stayed|ended|uses?|used|spent|moved|sits|ranked|scored|ca?me|es|esta|estaba|fue|va|iba|anda|tiene|tenia"
    r"|tuvo|trae|lleva|salio|quedo|sigue|volvio|ha|se|lo|la|le|los|no)"
)
_MOST_SEEN: Final = 60  # characters before a wording
_PREDICATE = re2.compile(
    rf"(?:[\x02\x03]+(?:'s|s|')?|\b(?:he|she|they|you|u|el|ella)) (?:(?:just|really|also|still|already|lowkey|actually|literally"
    rf"|basically|totally|never|always|only|finally|apparently|supposedly) ){{0,2}}?({_VERB}\b(?: [\w']+)*? )$"
)
_OWNED = re2.compile(
    r"[\x02\x03]+(?:'s|s'?) ((?:\w+ )?(?:attendance|grades?|average|scores?|level|quiz|test|essay|final|midterm|gpa) )$"
)
_BREAK = re2.compile(
    r"\b(?:and|but|so|because|bc|cuz|cause|if|when|while|who|which|that|thats|says?|said|told|tells|think|thinks|thought|heard|knows?|he|she"
    r"|they|i|im|you|u|we|it|y|pero|porque|que|cuando|si|dice|dijo|to me|lol|lmao)\b"
)


def tidy(text: str, start: int, end: int, signs: str) -> tuple[int, int]:
    """The place of a record, given where its wording stands; `signs` are the letters that stand for a person."""
    first, last = _without_person(text, start, end, signs)
    if first == start:
        first = _with_verb(text, first)
    return first, _to_the_end(text, _without_loose_words(text, first, last), signs)


def _without_person(text: str, start: int, end: int, signs: str) -> tuple[int, int]:
    first, last = start, end
    while first < last and text[first] in signs:
        first += 1
    if first > start:
        joint = next(
            (
                joint
                for joint in ("'s ", "s ", "'s", "' ", ": ", ", ", " - ", " = ", " ")
                if text.startswith(joint, first, last)
            ),
            "",
        )
        first += len(joint)
    while last > first and (text[last - 1] in signs or text[last - 1] in " ,;:"):
        last -= 1
    return (first, last) if first < last else (start, end)


def _with_verb(text: str, start: int) -> int:
    """Take what its person does: "kofi [is gonna get] held back"; else the verb or the pronoun before it."""
    nearby = text[max(0, start - _MOST_SEEN) : start]
    match = _PREDICATE.search(nearby)
    if match is not None and len(match[1].split()) <= _MOST_BEFORE and not _BREAK.search(match[1]):
        return start - len(match[0] if match[0].startswith(("he ", "she ", "they ")) else match[1])
    owned = _OWNED.search(nearby)
    if owned is not None and not _BREAK.search(owned[1]):
        return start - len(owned[1])
    for before in (_VERBS_BEFORE, _PRONOUN_BEFORE):
        match = before.search(text[max(0, start - 30) : start])
        if match is not None:
            start -= len(match[1])
    return start


def _without_loose_words(text: str, start: int, end: int) -> int:
    while end > start and (match := _DANGLING.search(text[max(start, end - 12) : end])) is not None and match[0]:
        if text[start:end].endswith("an a"):  # a grade
            break
        end -= len(match[0])
    return end if end > start else start + 1


def _to_the_end(text: str, end: int, signs: str) -> int:
    """Take "again", a noun or a time, and what hangs on prepositions: "on the cell quiz", "for the fire alarm"."""
    at = end = _whole(text, end, signs)
    left = taken = 0
    for _ in range(_MOST_WORDS):
        noun = _NOUN.search(text[at : at + 40])
        if noun is not None:
            end = at = at + noun.end()
            left, taken = 0, taken + 1
            continue
        word = _next_word(text, at, signs)
        left = _goes_on(text, at, word, left)
        if word in _AGAIN:
            left = 0 if taken else 1
        if not left:
            break
        at, left, taken = at + 1 + len(word), left - (word not in _ARTICLES), taken + 1
        if word not in _PREPOSITIONS:
            end = at
    return _without_loose_words(text, end - 1, end) if text[end - 1 : end] == " " else end


def _whole(text: str, end: int, signs: str) -> int:
    """Take the rest of a word or number in which a wording broke off, and how a figure goes on."""
    if text[end - 1] not in signs and text[end - 1].isalnum():
        rest = _REST.search(text[end : end + 40])
        end += rest.end() if rest is not None else 0
    so = _IS_SO.search(text[end : end + 60]) if _FIGURE.search(text[max(0, end - 12) : end]) else None
    return end + so.end() if so is not None else end


def _next_word(text: str, at: int, signs: str) -> str:
    match = _WORD.search(text[at : at + 40])
    return "" if match is None or any(sign in match[1] for sign in signs) else match[1]


def _goes_on(text: str, at: int, word: str, left: int) -> int:
    """How many words may follow, this one counted; 0: what is told ends before it."""
    if word and (word in _PREPOSITIONS or _LEADS_ON.search(text[at : at + 12]) is not None):
        return _PHRASE
    return 0 if not word or word in _STOP else left
