"""Every kind of message of the review channel: one function each, whose docstring is what the documentation says of it.

What people wrote is invented; all else is what the code makes of it (`school.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Final

from bot.discord_ui import opening
from bot.discord_ui.answering import Said
from bot.discord_ui.telling import ANSWERS
from bot.discord_ui.trial import trial_view
from bot.domain.bundle_presses import BundleChoice
from bot.domain.class_pages import Language
from bot.domain.review import Choice
from bot.records import PostKind
from connectors.base import AuthFailed, Unavailable
from moderators.name_finder import _WHY as NAME_WHY
from moderators.toxicity import WHY
from tests.pictures.page import Message
from tests.pictures.school import ADMIN, BIOLOGY, GARDEN, SECOND, TEACHER, school


def insult(author: str, day: str = "") -> str:
    """The flag of the usual case: an insult, with a student's name."""
    text = "Adriana Quintero is such a loser, nobody wants you in our group. go cry about it"
    named = ("student_name", "Adriana Quintero", NAME_WHY["full"])
    return school(day).flagged(text, ("disparagement", "such a loser", WHY["disparagement"]), named, author=author)


def threat(author: str, day: str = "") -> str:
    """The flag of a threat."""
    text = f"im bringing something to 3rd period tomorrow. you will all see. -{author}"
    return school(day).flagged(text, ("threat", "bringing something", WHY["threat"]), author=author)


def spam(day: str = "") -> str:
    """The flag of an advertisement."""
    advertised = ("off_topic_promotion", "free robux", WHY["off_topic_promotion"])
    return school(day).flagged("get free robux here >> rbx-gifts.example, works 100%", advertised)


def hidden(author: str) -> str:
    """The flag of an insult that an administrator hid."""
    flag = insult(author)
    school().decide(flag, ADMIN, Choice.HIDE, 7)
    return flag


def low_open() -> Message:
    """Low: three days to answer."""
    return school().card(spam())


def medium_open() -> Message:
    """Medium, the usual case: a day to answer, and one press decides."""
    return school().card(insult("a"))


def high_open() -> Message:
    """High: a day, and the policy's stricter advice."""
    text = "everybody unfollow Adriana Quintero, if you talk to her you are out too"
    bullied = ("harassment", "you are out too", WHY["harassment"])
    named = ("student_name", "Adriana Quintero", NAME_WHY["full"])
    return school().card(school().flagged(text, bullied, named))


def held() -> Message:
    """Held: on an open page such a comment is hidden until somebody has looked."""
    named, number = (
        ("student_name", "Adriana", NAME_WHY["first_name"]),
        ("student_contact", "555-0142", "Gives a telephone number"),
    )
    return school().card(school().flagged("text Adriana at 555-0142, she is home alone till 6", named, number))


def repeated() -> Message:
    """Not the author's first: what the policy recommends then."""
    hidden("again")
    return school().card(insult("again"))


def assigned() -> Message:
    """For somebody in particular; whoever has the right may decide it all the same."""
    flag = insult("d")
    school().assign(flag, ADMIN, SECOND)
    return school().card(flag)


def critical_open() -> Message:
    """Critical, and nobody has it yet: no words, whom to call, and no single press that closes it."""
    return school().card(threat("e"))


def critical_taken() -> Message:
    """Critical, after "I have it": nobody else is called."""
    flag = threat("f")
    school().decide(flag, ADMIN, Choice.ACKNOWLEDGE, 6)
    return school().card(flag)


def critical_not_serious() -> Message:
    """Critical, called not serious with a reason: a second person confirms, and until then it stays open."""
    flag = threat("g")
    school().decide(flag, ADMIN, Choice.CLEAR, 9, "A line of the play that they rehearse")
    return school().card(flag)


def escalated() -> Message:
    """Escalated and hidden: a case is open, and the card has done its part."""
    flag = threat("h")
    school().decide(flag, ADMIN, Choice.HIDE, 8)
    return school().card(flag)


def decided() -> Message:
    """Decided, with the platform's receipt. One press takes it back."""
    return school().card(hidden("i"))


def failed_action() -> Message:
    """Decided, and the platform does not answer: it is tried again."""
    flag = insult("j")
    with school().biology_that(fault=Unavailable("biology.roosevelt.example does not answer in time; try again later")):
        school().decide(flag, ADMIN, Choice.HIDE, 7)
    return school().card(flag)


def manual_action() -> Message:
    """Decided, on a platform that cannot be told: a person hides it there."""
    flag = insult("k")
    with school().biology_that(can_hide=False):
        school().decide(flag, ADMIN, Choice.HIDE, 7)
    return school().card(flag)


