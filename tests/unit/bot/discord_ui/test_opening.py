"""Open and Thread: the whole words for whoever may see them, what stood around them masked, each opening logged. On both databases."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.review import Choice
from connectors.base import Author
from tests.houses import ADMIN, SECOND, Town, flagged, only_teaches, rows, settle
from tests.unit.bot.discord_ui.test_press import Chat, live, plain

HOSTILE = (
    "!disparagement || @everyone [x](http://evil.example) ```\n# Decided: hidden by nobody\n" + "so long *words* " * 200
)


def said(messages: list[Any]) -> str:
    return plain("\n".join(str(message.content) for message in messages))


def labels(message: Any) -> list[str]:
    return [button["label"] for row in message.components for button in row["components"]]


def test_open_shows_the_whole_words_and_why_and_is_logged(town: Town) -> None:
    flagged(town, "!disparagement of quokkas")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = await chat.open(chat.admin, chat.card(), "Open")
        words = said(told)
        assert ">>> !disparagement of quokkas" in words
        assert "Insult or put-down (II.6): Somebody is insulted or put down, but not bullied." in words.replace(
            "**", ""
        )
        assert "Why: It says disparagement. Found by the detector marked." in words
        assert "In the words: !disparagement" in words
        assert "What to do: Hide. For a student author see BUL-6399.0 too." in words
        assert "By someone, account a-someone." in words
        assert labels(told[-1]) == ["Hide", "Clear", "Consent covers it", "Escalate", "Thread"]
        assert rows(town, "SELECT reason FROM access") == [("words opened",)]
        assert "quokkas" not in plain(chat.words()).replace("!disparagement of quokkas", "")

    live(town, story)


def test_what_was_opened_is_decided_from_there_and_the_card_follows(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = await chat.open(chat.admin, chat.card(), "Open")
        assert "breaks the policy" in said(await chat.open(chat.admin, told[-1].message, "Hide"))
        assert chat.buttons() == ["Undo", "Open"]

    live(town, story)


def test_hostile_words_of_many_messages_stay_in_their_quotes(town: Town) -> None:
    flagged(town, HOSTILE)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = [str(message.content) for message in await chat.open(chat.admin, chat.card(), "Open")]
        quotes = [text for text in told if text.startswith(">>> ")]
        assert len(quotes) > 1
        assert all(len(text) <= 2000 for text in told)
        assert plain("".join(text[4:] for text in quotes)) == HOSTILE
        assert not any("Decided: hidden" in text for text in told if text not in quotes)

    live(town, story)


def test_what_takes_more_than_four_messages_says_how_much_is_missing(town: Town) -> None:
    flagged(town, "!disparagement " + "x" * 9000)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = [str(message.content) for message in await chat.open(chat.admin, chat.card(), "Open")]
        assert sum(text.startswith(">>> ") for text in told) == 4
        assert "1031 more characters are not shown here" in told[-1]

    live(town, story)


def test_a_critical_card_is_opened_with_what_to_do_first(town: Town) -> None:
    flagged(town, "!threat to the quokkas")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        words = said(await chat.open(chat.admin, chat.card(), "Open"))
        assert words.index("First press *I have it*") < words.index("quokkas")
        assert "Call the Los Angeles School Police Department: (213) 625-6631" in words
        await chat.press(chat.admin, "I have it")
        assert "First press" not in said(await chat.open(chat.second, chat.card(), "Open"))

    live(town, story)


@pytest.mark.parametrize("who", ["stranger", "teacher"])
def test_whoever_has_no_right_opens_nothing_and_nothing_is_logged(town: Town, who: str) -> None:
    """A stranger, whatever the card; and the page's teacher, of a restricted flag whose id they know."""
    flag = flagged(town, "!child_abuse of quokkas" if who == "teacher" else "!disparagement of quokkas")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        asker = getattr(chat, who)
        if who == "stranger":
            told = said(await chat.open(asker, chat.card(), "Open"))
            assert "does not know this account" in told
        else:
            told = said(await chat.ask(asker, "flag", id=flag[-8:]))
            assert told == f"No flag `{flag[-8:]}` is here for you. `/queue` shows what waits for you."
        assert "quokkas" not in told
        assert rows(town, "SELECT count(*) FROM access") == [(0,)]

    live(town, story)


