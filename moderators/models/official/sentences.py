"""Sentences that a model is tried with, written for this project: what it meets on a class page, and what it must not miss.

`SHOWN` tell the compiler how large the network's values become; `COMPARED` are others, on which the two engines are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_TOGETHER: Final = 5  # sentences of a long text: as many as a window holds

SHOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "The lab report is due on Friday, please bring your safety goggles.",
            "Thank you for the slides, they helped me a lot!",
            "Does anybody have the notes from chapter seven?",
            "Our bus leaves at 8:15 from the north gate, don't be late.",
            "I really liked the part about volcanoes and how lava cools.",
            "The answer to number 12 is 3/4, not 0.7.",
            "Mom says she can bring cupcakes for the bake sale.",
            "in the story the soldier kills the king and nobody mourns him",
            "The cell wall keeps the plant cell from bursting.",
            "LOL that experiment exploded, best day ever :)",
            "can we use a calculator on the test or no",
            "Congratulations to the debate team for winning at regionals!",
            "The library closes early today because of the assembly.",
            "My grandmother came from Oaxaca when she was nineteen.",
            "We read about the civil rights movement and wrote a poem.",
            "I disagree with you, but that is a fair point about the experiment.",
            "Please check the rubric before you hand in your essay.",
            "see you all at practice tomorrow, wear the blue shirts",
            "The black plague killed a third of the people of Europe.",
            "I'm so tired, this homework is killing me haha",
            "shut up, nobody asked for your opinion",
            "you are such a stupid loser, go away and never come back",
            "everybody in this class hates you, you ugly freak",
            "I will beat you up behind the gym after school",
            "if you come here again I am going to stab you",
            "this is bullshit, the whole damn test was unfair",
            "what the hell is wrong with you, idiot",
            "people of your religion should not be allowed in this country",
            "go back to where you came from, we don't want your kind here",
            "she is a fat pig and her poster is garbage",
            "nobody would miss you if you were gone",
            "you dumb piece of crap, I hope you fail everything",
            "women are too stupid for physics, get out of the lab",
            "he sends dirty pictures to girls, what a pervert",
            "i hate this teacher, he is a disgusting moron",
            "you people are all criminals and animals",
            "send me a picture of your body or I tell everyone",
            "burn the school down tomorrow, they all deserve to die",
            "kill yourself, you worthless trash",
            "OMG YOU ARE SO ANNOYING STOP POSTING!!!",
        ),
        "es": (
            "Mañana traigan el libro de ciencias y una calculadora, por favor.",
            "Gracias por los apuntes, me ayudaron mucho con el examen.",
            "eres un idiota y nadie te quiere en esta clase",
            "te voy a partir la cara a la salida, ya verás",
        ),
        "fr": (
            "N'oubliez pas d'apporter vos cahiers pour le cours de biologie.",
            "Merci beaucoup pour ton aide avec l'exposé !",
            "tu es vraiment stupide, personne ne t'aime ici",
            "je vais te casser la figure après l'école",
        ),
        "it": (
            "Domani portate il quaderno e una penna rossa, grazie.",
            "Il museo era bellissimo, soprattutto la sala dei dinosauri.",
            "sei un cretino e fai schifo a tutti",
            "ti ammazzo di botte appena esci da scuola",
        ),
        "pt": (
            "Amanhã vamos visitar o jardim botânico, tragam água e chapéu.",
            "Obrigado pela explicação, agora entendi as frações.",
            "você é um burro e ninguém gosta de você",
            "vou te bater na saída da escola",
        ),
        "ru": (
            "Завтра принесите, пожалуйста, тетради и линейку.",
            "Спасибо за помощь с домашним заданием!",
            "ты тупой, тебя никто не любит",
            "я тебя побью после уроков",
        ),
        "tr": (
            "Yarın lütfen defterlerinizi ve cetvelinizi getirin.",
            "Ödevde yardım ettiğin için teşekkür ederim.",
            "sen tam bir aptalsın, seni kimse sevmiyor",
            "okuldan sonra seni döveceğim",
        ),
    }
)

COMPARED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "The permission slip for the museum has to be back by Wednesday.",
            "Great job on your volcano model, the colors look amazing",
            "Which page has the map of the thirteen colonies?",
            "I forgot my password again, can somebody reset it?",
            "The frog dissection is optional, tell me if you would rather write about it.",
            "my group still needs one person for the bridge project",
            "In the play Macbeth murders his guest and cannot sleep any more.",
            "that game was sick, you killed it out there!",
            "Being gay is nothing to be ashamed of, said the speaker at the assembly.",
            "Remember that the mosque visit is on Tuesday at ten.",
            "We measured 23.5 degrees in the greenhouse at noon.",
            "no worries, I can share my notes with you",
            "your drawing is trash and so are you",
            "what an absolute moron, did your parents drop you",
            "I'm going to find out where you live and break your legs",
            "you will regret this tomorrow, bring a doctor",
            "nobody wants to sit next to a fat loser like you",
            "this damn homework can go to hell",
            "your whole family are dirty thieves, get out of our country",
            "girls like you only get good grades because you are sluts",
            "stop talking you little freak or I punch you in the mouth",
            "i hope you die in a fire",
            "people with that skin color are less intelligent, that is a fact",
            "screw you and your stupid science fair",
        ),
        "es": ("El autobús sale a las ocho desde la puerta norte.", "cállate imbécil, das asco"),
        "fr": ("Le devoir de mathématiques est pour lundi.", "ferme-la, espèce d'imbécile"),
        "it": ("La verifica di storia è rimandata a giovedì.", "stai zitto, sei un idiota"),
        "pt": ("A prova de geografia foi adiada para quinta-feira.", "cala a boca, seu idiota"),
        "ru": ("Контрольная по истории переносится на четверг.", "заткнись, идиот"),
        "tr": ("Tarih sınavı perşembe gününe ertelendi.", "kapa çeneni, salak"),
    }
)


def of(sentences: Mapping[str, tuple[str, ...]], languages: Iterable[str]) -> list[str]:
    """The sentences of these languages, and behind them long texts of several, in which other values grow large."""
    single = [sentence for language in languages for sentence in sentences[language]]
    long = [" ".join(single[start : start + _TOGETHER]) for start in range(0, len(single), _TOGETHER)]
    return [*single, *long]
