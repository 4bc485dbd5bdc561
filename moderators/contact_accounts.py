"""The forms of a personal account on another service: "my insta is @inky.paws", "add me on snap: inkypaws". For folded text."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from moderators.contact_account_words import FILE, NO_ACCOUNT, OFFICIAL, is_made_up, is_public
from moderators.contact_reading import Detail, Reading

_SERVICE = (
    r"(?:insta(?:gram)?|ig|finsta|rinsta|snap(?:chat)?|sc|tik ?tok|tt|discord|disc|roblox|rblx|twitch|twitter|kik|telegram|whats ?app"
    r"|signal|xbox|psn|playstation|gamer ?tag"
    r"|fortnite|minecraft|steam|valorant|switch|nintendo|facebook|fb|messenger|bereal|vsco|pinterest|tumblr|threads|spam(?: account"
    r"| acc)?|priv|alt|yt|youtube(?: channel)?|channel|soundcloud|wattpad|duolingo|user ?name|handle|epic)\b"
)
_OWN = r"(?:\b(?:my|mi|his|her|their|su|our|ur)|'s|s')"
_OWNER = r"(?:\b(?:the|[a-z]{3,}s))"  # "daisys snap": with an account that can be nothing else
_KIND = r"(?:new |other |real |old |main |second |private |priv(?:ate)? |gaming |art |dance |spam |fan )?"
_WHAT = r"(?: (?:user(?:name)?|handle|tag|gt|acc(?:oun)?t|account|id|name|page|channel|es|is now|for the \w+ \w+)\b)?"
_IS = r"(?: ?(?:(?:is|es|called|se llama)\b|:|=|->|-|–))"
_HANDLE = r"@?[a-z0-9_][a-z0-9._\-]{2,30}(?:#[a-z0-9]{2,5})?"
_LETTERED = r"(?:[a-z][a-z0-9._\-]{3,29}[0-9_]\b|[a-z][a-z._\-]{2,20}[0-9][a-z0-9._\-]{1,20}|[a-z][a-z0-9\-]{2,20}[._][a-z0-9._\-]{2,30})"
_MARKED = r"(?:@ ?[a-z0-9._\-]{3,30}|[a-z][a-z0-9._\-]{2,29}[0-9_]\b|[a-z0-9]*[a-z0-9._\-]*[0-9._][a-z0-9._\-]{1,30}(?:#\d{3,5})?)"
ACCOUNT = re2.compile(
    rf"{_OWN} {_KIND}{_SERVICE}{_WHAT}(?:{_IS}+ ?({_HANDLE})| ?({_MARKED}))"
    rf"|{_OWNER} {_KIND}{_SERVICE}{_WHAT}{_IS}* ?({_MARKED})"
    rf"|\b(?:add|follow|dm|hmu|message|text|find|friend|msg|sub to|subscribe to|agrega|agregame|agreguenme|sigueme|siganme|buscame"
    rf"|mandame|search)(?: (?:me|him|her|us|up))? "
    rf"(?:on|at|en|in|@|over on) (?:my )?{_SERVICE}(?: (?:as|como|at|it.?s|user|name))*[ :=,\-]*(@[a-z0-9._\-]{{3,30}}|{_MARKED}"
    rf"|[:=] ?{_HANDLE}|(?: ?(?:as|como|is)) {_HANDLE})"
    rf"|\b(?:(?:add|dm|message|msg|friend|hmu|text|sigueme|siganme|agregame)(?: (?:me|him|her|us|up|a|at))*|(?:follow|find)(?: (?:me"
    rf"|him|her|us|my|at|on))+)[ :,]+(@ ?[a-z0-9._\-]{{3,30}})"
    r"|\b(?:follow|f4f|sigue a) (@[a-z0-9._\-]{3,30}) (?:back|for follow|4 follow|f4f|and i)"
    rf"|\b(?:(?:add|friend|agrega a) ({_HANDLE})|(?:follow|dm|sigue a) ({_MARKED})) (?:on|en|in) {_SERVICE}\b"
    rf"|\b(?:snap|snapchat|sc|insta|instagram|ig|discord|roblox|kik|tiktok|tik tok|psn|gamertag|xbox|telegram|twitter|twitch"
    rf"|valorant)(?: (?:user|name"
    rf"|username|id|tag))?(?: ?(?:[:=→]|->|-) ?({_HANDLE})| is ({_MARKED}))"
    rf"|\b(?:snap|insta|ig|discord|roblox|kik|tiktok|tik tok)(?: (?:user|name|username))? (@[a-z0-9._\-]{{3,30}})"
    rf"|\b(?:snap|sc|psn|discord|roblox|kik|insta|ig)[ ?!:]+({_LETTERED})"
    rf"|(@[a-z0-9._\-]{{3,30}}) (?:on|en|in) (?:my |mi )?{_SERVICE}\b"
    rf"|\b(?:goes by|go by|posts? as|streams? as|plays as|known as|shows up as|sube videos como|sale como|esta como|aparece como"
    rf"|under|registered as) ({_HANDLE}) (?:on|en|in) {_SERVICE}"
    rf"|\b(?:on|en) {_SERVICE}[ ,]+(?:he.?s|she.?s|they.?re|he is|she is|its|it.?s|as|como|under|the name is|user(?:name)?(?: is)?"
    rf"|goes by|(?:look|search) (?:up|for)) ({_MARKED})(?:$|[ ,!?])"
    rf"|\b(?:look up|look for|search(?: up| for)?|check out|find|sub to|subscribe to|busca|busquen|busquenla|busquenlo|buscalo"
    rf"|buscala)(?: (?:him|her|me|us))?(?: (?:as|como|under))? ({_MARKED})(?: (?:on|en|in) {_SERVICE})?"
    rf"|\b(?:finsta|spam|spam account|priv|alt account|burner|second account|secret account|private account|new account"
    rf"|fan ?page)(?: (?:is|called|named|es|se llama))*[ :=]+(@?{_MARKED})"
    rf"|\b(?:twitch\.tv|instagram\.com|tiktok\.com|snapchat\.com/add|youtube\.com|youtube\.com/c|youtube\.com/user|t\.me"
    rf"|facebook\.com|twitter\.com|linktr\.ee|steamcommunity\.com/id|soundcloud\.com|roblox\.com/users)/(@[a-z0-9._\-]{{3,30}}"
    rf"|[a-z0-9._\-]{{4,30}})\b"
    rf"|\b([a-z0-9][a-z0-9._\-]{{2,30}}#\d{{4}})\b"
)
"""Each group is the account where one way of writing holds."""

_NETWORK = (
    r"(?:insta(?:gram)?|ig|finsta|snap(?:chat)?|tik ?tok|discord|roblox|twitch|twitter|kik|telegram|whats ?app|venmo|cash ?app"
    r"|bereal|vsco|youtube|wattpad|valorant|psn|xbox)"
)
"""Services whose names mean little else."""
BESIDE = re2.compile(
    rf"\b(?:{_NETWORK}|(?:art|fan|dance|gaming|my|second) (?:page|account|acc)|(?:private|priv|new|other|secret|spam) (?:acc|account)"
    rf"|cuenta)\b[^.!?\n@]{{0,20}}([@$][a-z0-9._\-]{{3,30}})"
    rf"|\b(?:on|en) {_NETWORK}[ ,:]+({_LETTERED})"
    r"|\b(sw ?-\d{4}-\d{4}-\d{4})\b"
    r"|\bfriend code(?: is|:| =)* ?((?:sw ?-? ?)?\d(?:[ \-]?\d){7,14})\b"
    rf"|\b(?:mine.?s|mine is|(?:el )?mio es|la mia es) ({_HANDLE}) (?:on|en|in) {_SERVICE}"
    rf"|\b(?:snap|dm|hit)(?: (?:me|him|her))+(?: up)?(?: (?:on|at|en) {_NETWORK})?[ :,]+({_MARKED})"
    rf"|\b{_NETWORK}\b[^.!\n]{{0,12}}\b(?:mine.?s|mine is|(?:el )?mio es|soy|im|i'm|i am|add)[ :]+({_MARKED})"
)
"""An account behind the name of a service: it is a person's where a person is spoken of."""
_GAMES = r"(?:gamer ?tag|psn|xbox|minecraft|fortnite|valorant|roblox|snap(?:chat)?|insta(?:gram)?|ig|discord|tik ?tok|twitch|kik|finsta)"
PLAIN = re2.compile(
    rf"\b(?:my|mi|his|her|their|su) {_KIND}{_SERVICE}(?: (?:user(?:name)?|name|tag|id))?(?: @)?(?:{_IS})*[ :]+({_HANDLE})"
    rf"|\bgamer ?tag[ :]+({_HANDLE})|\b{_GAMES}(?:'s)? (?:user(?:name)?|tag|gt|id)[ :]+({_HANDLE})"
    rf"|\b(?:im|i'm|i am|soy|i go by) ({_HANDLE}) (?:on|en|in) {_GAMES}\b"
    rf"|\b(?:on|en) {_GAMES}[ ,]*(?:as|como|im|i'm|its|it.?s|soy|under|user(?:name)?(?: is)?|he.?s|she.?s) ({_HANDLE})"
)
"""An account that is told like a word: it is one where the language has no such word."""
_ENDING = 5  # letters of the ending of a file's name
PATTERNS = (ACCOUNT, BESIDE, PLAIN)


