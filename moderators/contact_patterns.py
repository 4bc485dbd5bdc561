"""The forms that contact details are written in: the tables of `contact_details`. For folded text: lower case, no accents."""

from __future__ import annotations

import re2

EMAIL = re2.compile(r"\b[a-z0-9][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}\.){1,5}[a-z]{2,24}\b")
SPOKEN_EMAIL = re2.compile(
    r"\b[a-z0-9][a-z0-9._\-]{1,40} ?[(\[]? ?(?:at|arroba) ?[)\]]? ?"
    r"(?:gmail|g mail|yahoo|hotmail|outlook|icloud|aol|proton ?mail|[a-z0-9\-]{2,40}) ?[(\[]? ?(?:dot"
    r"|punto) ?[)\]]? ?(?:com|net|org|edu|es|mx)\b"
)
ROLE = re2.compile(
    r"^(?:info|office|contact|admin|help|support|hello|judges?|events?|press|news(?:letter)?|no-?reply"
    r"|admissions?|registrar|attendance|"
    r"tickets?|visit|groups?|education|library|principal|frontdesk|pta|boosters?|volunteers?|team|staff|nurse"
    r"|counsel(?:or|ing))\b"
)
STREET = re2.compile(
    r"\b\d{1,5}(?:[a-d]| ?1/2)? (?:(?:[nsew]|north|south|east|west|norte|sur)\.? )?"
    r"(?:(?:calle|camino|avenida|av\.|via|paseo|rancho|corte|callejon|boulevard)(?: [a-z][a-z'\-]{1,20}){1,3}"
    r"|(?:[a-z0-9][a-z0-9'\-]{0,20} ){1,4}?(?:st|street|ave|avenue|blvd|boulevard|rd|road|dr|drive|ln|lane|ct"
    r"|court|way|pl|place|"
    r"cir|circle|ter|terrace|pkwy|parkway|trl|trail|sq|square|loop)\b)"
    r"(?:[.,]{0,2} ?(?:apt|apartment|unit|depto|dpto|departamento|ste|suite|no|space|spc|#) ?\.? ?#?[a-z0-9\-]{1,6}\b)?"
)
UNIT = re2.compile(r"\b(?:apt|apartment|unit|depto|dpto|departamento|space|spc)\b")
HOME = re2.compile(
    r"\b(?:i live|we live|lives|living at|my (?:new )?(?:house|home|place|address|apartment)|'s (?:house|home"
    r"|place|address|apartment)|"
    r"(?:his|her|their|our) (?:house|home|place|address|apartment)|come over|pick (?:me|him|her|them) up"
    r"|sleepover|drop (?:it|me|him|her) off|home address|"
    r"moved to|vivo|vivimos|vive|mi casa|su casa|nuestra casa|recoger)\b"
)
INSTITUTION = re2.compile(
    r"\b(?:museum|library|zoo|aquarium|theat(?:er|re)|office|hotline|lifeline|helpline|clinic|hospital|police"
    r"|poison|district|school|"
    r"store|shop|restaurant|cafe|park|church|temple|garden|center|centre|hall|field trip|bus company"
    r"|front desk|group desk|ranger|"
    r"museo|biblioteca|zoologico|oficina|escuela|teatro|centro|tienda|was born at|author|poet|press \d)\b"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DATE = (
    rf"(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d\d)?|\d{{1,2}}(?:st|nd|rd|th)? (?:of "
    rf"|de )?{_MONTH}(?:,? (?:del? )?(?:19|20)\d\d)?|"
    r"\d{1,2}[/.\-]\d{1,2}(?:[/.\-](?:\d{4}|\d{2}))?)"
)
_BIRTH = (
    r"(?:birthday|bday|b-day|birth ?date|date of birth|d\.?o\.?b\.?|was born|i was born|born on|born"
    r"|turns \d{1,2}|turning \d{1,2}|cumpleanos|cumple(?: \d{1,2})?|nacio|naci)"
)
BIRTH_DATE = re2.compile(rf"\b{_BIRTH}\b[^\n]{{0,40}}?\b{_DATE}\b|\b{_DATE}\b[^\n]{{0,20}}?\b{_BIRTH}\b")
PLACE = re2.compile(
    r"\b(?:is|s|hes|shes|waiting|sitting|standing|walking home|home|esta) (?:\w+ ){0,2}(?:alone|all by (?:him"
    r"|her)self|by (?:him|her)self)\b"
    r"|\besta sol[oa]\b|\b(?:staying|living|lives|sleeping|se queda) (?:\w+ )?(?:at|in|en) (?:the |an? |el "
    r"|la |los )?(?:\w+ ){0,3}(?:motel|hotel|shelter|apartments?|trailer park|refugio)\b"
    r"|\b(?:is|s|hes|shes|esta) (?:at|in|outside|behind|en) (?:the |el |la )?(?:\w+ ){1,5}(?:rn|right now"
    r"|ahorita|with no ride)\b"
    r"|\bis at (?:his|her) (?:\w+'s )?(?:house|place|work|shop)\b"
)
MINE = re2.compile(r"\b(?:my|mine|mi|i was born|i turn|naci|cumplo)\b")
LONG_AGO = re2.compile(r"\b(?:1[0-8]\d\d|19[0-8]\d)\b|/1[0-8]\d\d|/19[0-8]\d")
_SERVICE = (
    r"(?:insta(?:gram)?|ig|finsta|snap(?:chat)?|sc|tik ?tok|discord|roblox|twitch|twitter|kik|telegram"
    r"|whats ?app|xbox|psn|gamertag|"
    r"fortnite|minecraft|steam|facebook|fb|bereal|vsco|spam(?: account)?|yt|youtube(?: channel)?|user ?name)"
)
_HANDLE = r"@?[a-z0-9][a-z0-9._\-]{2,30}(?:#\d{3,5})?"
ACCOUNT = re2.compile(
    rf"(?:\b(?:my|mi|his|her|their|su)|'s|s') (?:new |other |real |old |priv(?:ate)? |gaming )?{_SERVICE}"
    rf"(?: (?:user(?:name)?|handle|tag|acc(?:oun)?t|id|name|es|is now))? ?(?:is|es|:|=|->"
    rf"|-)? ?(?P<one>@[a-z0-9._\-]{{3,30}}|(?:is|es|:|=|->) ?{_HANDLE})"
    rf"|\b(?:add|follow|dm|hmu|message|text|find|agregame|sigueme|siganme)(?: (?:me|him|her|us))? (?:on|at|en"
    rf"|@) (?:my )?{_SERVICE} ?(?:[:@=\-]|is|as"
    rf"|at)? ?(?P<two>@?[a-z0-9]*[a-z0-9._\-]*[0-9._\-][a-z0-9._\-]{{1,30}}|@[a-z0-9._\-]{{3,30}}|: ?{_HANDLE})"
    rf"|\b(?:snap|sc|insta|ig|discord|roblox|kik) ?[:=] ?(?P<three>{_HANDLE})"
    r"|\b(?P<four>[a-z0-9][a-z0-9._\-]{2,30}#\d{4})\b"
)
NUMBER = re2.compile(r"\b\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[a-z][ \-]?\d{3}\b")


ADULT = re2.compile(
    r"\b(?:mom|mum|dad|mother|father|mama|papa|abuel[ao]|tia|tio|parent|family|familia|mr|mrs|ms|dr|coach|sra?"
    r"|office|nurse)\b"
)
OFFICIAL = re2.compile(
    r"\b(?:pta|school|district|library|museum|team page|boosters?|official|our page|class page|club)\b"
)