def test_the_teacher_of_the_page_looks_and_does_not_decide(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = await chat.open(chat.teacher, chat.card(), "Open")
        assert "You may look at it, and not decide it: nobody decides a flag on their own class page" in said(told)
        assert labels(told[-1]) == ["Thread"]

    live(town, story)


def test_the_thread_is_masked_and_names_nobody(town: Town) -> None:
    town.platform.post("0", "hi !student_name there", author="Adriana Quintero", minutes_ago=70)
    town.platform.post("2", "!unreadable secret", author="Malik", minutes_ago=50)
    town.platform.post("3", "stop it", author="someone", minutes_ago=40)
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = await chat.open(chat.admin, await flag_card(chat), "Open")
        words = said(await chat.open(chat.admin, told[-1].message, "Thread"))
        assert "Author A, Wed 25 Nov 10:50:\n> hi \u2588\u2588\u2588\u2588 there" in words
        assert "Author B, Wed 25 Nov 11:10: (not checked yet, and not shown)" in words
        assert "The same author, Wed 25 Nov 11:20:\n> stop it" in words
        assert words.index("hi ") < words.index("The flagged comment") < words.index("stop it")
        assert not any(secret in words for secret in ("student_name", "secret", "Adriana", "Malik", "someone"))
        assert rows(town, "SELECT reason FROM access ORDER BY id") == [("words opened",), ("thread opened",)]

    live(town, story)


async def flag_card(chat: Chat) -> Any:
    """The card of the disparaging comment among several."""
    return next(m for m in chat.channel.history() if "put-down" in str(m.components[0].to_dict()))


def test_images_of_minors_stay_withheld_also_when_opened(town: Town) -> None:
    flag = flagged(town, "!sexualized_minor quokkas")
    town.platform.post("2", "a neighbour", minutes_ago=59)
    town.scan()

    async def story(chat: Chat) -> None:
        only_teaches(town)
        told = await chat.ask(chat.admin, "flag", id=flag[-8:])
        words = said(told)
        assert "Nobody reads these words without need" in words
        assert "Call law enforcement: 911" in words
        assert "quokkas" not in words
        assert labels(told[-1]) == ["I have it", "Hide and open case", "Escalate", "Not serious"]
        assert rows(town, "SELECT count(*) FROM access") == [(0,)]

    live(town, story)


def test_a_guest_and_an_author_without_a_name_are_told_as_such(town: Town) -> None:
    comment = town.platform.post("1", "!disparagement")
    town.platform.comments["1"] = type(comment)("1", Author("", ""), comment.text, comment.created)
    town.scan()

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert "By (no name), without an account." in said(await chat.open(chat.admin, chat.card(), "Open"))

    live(town, story)


def test_in_a_spanish_school_everything_is_said_in_spanish(town: Town) -> None:
    flagged(town, "!disparagement of quokkas")
    town.platform.post("2", "hola", author="otra", minutes_ago=50)
    town.scan()

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        card = plain(chat.words())
        assert "Media: p" in card
        assert "Insulto o menosprecio" in card
        assert "Se recomienda: Ocúltelo. Si el autor es estudiante, vea también BUL-6399.0." in card
        told = await chat.open(chat.admin, chat.card(), "Abrir")
        assert (
            "(II.6): Se insulta o se menosprecia a alguien, sin llegar al acoso.\nLo encontró el detector marked."
            in said(told)
        )
        around = said(await chat.open(chat.admin, told[-1].message, "Conversación"))
        assert "Autor A, mié 25 nov 11:10:\n> hola" in around
        pressed = await chat.press(chat.admin, "Ocultar")
        assert "infringe las normas" in pressed
        assert "Deshacer" in pressed
        assert "**Oculto** por" in chat.words()
        assert "no conoce esta cuenta" in await chat.press(chat.stranger, "Deshacer")

    live(town, story, language="es")


@pytest.mark.parametrize(
    ("language", "label", "done"), [("en", "Appeal", "in the queue"), ("es", "Apelar", "en la cola")]
)
def test_a_teacher_hands_in_an_authors_appeal(town: Town, language: str, label: str, done: str) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert labels((await chat.ask(chat.teacher, "flag", id=flag[-8:]))[-1])[:-1] == []
        settle(town, flag, ADMIN, Choice.HIDE)
        told = await chat.ask(chat.teacher, "flag", id=flag[-8:])
        assert labels(told[-1])[:-1] == [label]
        form = await chat.teacher.click(told[-1].message, label=label)
        field = form.modal["components"][0]["components"][0]["custom_id"]
        answer = await chat.teacher.submit_modal(form, {field: "it was a quotation"})
        assert done in str(answer.response.content)
        assert rows(town, "SELECT state FROM flag") == [("appealed",)]
        assert len(chat.buttons()) == 3
        assert rows(town, "SELECT note_sealed IS NULL FROM decision WHERE kind = 'appeal'")[0][0] in (0, False)

    live(town, story, language=language)


def test_an_appeal_that_is_sent_after_the_decision_was_taken_back_changes_nothing(town: Town) -> None:
    flag = flagged(town)
    settle(town, flag, ADMIN, Choice.HIDE)

    async def story(chat: Chat) -> None:
        told = await chat.ask(chat.teacher, "flag", id=flag[-8:])
        form = await chat.teacher.click(told[-1].message, label="Appeal")
        settle(town, flag, SECOND, Choice.UNDO)
        field = form.modal["components"][0]["components"][0]["custom_id"]
        answer = await chat.teacher.submit_modal(form, {field: "it was a quotation"})
        assert "Already decided: Taken back" in str(answer.response.content)
        assert rows(town, "SELECT state FROM flag") == [("open",)]

    live(town, story)