def accounts(reading: Reading) -> Iterator[Detail]:
    """The accounts that a comment gives, and the handles that show a student's name."""
    for pattern in (ACCOUNT, BESIDE, PLAIN):
        for match in reading.matches(pattern):
            group = next((number for number in range(1, pattern.groups + 1) if match.start(number) >= 0), 0)
            around = reading.around(*match.span())
            if match[group].strip("@ .") in NO_ACCOUNT or OFFICIAL.search(around):
                continue
            if FILE.search(reading.text[match.start(group) : match.end(group) + _ENDING]):
                continue
            if pattern is PLAIN and not is_made_up(match[group]):
                continue
            span = _trimmed(reading.text, *match.span(group))
            public = is_public(
                reading.scene.text[max(0, match.start() - 80) : match.end() + 80], mentioned=pattern is BESIDE
            )
            score = 0.4 if reading.by_staff or public else 0.8
            yield Detail("handle", score, span, "Gives a personal account on another service")
    for person in reading.scene.named:
        if "handle" in person.traits:
            why = "Gives an account whose name shows a student's name"
            yield Detail("handle", 0.7, (person.start, person.end), why, person.id)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the signs around it, and without the full stop behind a handle."""
    while start < end and text[start] in " :=->–→":
        start += 1
    for word in ("is ", "es ", "as ", "como "):
        if text.startswith(word, start, end):
            start += len(word)
    while end > start and text[end - 1] in ". -":
        end -= 1
    return (start, end) if start < end else (start, start + 1)