def appealed() -> Message:
    """Appealed through the teacher: somebody else than the first decider answers."""
    flag = hidden("l")
    school().decide(flag, TEACHER, Choice.APPEAL, 85, "It was a joke between friends")
    return school().card(flag)


def edited() -> Message:
    """Edited since: what was said that is serious stays."""
    flag = threat("m")
    school().edit("see you all in 3rd period")
    return school().card(flag)


def deleted() -> Message:
    """The author has deleted it: what was said still waits for an answer."""
    flag = insult("n")
    school().edit(None)
    return school().card(flag)


def covered() -> Message:
    """The parent's and the principal's written consents cover it."""
    flag = school().flagged("Great poster, Adriana Quintero!", ("student_name", "Adriana Quintero", NAME_WHY["full"]))
    school().decide(flag, SECOND, Choice.CONSENT, 7)
    return school().card(flag)


def spanish() -> Message:
    """A school that speaks Spanish."""
    school("spanish").speaks_spanish()
    text = "todos saben que Adriana Quintero es una perdedora"
    insulted = ("disparagement", "una perdedora", WHY["disparagement"])
    return school("spanish").card(
        school("spanish").flagged(text, insulted, ("student_name", "Adriana Quintero", NAME_WHY["full"]))
    )


def raid() -> Message:
    """A raid: many flags of one page within a short time are one card with three samples, decided by one press."""
    return school("raid").bundle_card(school("raid").raided(40))


def raid_decided() -> Message:
    """A raid, decided; one press takes all of it back."""
    raided = school("decided").raided(40)
    school("decided").decide_together(raided, BundleChoice.HIDE, 7)
    return school("decided").bundle_card(raided)


def alarm() -> Message:
    """The alarm of a critical flag: it calls those on duty, and says no word of the comment."""
    threat("a", "alarm")
    return school("alarm").rings(PostKind.ALARM)


def alarm_taken() -> Message:
    """The same alarm, after somebody has it."""
    flag = threat("a", "taken")
    school("taken").rings(PostKind.ALARM)
    school("taken").decide(flag, ADMIN, Choice.ACKNOWLEDGE, 6)
    return school("taken").rings(PostKind.ALARM, 7)


def reminder() -> Message:
    """The reminder of deadlines that come or have passed; it calls nobody."""
    insult("a", "reminder")
    return school("reminder").rings(PostKind.REMINDER, 24 * 60 - 30)


def monthly_test() -> Message:
    """The monthly test alarm."""
    return school("test").test_alarm()


def opened() -> Message:
    """What *Open* tells whoever pressed it, and nobody else. The opening is logged."""
    flag = insult("bluepencil")
    bot = SimpleNamespace(house=school().house)
    return school().told(lambda _, asker: opening.opened(bot, asker, flag))  # type: ignore[arg-type]  # it needs no connection


def queue() -> Message:
    """What `/queue` tells whoever asks, and nobody else: the most urgent first."""
    spam("queue")
    insult("a", "queue")
    threat("b", "queue")
    return school("queue").told(lambda house, asker: Said(tuple(ANSWERS["queue"](house, asker, ""))))


def quiet_day() -> Message:
    """The digest of a quiet day: what was read and when, and that nothing was found."""
    for page in (BIOLOGY, GARDEN):
        for minutes in (-360, -60, 4):
            school("quiet").read(page, minutes)
    return school("quiet").digest()


def bad_day() -> Message:
    """The digest of a bad day: first the page that was not moderated, and why."""
    bad = school("bad")
    bad.blogs[GARDEN].fault = AuthFailed("the blog refuses the application password; make a new one, and set it")
    bad.read(GARDEN)
    for author in ("a", "b", "c"):
        text = f"{author}: nobody wants you in our group"
        bad.flagged(text, ("disparagement", "nobody wants you", WHY["disparagement"]), author=author)
    return bad.digest()


def trial_card() -> Message:
    """The test card of `hallmonitor discord setup`."""
    return Message.of(trial_view(school().house.messages(Language.ENGLISH)))


KINDS: Final[tuple[Callable[[], Message], ...]] = (
    low_open, medium_open, high_open, held, repeated, assigned, critical_open, critical_taken, critical_not_serious, escalated,
    decided, failed_action, manual_action, appealed, edited, deleted, covered, spanish, raid, raid_decided, alarm,
    alarm_taken, reminder, monthly_test, opened, queue, quiet_day, bad_day, trial_card,
)  # fmt: skip


@cache
def message_of(kind: Callable[[], Message]) -> Message:
    """The message of a kind; what leads to it happens once."""
    return kind()


def name_of(kind: Callable[[], Message]) -> str:
    """The name of a kind's pictures."""
    return kind.__name__.replace("_", "-")
