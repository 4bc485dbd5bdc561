"""The daily digest: what was moderated, and what was not, never look alike. On both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import simcord

from bot import digest, reports
from bot.digest import Digest
from bot.discord_ui.client import ReviewBot
from bot.discord_ui.digests import digest_text, tell_digests
from bot.domain.class_pages import Language
from bot.pages import PageDay
from connectors.base import Unavailable
from tests.houses import ADMIN, NOW, Town, flagged
from tests.unit.bot.discord_ui.test_press import introduce

DAY = timedelta(days=1)
FOUR = NOW + timedelta(hours=4)  # 16:00 in Los Angeles


def told(town: Town) -> str:
    (due,) = digest.due_digests(town.house, FOUR)
    return digest_text(due, town.house.messages(due.language))


def test_a_quiet_day_says_which_pages_were_read_when_and_that_there_are_no_flags(town: Town) -> None:
    introduce(town, 77, 1, 2)
    town.platform.post("1", "hello")
    town.scan()
    assert digest.due_digests(town.house, NOW + timedelta(hours=3, minutes=59)) == []
    said = told(town)
    assert "School, Wednesday 25 November" in said
    assert "1 of 1 pages were read; 1 new or changed comment; no new flags." in said
    assert "\u00b7 p: once, at" in said
    assert "Nothing waits." in said
    assert "was not moderated" not in said


def test_a_page_that_nobody_read_is_said_first_and_since_when(town: Town) -> None:
    introduce(town, 77, 1, 2)
    said = told(town)
    new = "**p was not moderated**: nobody has read it since it was set up, Wed 25 Nov 12:00"
    assert said.splitlines()[1] == new  # four hours ago
    (stands,) = reports.page_stands(town.house, ADMIN, None, FOUR)
    assert stands.day.new == NOW
    assert "0 of 1 pages were read" in said
    (later,) = digest.due_digests(town.house, FOUR + DAY)
    assert "nobody has read it in 24 hours" in digest_text(later, town.house.messages(later.language))


def test_what_could_not_be_told_in_the_evening_is_told_until_the_next_one(town: Town) -> None:
    introduce(town, 77, 1, 2)
    town.scan(now=NOW + DAY)
    night = FOUR + DAY + timedelta(hours=9)  # one in the morning
    assert (
        digest.due_digests(town.house, FOUR + timedelta(hours=9)) == []
    )  # a school whose channel is new asked for no day before
    (first,) = digest.due_digests(town.house, FOUR)
    digest.note_told(town.house, first, FOUR)
    (owed,) = digest.due_digests(town.house, night)
    assert (str(owed.day), owed.pages[0].reads) == ("2026-11-26", 1)
    assert digest.due_digests(town.house, night, {"77"}) == []
    digest.note_told(town.house, owed, night)
    assert digest.due_digests(town.house, night) == []
    (today,) = digest.due_digests(town.house, FOUR + 2 * DAY)
    assert str(today.day) == "2026-11-27"


def test_a_page_whose_platform_does_not_answer_says_why(town: Town) -> None:
    introduce(town, 77, 1, 2)
    town.platform.fault = Unavailable("the blog does not answer")
    town.scan()
    assert "p was not moderated**: the blog does not answer" in told(town)


def test_flags_are_counted_and_restricted_ones_leave_no_trace(town: Town) -> None:
    introduce(town, 77, 1, 2)
    flagged(town)
    before = told(town)
    assert "1 new flag." in before
    assert "1 flag waits." in before
    town.platform.post("2", "!child_abuse by the principal")
    town.scan()
    assert (
        told(town).replace("2 new or changed comments", "1 new or changed comment").splitlines()[:2]
        == before.splitlines()[:2]
    )
    assert told(town).splitlines()[-1] == before.splitlines()[-1]


def test_a_school_is_told_once_a_day(town: Town) -> None:
    async def lived() -> None:
        bot = ReviewBot(town.house, keeps_up=False)
        async with simcord.run(bot) as env:
            room = env.create_guild().create_text_channel("review")
            introduce(town, room.id, 1, 2)
            bot.house = replace(bot.house, clock=lambda: FOUR)
            assert await tell_digests(bot) == 1
            assert await tell_digests(bot) == 0
            assert room.last_message is not None
            assert "School, Wednesday" in room.last_message.content
            bot.house = replace(bot.house, clock=lambda: FOUR + timedelta(days=1))
            assert await tell_digests(bot) == 1

    asyncio.run(lived())


def test_a_school_without_a_channel_is_told_nothing(town: Town) -> None:
    assert digest.due_digests(town.house, FOUR) == []


def test_a_digest_is_told_in_the_language_of_the_school(town: Town) -> None:
    introduce(town, 77, 1, 2, language="es")
    flagged(town)
    said = told(town)
    assert said.startswith("**School, miércoles 25 de noviembre**")
    assert "Se leyeron 1 de 1 páginas; 1 comentario nuevo o modificado; 1 alerta nueva." in said
    assert "Hay 1 alerta pendiente." in said


@pytest.mark.parametrize("language", list(Language))
def test_of_many_pages_the_unread_ones_are_named_first_and_no_sentence_is_cut(town: Town, language: Language) -> None:
    read = [PageDay(f"page-{'r' * 50}-{n}", 3, NOW, 5, 0, "") for n in range(60)]
    unread = [PageDay(f"page-{'u' * 50}-{n}", 0, None, 0, 0, "the blog does not answer " * 9) for n in range(5)]
    many = Digest("s", "School", "1", NOW.date(), "America/Los_Angeles", language, (*read, *unread), 3, 2, 1)
    said = digest_text(many, town.house.messages(language))
    assert len(said) <= 2000
    lines = said.splitlines()
    assert all(f"-{n}" in line and "u" * 50 in line for n, line in enumerate(lines[1:6]))
    assert lines[-1] in ("2 flags wait. 1 of them is overdue.", "Hay 2 alertas pendientes. 1 de ellas está vencida.")
    assert "`/page`" in lines[-2]
