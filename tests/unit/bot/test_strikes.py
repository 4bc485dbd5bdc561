"""What several upheld flags of one author call for: told to those who may decide, never of a cry for help, never of a guest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import channel, pages, pipeline, queue
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from connectors.base import Author
from tests.houses import ADMIN, NOW, PAGE, SECOND, SUPERVISOR, TEACHER, Town, only_teaches, settle
from tests.unit.bot.discord_ui.test_press import Chat, introduce, live

RUDE = "!disparagement"


def post(town: Town, id: str, words: str = RUDE, author: Author | None = None) -> str:
    """The author posts once more, it is flagged; the flag's id."""
    comment = town.platform.post(id, words)
    town.platform.comments[id] = type(comment)(id, author or Author("x1", "x"), words, comment.created)
    town.scan()
    return town.queue()[id].flag


def uphold(town: Town, *ids: str, words: str = RUDE, author: Author | None = None) -> None:
    for id in ids:
        settle(town, post(town, id, words, author), ADMIN, Choice.HIDE)


def told(town: Town, id: str, by: str = ADMIN) -> str | None:
    strike = town.queue(by)[id].strike
    return strike.recommend if strike else None


def test_the_second_and_the_third_upheld_flag_call_for_something(town: Town) -> None:
    uphold(town, "1")
    post(town, "2")
    strike = town.queue(ADMIN)["2"].strike
    assert strike is not None
    assert (strike.number, strike.within, strike.decided) == (2, timedelta(days=30), False)
    assert "Speak with the author" in strike.recommend
    settle(town, town.queue()["2"].flag, ADMIN, Choice.HIDE)
    post(town, "3")
    assert "Open a case" in str(told(town, "3"))
    later = {flag.comment: flag.strike for flag in queue.queue(town.house, ADMIN, now=NOW + timedelta(days=31))}
    assert later["3"] is None


@pytest.mark.parametrize(
    ("words", "author"),
    [
        (RUDE, Author("", "x")),  # a guest: anybody signs like that
        (RUDE, Author("y1", "x")),  # another account of the same name
        ("!student_name", None),  # no strike
        ("!self_harm", None),
        (f"!self_harm {RUDE}", None),
    ],
)
def test_what_is_never_held_against_anybody(town: Town, words: str, author: Author | None) -> None:
    uphold(town, "1", "2", "3", words=words, author=author)
    post(town, "4", author=Author("", "x") if author == Author("", "x") else None)
    assert told(town, "4") is None


def test_what_was_cleared_or_taken_back_counts_no_more(town: Town) -> None:
    uphold(town, "1")
    settle(town, post(town, "2"), ADMIN, Choice.CLEAR)
    flag = post(town, "3")
    settle(town, flag, ADMIN, Choice.HIDE)
    settle(town, flag, SECOND, Choice.UNDO)
    assert told(town, "3") is not None  # with this one it would be the second
    settle(town, flag, ADMIN, Choice.CLEAR)
    strike = queue.open_flag(town.house, flag, ADMIN, now=NOW)
    assert strike is not None
    assert strike.queued.strike is None


def test_only_those_who_may_decide_are_told(town: Town) -> None:
    uphold(town, "1")
    post(town, "2")
    assert told(town, "2") is not None
    assert town.queue()["2"].strike is None  # nobody asks in their own name
    assert told(town, "2", TEACHER) is None
    opened = queue.open_flag(town.house, town.queue()["2"].flag, TEACHER, now=NOW)
    assert opened is not None
    assert opened.queued.strike is None


def test_a_restricted_flag_is_a_strike_for_those_who_may_know_of_it(town: Town) -> None:
    flag = post(town, "1", "!sexualized_minor by the principal")
    settle(town, flag, SUPERVISOR, Choice.HIDE)
    post(town, "2")
    assert told(town, "2", SUPERVISOR) is not None
    assert told(town, "2", ADMIN) is None


def test_one_number_on_two_blogs_is_two_people(town: Town) -> None:
    page = PAGE.replace("id: p", "id: q").replace("url: memory", "url: https://other.example")
    uphold(town, "1")
    pages.apply_pages(town.house, [town.write_page(PAGE), town.write_page(page, "q")], NOW)
    town.platform.comments.clear()
    comment = town.platform.post("9", RUDE)
    town.platform.comments["9"] = type(comment)("9", Author("x1", "x"), RUDE, comment.created)
    pipeline.scan_page(town.house, "q", Depth.RECENT, NOW)
    assert told(town, "9") is None


@pytest.mark.parametrize(
    ("language", "label", "before", "after"),
    [
        ("en", "Hide", "If it is upheld: the second upheld flag of this author in 30 days.", "The second upheld flag of this author"),
        ("es", "Ocultar", "Si se confirma: la segunda alerta confirmada de este autor en 30 días.", "La segunda alerta confirmada"),
    ],
)  # fmt: skip
def test_the_card_and_the_answer_say_it(town: Town, language: str, label: str, before: str, after: str) -> None:
    uphold(town, "1")
    flag = post(town, "2")

    async def story(chat: Chat) -> None:
        chat.bot.house = replace(chat.bot.house, clock=lambda: NOW)
        await chat.bot.sync_card(flag)
        assert before in chat.words()
        assert after in await chat.press(chat.admin, label)
        assert after in chat.words()

    live(town, story, language=language)


def test_the_shared_card_counts_no_restricted_flag(town: Town) -> None:
    introduce(town, 77, 1, 2)
    only_teaches(town)
    settle(town, post(town, "1", "!sexualized_minor"), ADMIN, Choice.HIDE)
    flag = post(town, "2")
    card = channel.card_of(town.house, flag)
    assert card is not None
    assert card.strike is None
    assert told(town, "2") is not None
