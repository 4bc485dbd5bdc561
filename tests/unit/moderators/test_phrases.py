from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moderators.base import ModeratorSettings, PageContext
from moderators.lexicons import BadLexicon
from moderators.phrases import Phrases
from tests.unit.moderators.reading import LEXICONS, SETTINGS, Said

PHRASES = Phrases(SETTINGS)


def names(text: str) -> set[str]:
    (answer,) = PHRASES.assess([Said(text)], PageContext("p"))
    assert isinstance(answer, list)
    return {signal.name for signal in answer}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("i will shoot up the school", "phrase_threat"),
        ("im gonna k1ll him", "phrase_threat"),
        ("te voy a matar", "phrase_threat"),
        ("I'm going to stab you", "phrase_threat"),
        ("i want to die", "phrase_self_harm"),
        ("i w a n t t o d i e, really: i want to die", "phrase_self_harm"),
        ("im thinking about killing myself", "phrase_self_harm"),
        ("ya no quiero vivir", "phrase_self_harm"),
        ("my friend wants to kill herself", "phrase_self_harm"),
        ("my stepdad beats me", "phrase_child_abuse"),
        ("su papá le pega", "phrase_child_abuse"),
        ("send me nudes", "phrase_sexualized_minor"),
        ("mándame una foto sin ropa", "phrase_sexualized_minor"),
        ("kys", "phrase_harassment"),
        ("kіll уourself", "phrase_harassment"),
        ("kill\u200byourself", "phrase_harassment"),
        ("k.i.l.l y.o.u.r.s.e.l.f", "phrase_harassment"),
        ("muérete", "phrase_harassment"),
        ("this is sh!t", "profanity"),
        ("f*** this", "profanity"),
        ("qué pendejo", "profanity"),
        ("imma punch you in the face at lunch", "phrase_threat"),
        ("ur dead after 5th", "phrase_threat"),
        ("i w i l l k i l l y o u", "phrase_threat"),
        ("someone needs to shoot that principal", "phrase_threat"),
        ("we are gonna jump Ludovica after practice", "phrase_threat"),
        ("tomorrow i am shooting this place up", "phrase_threat"),
        ("hes got a pistol in his locker", "phrase_threat"),
        ("te rompo la boca si vuelves a hablar", "phrase_threat"),
        ("im gonna partirte la cara after class", "phrase_threat"),
        ("voy a quemar esta escuela", "phrase_threat"),
        ("hay una bomba en el baño de niñas", "phrase_threat"),
        ("i just want to kill myself", "phrase_self_harm"),
        ("i wanna kms so bad", "phrase_self_harm"),
        ("I don't want to live any more", "phrase_self_harm"),
        ("My son told me he wants to die", "phrase_self_harm"),
        ("she took a whole bottle of tylenol last night", "phrase_self_harm"),
        ("ya no aguanto me voy a quitar la vida", "phrase_self_harm"),
        ("mi hijo me dijo que ya no quiere vivir", "phrase_self_harm"),
        ("me kiero morir", "phrase_self_harm"),
        ("my dad hits me with the belt", "phrase_child_abuse"),
        ("I saw Soraya's stepfather hit her", "phrase_child_abuse"),
        ("my stepdad me pega cuando toma", "phrase_child_abuse"),
        ("no hemos comido en dos días", "phrase_child_abuse"),
        ("a man asked me to send pics in my bra", "phrase_sexualized_minor"),
        ("if u dont send nudes ill post the other one", "phrase_sexualized_minor"),
        ("andan pasando fotos sin ropa de una niña", "phrase_sexualized_minor"),
        ("no one wants u here Pham", "phrase_harassment"),
        ("i am telling you kys", "phrase_harassment"),
        ("nadie te soporta", "phrase_harassment"),
        ("bullsh*t", "profanity"),
        ("qué p*nche tarea", "profanity"),
        ("who tf took my lunch", "profanity"),
        ("this quiz kicked my ass", "profanity"),
    ],
)
def test_crisis_language_is_found(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "this test is going to kill me",
        "this homework makes me want to die lol",
        "me muero de la risa",
        "never tell anyone to kill yourself",
        "if someone says i want to die, tell an adult",
        'Hamlet says "i want to die" more or less',
        "he told me to kill yourself and i reported him",
        "i will beat you at chess",
        "im gonna kill you in mario kart",
        "bring a glue gun tomorrow",
        "crap, heck, this sucks, dang",
        "Scunthorpe and cockatoo and assess and class",
        "Moby Dick is long",
        "the hoe is in the garden",
        "what does suicide prevention month mean",
        "skyscraper kysely",
        "nude lipstick",
        "no manches, qué rayos",
        "the mitochondria is the powerhouse",
        "we shoot at noon: the school film",
        "the volcano will blow up on friday",
        "i died laughing",
        "assassin bugs are bugs",
        "i will shoot you an email about the rubric",
        "gonna beat them 40 to 0",
        "this frost is going to kill them, bring the seedlings in",
        "im gonna kill zombies after school",
        "I'll break your record next year",
        "te voy a matar jajajaja",
        "los vamos a matar en la final",
        "voy a llevar la pistola de silicón",
        "im gonna kill you hahaha",
        "i dont want to wake up tomorrow, zero period should be illegal",
        "Please talk to your child if they say they want to die",
        "In chapter 9, he says he wants to die",
        "no quiero vivir en otro estado",
        "my grandpa hits them out of the park",
        "my dad hits me with the worst puns",
        "in the story, her dad hits her",
        "mi mamá me pegó el botón de la camisa",
        "la música de mi tío me tocó el corazón",
        "If someone asks you for nudes, tell an adult",
        "what to do when somebody asks for a nude picture",
        "el pack de seis cuadernos",
        '"Nobody likes you, go home," says the wolf',
        "saying kys is bullying",
        "no one wants you to fail, come to tutoring",
        "nadie te quiere hacer sentir mal",
        "i got an F- and F# is the key",
        "f*g is the composition, and a**2 + b**2",
        "i thot we were late",
        "prick your finger on the spindle",
        "the donkey is an ass, says the dictionary",
        "my cousin pinches me",
        "we will blow up balloons in the cafeteria",
        "she said she wanted to die her hair blue",
        "quiero morirme de la emoción",
        "",
    ],
)
def test_hyperbole_lessons_and_counter_speech_stay_clean(text: str) -> None:
    assert names(text) == set()


