"""Signs that a name means a student: for names that are also words (Will, Hope) or a character's or author's (Romeo).

Each sign is worth a point or two, and so are the signs against it. The tables are English and Spanish.
"""

from __future__ import annotations

from moderators.roster_index import word_set
from moderators.words import Words

TITLES = word_set(
    """
    mr mrs ms miss mx dr prof professor coach principal nurse officer sr sra srta senor senora senorita profe
    profesor profesora maestro maestra director directora doctor doctora don dona king queen prince princess saint
    uncle aunt president presidente captain sir lady lord rev pastor tio tia
    """
)
"""Words before a name that make it an adult's or a character's."""

_HELLOS = word_set(
    """
    yo hey hi hello hola oye thanks thank ty thx gracias ask asked tell told remind call text dm bro shoutout
    congrats congratulations congratulate felicidades dile preguntale bye dear querido querida tagging invite give
    gave show help pair poor sister brother daughter son hijo hija hermano hermana friend amigo amiga grandson
    granddaughter kid
    """
)
_MAYBE_HELLOS = word_set(
    """
    with con w happy love sorry welcome ft like
    """
)
_DETERMINERS = word_set(
    """
    a an the my his her its their our your this each every of in no el la los las un una mi tu su en de
    """
)
_CAPITAL_ANYWAY = word_set(
    """
    april may june august abril christian easter paris london georgia virginia israel jordan india mexico china
    chelsea america carolina dakota egypt england france ireland elation brooklyn troy rome mercury jupiter venus
    mars apollo atlas titan lincoln washington jackson austin houston dallas phoenix orlando savannah sierra sydney
    florence vienna verona asia africa milan
    """
)
# Two letters that are words or abbreviations of their own; other names of two letters are hardly anything else.
_SHORT_WORDS = word_set(
    """
    ty oh an no so go do my me he hi we us up lo la el de en es si ya yo te tu mi un al ok pm am tv pe id ps dm ig
    vs or mo le se ha
    """
)
_STRONG_VERBS = word_set(
    """
    says said told tells asked asks forgot left lost brought brings took takes wrote ate sat sits gave gives came
    went owes leaves leave copied cheated knows wants needs keeps got gets had hates likes loves sent turned dropped
    fell stole pushed hid won missed moved lives helped cried laughed saved stayed made makes passed failed thinks
    thought carried dice dijo tiene trajo llego olvido perdio vino esta sabe quiere va fue hizo saco anda lleva
    walks walked reads runs plays played goes scored promised spilled has
    """
)
_WEAK_VERBS = word_set(
    """
    is was isnt isn wasnt wasn does doesn doesnt did didn didnt can cant will wont won would should could always
    never also just really still already es era and or y e n
    """
)
_BEFORE_A_THING = word_set(
    """
    a an the my his her its their our your this that these those some any no every each another one un una el la los
    las mi tu su of in on at by into from for i we you they he she it have has had having what which very so too
    more most less good great to not dont don don't would could should might may will can cant must be is are was
    were been let lets first last next early late new old big little best pure such how if when as than about full
    de del en por para que nuestro nuestra este esta
    """
)
_AFTER_A_WORD = word_set(
    """
    the a an to that you i we he she it this of my your his for in on at as be is by down up from off out
    """
)
_BELONGINGS = word_set(
    """
    turn mom dad mother father sister brother house desk seat group phone locker notes backpack bag lunch folder
    jacket book copy mama papa casa mochila glasses poster drawing part slides handwriting family familia parents
    party birthday bday
    """
)
_CLASS_LIFE = word_set(
    """
    absent here seat sits sat desk desks group groups partner partners lunch recess bus locker backpack hoodie
    jacket notes hw homework copy poster slides table period class classroom lab folder us me mom dad sub quiz test
    today tomorrow tmrw bring brought forgot lost late tutoring practice hallway bathroom nurse phone clase salon
    mochila tarea ours expo pencil pen eraser game talking turn turns team teams location tag friend friends bday
    birthday cookies pizza snacks glue marker
    """
)
_LESSON = word_set(
    """
    act scene chapter chapters play novel book books poem author wrote character characters narrator theme quote
    quotes symbol symbolism story century published painted murals mural tragedy shakespeare metaphor foil paragraph
    page pages theory evolution galapagos movie film plot irony ironic motif line lines stanza verse language
    literally monologue balcony personaje obra libro autor cuento capitulo historia speech war president discovered
    invented symbolize symbolizes protagonist hero villain
    """
)
_PERSON = word_set(
    """
    he hes she shes his her him hers himself herself el ella
    """
)


def person_signs(words: Words, first: int, last: int) -> int:
    """How much speaks for a person, where the name from word `first` to `last` is also a word. 2 is enough."""
    capital = words.is_telling_capital(first) and words.word(first) not in _CAPITAL_ANYWAY
    before, after = _before(words, first, capital), _after(words, last)
    if len(words.word(first)) == 2 and words.word(first) not in _SHORT_WORDS and after > -3:
        before, after = max(1, before + 1), max(0, after)
    if after == -2 and (capital or before >= 2):
        after = 0
    points = before + after + (2 if capital else 0)
    return points + 1 if points > 0 and words.near(last, 0, 8) & _PERSON else points


