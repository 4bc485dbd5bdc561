"""The everyday words of English and Spanish: what stands there is no misspelt name.

The lists and their counts are those of pyspellchecker (MIT); words of school chat that no dictionary holds are added here.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from importlib.resources import files
from string import ascii_lowercase

from moderators.name_forms import word_set

_LANGUAGES = ("en", "es")
_USUAL = 300
"""Count from which a word is an ordinary one. Rarer ones may be a name that sounds so: "kurtis", "aliyah"."""

_FAMILIAR = 12_000
"""Count below which a given name that is also a word may stand for a student's that sounds so: "victor"."""

_OFTEN = 3_000
"""Count from which a word is so frequent that one letter away from it something is that word, mistyped."""

_CHAT = word_set(
    """
    abt aint ain alot aka ahaha ahahaha asap atleast atm aww awww bbg bday bestie bffr bffs bio bro bros brooo bruh bruhh btw buddys
    cafe cant chem chrome chromebook chromebooks classwork convo couldnt cuz dang def defo didnt didn doesnt doesn dont emoji emojis
    everyones finna frfr gimme goated gonna goofy gotta grrr haha hahaha hahahaha havent hella helluva highkey hmmm hmu homie hoodie
    hw idc idek idgaf idk iirc ikr ily imma imo insta isnt isn istg iykyk jajaja jajajaja jk kahoot kinda lemme lmao lmaoo lmaooo
    lmfao lmk lol lolol lolz lotta lowkey lunchroom mhm mins misspelt mins mrbeast myself nah nahh nooo noooo nope nvm ohhh okayy okey
    oml omfg omg omgg outta padlet pics plss plz plzz ppl pls powerpoint prolly quizizz quizlet roblox rofl rubric rubrics schoology
    selfie selfies shouldnt shoutout skibidi smh smth snapchat somethin sooo soooo spoilers srry srsly stfu supes sus tbh tbt tho thru
    thx tiktok tmrw tysm ughh ughhh umm uwu vape vaping wanna wasnt wasn weren werent whats whatcha whens wheres whos wifi woah wont
    workbook worksheet worksheets worksheeet wouldnt wouldn wsp xbox yall yass yeet yesss yooo youre youtube youtuber zoom
    nomas porfa porfis pq xq tqm profe profes grax holaa siii compas bien mañana
    """
)


# Endings of Spanish verbs, and of English words that a dictionary has without them.
_VERB_ENDINGS = re.compile(
    r"(?:a|as|an|o|e|es|en|amos|emos|imos|aba|abas|aban|ia|ian|aron|ieron|aste|iste|io|ando|iendo|[ai]d[oa]s?|[aei]r(?:a|an|as|e|ia|ian)?)"
    r"(?:me|te|se|lo|la|le|nos|los|las|les)?$"
)
_ENDINGS = ("s", "es", "ed", "d", "ing", "ers", "er", "ly", "ness", "ish", "y")


class WordList:
    """Tells words from what are none. Folded: lower case, no accents."""

    def __init__(self, counts: dict[str, int], everyday: frozenset[str] = frozenset()) -> None:
        self._counts = counts
        self._names: frozenset[str] = frozenset()
        self.usual = frozenset(word for word, count in counts.items() if count >= _USUAL) | _CHAT | everyday
        self._ordinary = self.usual
        self._often = frozenset(word for word, count in counts.items() if count >= _OFTEN)

    def is_form(self, token: str) -> bool:
        """Whether a token is a known word with another ending: "llevaron", "worksheets"."""
        if any(token.endswith(ending) and token[: -len(ending)] in self.usual for ending in _ENDINGS):
            return True
        stems = {token[: match.start()] for match in _VERB_ENDINGS.finditer(token)}
        return any(len(stem) > 2 and stem + verb in self._counts for stem in stems for verb in ("ar", "er", "ir"))

    def count(self, token: str) -> int:
        """How often a word was met; 0 where it is none."""
        return self._counts.get(token, 0)

    def usual_but(self, names: frozenset[str]) -> frozenset[str]:
        """The ordinary words without those of these names that are seldom words: they may be a student's, spelt otherwise."""
        if names != self._names:
            self._names, self._ordinary = names, self.usual - {name for name in names if self.count(name) < _FAMILIAR}
        return self._ordinary

    def is_typo(self, token: str, but: str = "") -> bool:
        """Whether a frequent word, `but` for one, became this token by one slip of the fingers."""
        halves = [(token[:at], token[at:]) for at in range(len(token) + 1)]
        often = self._often - {but} if but in self._often else self._often
        if any(a + b[1:] in often or (len(b) > 1 and a + b[1] + b[0] + b[2:] in often) for a, b in halves if b):
            return True
        return any(a + c + b in often or a + c + b[1:] in often for a, b in halves for c in ascii_lowercase)


@lru_cache(maxsize=4)
def word_list(everyday: frozenset[str]) -> WordList:
    """The library's words, read once a process, and others that are no names."""
    return WordList(_counts(), everyday)


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    counts: dict[str, int] = {}
    for language in _LANGUAGES:
        packed = (files("spellchecker") / "resources" / f"{language}.json.gz").read_bytes()
        for word, count in json.loads(gzip.decompress(packed)).items():
            plain = word if word.isascii() else word.translate(_ACCENTS)
            counts[plain] = max(count, counts.get(plain, 0))
    return counts


_ACCENTS = str.maketrans("áéíóúüñàèìòùâêîôûäëïöç", "aeiouunaeiouaeiouaeioc")