def test_a_finding_is_shown_where_it_stands() -> None:
    text = "¡oye! k.y.s now"
    (answer,) = PHRASES.assess([Said(text)], PageContext("p"))
    assert isinstance(answer, list)
    assert [text[s.start : s.end] for s in answer] == ["k.y.s"]


def test_harmless_repetition_hides_nothing() -> None:
    assert "phrase_harassment" in names("never say kys. " * 100 + "so. kys")


def lexicon_folder(folder: Path, name: str, content: str) -> ModeratorSettings:
    for path in LEXICONS.iterdir():
        shutil.copy(path, folder)
    (folder / name).write_text(content, encoding="utf-8")
    return ModeratorSettings((folder,))


GOOD = "phrase_threat:\n  - group: g\n    why: Says it\n    phrases: [purple noodle]\n"


def test_a_schools_own_list_is_searched_and_changes_the_version(tmp_path: Path) -> None:
    own = Phrases(lexicon_folder(tmp_path, "crisis_en.yaml", GOOD))
    (answer,) = own.assess([Said("purple noodle")], PageContext("p"))
    assert isinstance(answer, list)
    assert [signal.why for signal in answer] == ["Says it"]
    assert own.version != PHRASES.version


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        ("", 1, "the file"),
        ("a: [", 1, "the file"),
        ("- a\n", 1, "the file"),
        ("phrase_thret:\n  - group: g\n", 1, "phrase_thret"),
        ("phrase_threat: yes\n", 1, "phrase_threat"),
        ("phrase_threat:\n  - group: g\n    phrases: [a]\n", 2, "phrase_threat.why"),
        ("phrase_threat:\n  - why: w\n    phrases: [a]\n", 2, "phrase_threat.group"),
        ("phrase_threat:\n  - group: g\n    why: w\n", 2, "phrase_threat.phrases"),
        ("phrase_threat:\n  - group: g\n    why: w\n    phrase: [a]\n", 4, "phrase_threat.phrase"),
        ("phrase_threat:\n  - group: g\n    why: w\n    phrases: a\n", 4, "phrase_threat.phrases"),
        (
            "phrase_threat:\n  - group: g\n    why: w\n    phrases:\n      - a\n      - [b]\n",
            6,
            "phrase_threat.phrases",
        ),
        ("phrase_threat:\n  - group: g\n    why: w\n    phrases:\n      -\n", 5, "phrase_threat.phrases"),
        ("phrase_threat:\n  - group: g\n    why: w\n    patterns: ['(']\n", 4, "phrase_threat.patterns"),
        ("phrase_threat:\n  - group: g\n    why: w\n    phrases: [a]\n    score: high\n", 5, "phrase_threat.score"),
        ("phrase_threat:\n  - group: g\n    why: w\n    phrases: [a]\n    score: 1.5\n", 5, "phrase_threat.score"),
        (GOOD + "phrase_threat: []\n", 5, "phrase_threat"),
        ("? [a]\n: b\n", 1, "the file"),
    ],
)
def test_a_malformed_list_is_refused_with_file_line_and_field(
    tmp_path: Path, content: str, line: int, field: str
) -> None:
    with pytest.raises(BadLexicon) as error:
        Phrases(lexicon_folder(tmp_path, "crisis_en.yaml", content))
    assert (error.value.line, error.value.field) == (line, field)
    assert "crisis_en.yaml" in str(error.value)


def test_a_wrong_name_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(BadLexicon, match="did you mean phrase_threat"):
        Phrases(lexicon_folder(tmp_path, "crisis_en.yaml", "phrase_thraet: []\n"))


def test_a_list_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    settings = lexicon_folder(tmp_path, "crisis_en.yaml", GOOD)
    (tmp_path / "crisis_en.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadLexicon, match="UTF-8"):
        Phrases(settings)