def classmate_signs(words: Words, first: int, last: int) -> int:
    """How much speaks for a classmate and against the author or character of that name. 2 is enough."""
    around = {*words.near(first, 12, 0), *words.near(last, 0, 12)}
    points = min(3, 2 * len(around & _CLASS_LIFE)) - min(3, 2 * len(around & _LESSON))
    ours = range(max(1, first - 12), min(len(words), last + 13))
    if any(
        words.word(at) in {"class", "period", "clase"} and words.word(at - 1) in {"our", "my", "this", "nuestra"}
        for at in ours
    ):
        points += 3
    if words.word(first - 1) in _HELLOS and words.gap(first) == " ":
        points += 1
    if words.word(last + 1) in _BELONGINGS or (words.word(last + 1) == "s" and words.word(last + 2) in _BELONGINGS):
        points += 2
    return points


def is_titled(words: Words, first: int) -> bool:
    """Whether a title stands before the word: "Ms. Grace" is no student."""
    return words.word(first - 1) in TITLES and words.gap(first) in {" ", ". ", "."}


def other_surname(words: Words, last: int, known: frozenset[str]) -> bool:
    """Whether a second name follows that is nobody's of the roster: "Taylor Swift", "Hunter S. Thompson"."""
    behind = last + 1
    if len(words.word(behind)) == 1 and words.is_capital(behind) and words.gap(behind) == " ":
        behind += 1
        return words.gap(behind) == ". " and words.is_capital(behind) and words.word(behind) not in known | _ORDINARY
    return (
        words.gap(behind) == " "
        and words.is_telling_capital(behind)
        and len(words.word(behind)) > 1
        and words.word(behind) not in known | _ORDINARY
    )


def other_given(words: Words, first: int, known: frozenset[str]) -> bool:
    """Whether a first name that is nobody's of the roster stands before: "Charles Darwin"."""
    before = first - 1
    return (
        words.gap(first) == " "
        and words.is_telling_capital(first)
        and words.is_capital(before)
        and len(words.word(before)) > 2
        and words.word(before) not in known | _ORDINARY | _HELLOS | _BEFORE_A_THING | _MAYBE_HELLOS | TITLES
    )


_ORDINARY = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december english spanish math science history bio biology chem art pe ap room period
    grade the a i and or is was in on at to for from please can did does has have will what who when where why how
    we you he she they it this that his her my our your all everyone also but so if ok okay lol lmao omg thank
    thanks hi hello yes no not got says said y el la los las lunes martes miercoles jueves viernes youtube google
    instagram snapchat tiktok discord roblox mom dad jr
    """
)


def _before(words: Words, first: int, capital: bool) -> int:
    before, gap, farther = words.word(first - 1), words.gap(first), words.word(first - 2)
    if gap.endswith("@"):
        return 3
    if gap in {"-", "_", "/"} or gap.endswith("#"):
        return -2
    if before == words.word(first) and gap == " ":
        return -1
    if gap not in {" ", ", "}:
        return 0
    if before in _HELLOS or (before == "you" and farther == "thank"):
        return 2
    if before in {"and", "y", "n", "or", "e"} and farther in {"me", "us", "yo"}:
        return 2
    if before in _MAYBE_HELLOS:
        return 1
    return -2 if before in (_DETERMINERS if capital else _BEFORE_A_THING) else 0


def _after(words: Words, last: int) -> int:
    after, gap = words.word(last + 1), words.gap(last + 1)
    if gap.startswith("'"):
        return _possessive(words, last)
    if gap.strip()[:1].isdigit() or gap[:1] in {"-", "/", "_"}:
        return -3
    if gap.startswith(",") and words.opens_sentence(last) and words.is_capital(last):
        return 2
    return _next_word(words, last, after) if gap == " " else 0


def _next_word(words: Words, last: int, after: str) -> int:
    if after == words.word(last):
        return 3  # "will will you come"
    if after in {"and", "n", "y"} and words.word(last + 2) in {"me", "i", "yo"}:
        return 2
    if after in _STRONG_VERBS:
        return 2
    if after in _WEAK_VERBS:
        here = words.near(last, 0, 4) & {"here", "absent", "coming", "late", "out", "sick", "aqui"}
        return 2 if here or words.near(last, 0, 8) & _PERSON else 1
    return -2 if after in _AFTER_A_WORD else 0


def _possessive(words: Words, last: int) -> int:
    if words.word(last + 1) != "s":
        return 0
    beyond = words.word(last + 2)
    if beyond == "turn":
        return 4
    return 2 if beyond in _BELONGINGS or words.is_capital(last) else 1
