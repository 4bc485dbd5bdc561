"""Words around personal accounts: which name is one, which account is public, which word begins none. For folded text."""

from __future__ import annotations

from functools import lru_cache

import re2

from moderators.roster_index import word_set
from moderators.subjects import STUDENT
from moderators.word_list import WordList, word_list

_SHORTEST = 5

NO_ACCOUNT = word_set(
    """
    the a an not so my your his her our too very private public down broken dead gone hacked banned blocked deleted locked boring old new
    full weird acting bugging slow trash better worse best fun cool good bad great out off over for and but with that this it just still
    only like on in at is es fake down blowing glitching being getting going always never really kinda lowkey about all crazy cute wild
    wrong right open closed empty required allowed because when where down lagging laggy linked muted made called also now here there
    me him her us them you people someone somebody friends everyone request requests account accounts
    muy mal bien nuevo nueva privado privada cerrado cerrada bloqueado bloqueada what who why how actually literally down-bad fire ass
    """
)
OFFICIAL = re2.compile(
    r"\b(?:pta|pto|school|district|library|museum|team page|boosters?|official|our page|class page|(?:our|the) (?:class|club"
    r"|team)(?:room)?|club"
    r"|asb|yearbook|drama dept"
    r"|band boosters|they post|nasa|zoo|author|poem a day|podcast|the newspaper|channel is great|museo|escuela|biblioteca|(?:la"
    r"|nuestra) clase)\b"
)
"""What stands beside the account of an institution, which anybody may follow."""
FILE = re2.compile(r"\.(?:docx?|pdf|png|jpe?g|gif|pptx?|xlsx?|txt|csv|mp[34]|mov|html?|py)(?:\b|$)")
"""How the name of a file ends."""
_VIDEOS = re2.compile(r"\b(?:youtube|yt|twitter|pinterest|threads)\b")
_PUBLISHES = re2.compile(r"\b(?:youtube|yt|twitter|pinterest|threads|insta(?:gram)?|ig|tik ?tok|facebook|fb|twitch)\b")
_PERSON = re2.compile(
    rf"{STUDENT}|\b(?:my|me|mine|his|her|him|their|he|she|mi|su|soy|im|i'm|i|u|ur|sigueme|agregame|siganme|buscame|add|hmu|dm)\b"
)


def is_public(text: str, *, mentioned: bool) -> bool:
    """Whether the words around a name, on a service where anybody publishes, speak of nobody of the class.

    `mentioned`: the name only stands beside the service's, which says less.
    """
    return (_PUBLISHES if mentioned else _VIDEOS).search(text) is not None and _PERSON.search(text) is None


def is_made_up(word: str) -> bool:
    """Whether a name without a sign or a digit is no word, as names of accounts are: "inkypaws"."""
    bare = word.strip("@._- ")
    words = _words()
    return (
        len(bare) >= _SHORTEST
        and bare.isascii()
        and not (words.count(bare) or bare in words.usual or words.is_form(bare))
    )


@lru_cache(maxsize=1)
def _words() -> WordList:
    return word_list(frozenset())
