"""Slash commands: every answer is the asker's alone, and holds what they may see. On both databases, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from bot import pages
from bot.discord_ui.client import ReviewBot
from bot.domain.review import Choice
from bot.records import FlagRule
from connectors.base import Unavailable
from tests.houses import ADMIN, NOW, PAGE, Town, flagged, only_teaches, rows, settle
from tests.unit.bot.bundles.raids import raided
from tests.unit.bot.discord_ui.test_opening import labels, said
from tests.unit.bot.discord_ui.test_press import Chat, damage, live


def at(bot: ReviewBot, hours: float = 0) -> None:
    """Let the bot's clock show the tests' moment, or one that is so much later."""
    bot.house = replace(bot.house, clock=lambda: NOW + timedelta(hours=hours))


def test_the_queue_is_told_to_whoever_may_see_it(town: Town) -> None:
    flag = flagged(town, "!disparagement of quokkas")

    async def story(chat: Chat) -> None:
        at(chat.bot)
        told = said(await chat.ask(chat.admin, "queue"))
        assert told == f"`{flag[-8:]}` Medium: Insult or put-down \u00b7 p \u00b7 answer by Thu 26 Nov 12:00"
        at(chat.bot, 30)
        assert "**overdue** since" in said(await chat.ask(chat.admin, "queue"))
        assert "does not know this account" in said(await chat.ask(chat.stranger, "queue"))

    live(town, story)


def test_a_long_queue_is_turned_page_by_page_and_nothing_is_cut(town: Town) -> None:
    for number in range(40):
        town.platform.post(f"c{number}", "!disparagement", minutes_ago=100 - number)
    town.scan()
    ids = sorted(flag.flag[-8:] for flag in town.queue().values())

    async def story(chat: Chat) -> None:
        (page,) = await chat.ask(chat.admin, "queue")
        first = str(page.content)
        assert first.endswith("Page 1 of 2")
        assert labels(page) == ["Next page"]
        await chat.admin.click(page.message, label="Next page")
        second = str(page.content)  # the same message
        assert second.endswith("Page 2 of 2")
        assert labels(page) == ["Previous page"]
        told = [line.split("`")[1] for line in f"{first}\n{second}".splitlines() if line.startswith("`")]
        assert sorted(told) == ids
        await chat.admin.click(page.message, label="Previous page")
        assert page.content == first

    live(town, story)


def test_a_flag_is_opened_for_whoever_may_and_the_opening_is_logged(town: Town) -> None:
    flag = flagged(town, "!disparagement of quokkas")

    async def story(chat: Chat) -> None:
        assert "quokkas" in said(await chat.ask(chat.admin, "flag", id=flag[-8:]))
        assert rows(town, "SELECT reason FROM access") == [("words opened",)]
        assert "quokkas" not in said(await chat.ask(chat.stranger, "flag", id=flag[-8:]))
        assert "No flag `nothing`" in said(await chat.ask(chat.admin, "flag", id="nothing"))
        assert rows(town, "SELECT count(*) FROM access") == [(1,)]

    live(town, story)


def test_a_restricted_flag_leaves_no_trace_for_whom_it_may_mean(town: Town) -> None:
    flag = flagged(town, "!child_abuse by the principal")
    nothing = f"No flag `{flag[-8:]}` is here for you. `/queue` shows what waits for you."
    quiet = {"queue": "Nothing waits for you.", "report": "No flags.", "page": "Nothing waits."}

    async def story(chat: Chat) -> None:
        at(chat.bot, 2)
        for command, words in quiet.items():
            told = said(await chat.ask(chat.admin, command))
            assert words in told
            assert "abuse" not in told
        assert said(await chat.ask(chat.admin, "flag", id=flag[-8:])) == nothing
        assert await chat.admin.autocomplete(chat.channel, "flag", "id", "") == []
        assert ADMIN not in said(await chat.ask(chat.admin, "help"))

    live(town, story)


def test_a_restricted_flag_counts_for_those_who_may_decide_it(town: Town) -> None:
    flagged(town, "!child_abuse")

    async def story(chat: Chat) -> None:
        only_teaches(town)
        at(chat.bot, 2)
        assert "\u00b7 Suspected child abuse or neglect: 1" in said(await chat.ask(chat.admin, "report"))
        assert "One flag waits. One of them is **overdue**." in said(await chat.ask(chat.admin, "page"))
        assert "No flags." in said(await chat.ask(chat.teacher, "report"))

    live(town, story)


def test_what_is_typed_is_completed_with_what_the_asker_may_see(town: Town) -> None:
    flag = flagged(town, "!disparagement of quokkas")
    town.platform.post("2", "!hate for quokkas", author="other")
    town.scan()

    async def story(chat: Chat) -> None:
        async def choices(who: Any, command: str, option: str, typed: str) -> list[dict[str, Any]]:
            return list(await who.autocomplete(chat.channel, command, option, typed))

        both = await choices(chat.admin, "flag", "id", "")
        assert [choice["name"].split(",")[0] for choice in both] == [
            "High: Hate toward a protected group", "Medium: Insult or put-down",
        ]  # fmt: skip
        assert "quokkas" not in str(both)
        damage(town, flag)
        with town.house.store.transaction() as session:  # nothing is opened while somebody types
            session.exec(update(FlagRule).values(why_sealed=b"damaged"))
        assert await choices(chat.admin, "flag", "id", "") == both
        assert [choice["value"] for choice in await choices(chat.admin, "flag", "id", "insult")] == [flag[-8:]]
        assert await choices(chat.stranger, "flag", "id", "") == await choices(chat.stranger, "page", "page", "") == []
        assert [choice["value"] for choice in await choices(chat.admin, "page", "page", "")] == ["p"]
        other = town.queue()["2"].flag
        settle(town, other, ADMIN, Choice.HIDE)
        (decided,) = await choices(chat.teacher, "flag", "id", "hidden")
        assert decided["value"] == other[-8:]

    live(town, story)


def test_a_page_says_when_it_was_read_what_waits_and_what_failed(town: Town) -> None:
    town.house = replace(town.house, clock=lambda: NOW)
    flagged(town)

    async def story(chat: Chat) -> None:
        at(chat.bot, 1)
        told = said(await chat.ask(chat.admin, "page", page="p"))
        assert told.splitlines() == [
            "**p** (A page)",
            "Last read Wed 25 Nov 12:00: one new or changed comment in the last 24 hours.",
            "One flag waits.",
            "Read every day at 06:00.",
        ]
        town.platform.fault = Unavailable("the blog does not answer")
        town.scan(now=NOW + timedelta(minutes=5))
        told = said(await chat.ask(chat.admin, "page"))
        assert "**The last reading failed**: the blog does not answer" in told
        assert "`hallmonitor pages check p`" in told
        assert "No page q of yours" in said(await chat.ask(chat.admin, "page", page="q"))

    live(town, story)


def test_a_report_counts_what_was_read_flagged_and_decided(town: Town) -> None:
    for number in (1, 2, 3):
        town.platform.post(str(number), "!disparagement", author=f"a{number}")
    town.scan()
    flags = town.queue()
    settle(town, flags["1"].flag, ADMIN, Choice.HIDE)
    settle(town, flags["2"].flag, ADMIN, Choice.CLEAR)
    settle(town, flags["2"].flag, ADMIN, Choice.UNDO)

    async def story(chat: Chat) -> None:
        at(chat.bot, 50)
        week, month = said(await chat.ask(chat.admin, "report")).split("**School**, the last 30 days")
        for part in (week, month):
            assert "Comments read: 3." in part
            assert "3 flags:\n\u00b7 Insult or put-down: 3" in part
            assert "Decided: upheld 1." in part
            assert "half of them within one minute." in part
            assert "**p was not moderated** on one day." in part
        assert month.endswith("2 flags are **overdue**.")

    live(town, story)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            {
                "oncall": ("**School**", "On duty now: Dana Reyes (reyes@school.example)", "okafor@school.example"),
                "settings": ("Your language: English.", "no quiet hours", "people.yaml"),
                "help": ("One press decides", "(213) 241-5337", "(213) 625-6631", "(213) 241-7600", "(213) 555-0100", "911"),
                "queue": ("Nothing waits for you.",),
                "report": ("the last 7 days", "Nothing was decided."),
            },
        ),
        (
            "es",
            {
                "oncall": ("**School**", "De guardia ahora: Dana Reyes (reyes@school.example)", "okafor@school.example"),
                "settings": ("Su idioma: español.", "horas de descanso", "people.yaml"),
                "help": ("Un solo botón decide", "(213) 241-5337", "(213) 625-6631", "(213) 241-7600", "(213) 555-0100", "911"),
                "queue": ("No tiene nada pendiente.",),
                "report": ("los últimos 7 días", "No se decidió nada."),
            },
        ),
    ],
)  # fmt: skip
def test_every_command_answers_in_the_language_of_the_school(
    town: Town, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    async def story(chat: Chat) -> None:
        for command, words in expected.items():
            told = said(await chat.ask(chat.admin, command))
            assert all(each in told for each in words), (command, told)

    live(town, story, language=language)


def test_discord_itself_shows_each_command_in_both_languages(town: Town) -> None:
    async def story(chat: Chat) -> None:
        tree = chat.bot.tree
        assert tree.translator is not None
        commands: list[Any] = [
            await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()
        ]
        assert {command["name"] for command in commands} == {
            "queue", "flag", "page", "report", "oncall", "settings", "help",
        }  # fmt: skip
        for command in commands:
            assert len(command["description"]) <= 100
            assert set(command["description_localizations"]) == {"es-ES", "es-419"}
            for option in command["options"]:
                assert option["description_localizations"]["es-419"] != option["description"]

    live(town, story)


def test_a_person_with_hours_and_a_language_of_their_own_is_answered_so(town: Town) -> None:
    async def story(chat: Chat) -> None:
        file = town.config / "people.yaml"
        text = file.read_text().replace(
            "language: en",
            "on_call: {hours: {mon-fri: '07:30-16:00'}, shifts: [{days: thu, people: [lind@school.example]}]}",
        )
        text = text.replace("name: Dana Reyes,", "name: Dana Reyes, quiet: '21:00-06:30', language: es,")
        file.write_text(text)
        pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
        at(chat.bot)
        told = said(await chat.ask(chat.admin, "settings"))
        assert "Su idioma: español." in told
        assert "21:00-06:30" in told
        assert "Your language: English." in said(await chat.ask(chat.second, "settings"))
        duty = said(await chat.ask(chat.admin, "oncall"))
        assert "De guardia ahora: Dana Reyes" in duty
        assert "Después: Maja Lind (lind@school.example), a partir de jue 26 nov 07:30." in duty
        at(chat.bot, 10)
        duty = said(await chat.ask(chat.second, "oncall"))
        assert "Nobody is on duty now." in duty
        assert "Next: Maja Lind (lind@school.example), from Thu 26 Nov 07:30." in duty
        flagged(town)
        await chat.bot.sync_due()
        assert "Insult or put-down" in chat.words()  # the card is the school's
        assert "infringe las normas" in await chat.press(chat.admin, "Hide")

    live(town, story)


def test_a_raid_is_one_line_of_the_queue(town: Town) -> None:
    bundle = raided(town, 12)

    async def story(chat: Chat) -> None:
        told = said(await chat.ask(chat.admin, "queue"))
        assert told.startswith(f"`{bundle[-8:]}` Medium: **12 together**, Insult or put-down")
        assert len(told.splitlines()) == 1

    live(town, story)


def test_a_report_names_every_page_that_was_not_moderated_however_many(town: Town) -> None:
    names = [f"a-rather-long-name-of-a-class-page-{number:02}" for number in range(40)]
    files = [town.write_page(PAGE.replace("id: p", f"id: {name}"), name) for name in names]
    pages.apply_pages(town.house, files, NOW)

    async def story(chat: Chat) -> None:
        at(chat.bot, 24 * 9)
        (page,) = await chat.ask(chat.admin, "report")
        told = [str(page.content)]
        while "Next page" in labels(page):
            await chat.admin.click(page.message, label="Next page")
            told.append(str(page.content))
        assert all(len(text) <= 2000 for text in told)
        assert all("\n".join(told).count(f"**{name} was not moderated**") == 2 for name in names)

    live(town, story)
