"""A card as long as it lives: it comes once, comes back, is found again, and goes. On both databases, with discord.py on simcord."""

from __future__ import annotations

from sqlmodel import col, select

from bot import channel, decisions, pages
from bot.discord_ui.sending import Outbox
from bot.records import PersonRecord
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, PAGE, SECOND, Town, flagged, rows
from tests.unit.bot.discord_ui.test_press import (  # noqa: F401  # a fixture for all tests here
    Chat,
    _no_error_is_only_logged,
    _texts,
    damage,
    introduce,
    live,
    restrict,
)


def test_a_restricted_flag_has_no_card(town: Town) -> None:
    flagged(town, "!child_abuse")

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 0
        assert chat.channel.history() == []

    live(town, story)


def test_a_card_that_somebody_deleted_comes_again_and_nothing_comes_twice(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert await chat.bot.sync_due() == 0
        await chat.card().delete()
        decisions.assign(town.house, flag, ADMIN, SECOND, NOW)
        assert await chat.bot.sync_due() == 1
        assert len(chat.channel.history()) == 1
        assert "For Maja Lind" in chat.words()

    live(town, story)


def test_a_card_whose_sending_had_no_answer_is_found_again(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        with town.house.store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM card")  # as if the process had died before it was noted
        chat.bot.outbox = Outbox()  # and another one has begun
        assert await chat.bot.sync_due() == 1
        assert len(chat.channel.history()) == 1

    live(town, story)


def test_a_flag_of_a_school_without_a_channel_has_no_card(town: Town) -> None:
    flag = flagged(town)
    assert channel.due_cards(town.house) == []
    assert channel.card_of(town.house, flag) is None


def test_the_card_of_a_flag_that_becomes_restricted_is_taken_away(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert len(chat.channel.history()) == 1
        restrict(town, flag)
        await chat.bot.sync_due()
        assert chat.channel.history() == []
        assert await chat.bot.sync_due() == 0
        assert rows(town, "SELECT count(*) FROM card") == [(0,)]

    live(town, story)


def test_a_card_says_that_its_comment_is_no_more_on_the_platform_and_that_it_is_there_again(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        comment = town.platform.comments.pop("1")
        town.scan()
        assert await chat.bot.sync_due() == 1
        assert "Gone from the platform" in chat.words()
        town.platform.comments["1"] = comment
        town.scan()
        assert await chat.bot.sync_due() == 1
        assert "Gone from the platform" not in chat.words()

    live(town, story)


def test_a_card_says_that_another_flag_answers_for_what_was_held(town: Town) -> None:
    """The first was drawn between the edit and what was found in the new words."""
    pages.apply_pages(town.house, [town.write_page(PAGE + "hold_until_reviewed: [critical, high]\n")], NOW)
    flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        town.platform.post("1", "!hate", state=CommentState.HELD)
        town.detector.broken = True
        town.scan()
        await chat.bot.sync_due()
        assert held(chat) == [True]
        town.detector.broken = False
        town.scan()
        await chat.bot.sync_due()
        assert held(chat) == [False, True]

    live(town, story)


def held(chat: Chat) -> list[bool]:
    """Of each card, the oldest first, whether it says that its comment is hidden until somebody decides."""
    return ["Held until you decide" in " ".join(_texts(card.components)) for card in chat.channel.history()]


def test_one_card_that_cannot_be_made_keeps_no_other_from_being_shown(town: Town) -> None:
    broken = flagged(town, "!hate")  # the more urgent one
    town.platform.post("2", "!disparagement")
    town.scan()
    damage(town, broken)

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 1
        assert "Insult or put-down" in chat.words()

    live(town, story)


def test_whoever_cannot_be_looked_up_is_told_that_nothing_was_done(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        with town.house.store.transaction() as session:
            for person in session.exec(select(PersonRecord).where(col(PersonRecord.accounts_sealed).is_not(None))):
                person.accounts_sealed = b"damaged"
        assert "That did not work" in await chat.press(chat.admin, "Hide")
        assert rows(town, "SELECT count(*) FROM decision") == [(0,)]

    live(town, story)
