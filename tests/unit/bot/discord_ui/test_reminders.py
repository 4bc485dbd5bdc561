"""Deadlines that come and that have passed, as the channel is told of them, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot import pages
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, SECOND, Town, flagged, rows, settle
from tests.houses import ring as ring_job
from tests.mailbox import mail_server
from tests.unit.bot.discord_ui.bells import MINUTE, called, look, said, with_mail
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, live  # noqa: F401  # a fixture for all tests here

HOUR = timedelta(hours=1)
DUE = NOW + 24 * HOUR  # Thursday noon at the school


def test_a_deadline_is_told_once_before_it_and_once_after_it(town: Town) -> None:
    flagged(town, "!disparagement of quokkas")

    async def story(chat: Chat) -> None:
        await look(chat, DUE - 4 * HOUR - MINUTE)
        assert said(chat, "Deadlines") == []
        await look(chat, DUE - 4 * HOUR)
        await look(chat, DUE - HOUR)
        (before,) = said(chat, "Deadlines")
        assert "p: 1 medium flag, to be answered by Thu 26 Nov 12:00" in before.content
        assert "quokkas" not in before.content
        await look(chat, DUE + MINUTE)
        await look(chat, DUE + HOUR)
        assert "p: 1 medium flag, **overdue** since Thu 26 Nov 12:00" in said(chat, "Deadlines")[1].content
        assert len(said(chat, "Deadlines")) == 2
        assert called(chat) == [[], []]

    live(town, story)


def test_all_flags_of_a_school_are_one_message_and_what_is_critical_or_restricted_is_not_in_it(town: Town) -> None:
    for number, words in enumerate(["!disparagement", "!disparagement", "!hate", "!threat", "!child_abuse"]):
        town.platform.post(str(number), words)
    town.scan()

    async def story(chat: Chat) -> None:
        await look(chat, DUE + MINUTE)
        (reminder,) = said(chat, "Deadlines")
        assert [line.split(",")[0] for line in reminder.content.splitlines()[1:-1]] == [
            "\u00b7 p: 1 high flag",
            "\u00b7 p: 2 medium flags",
        ]
        (count,) = rows(town, "SELECT count(*) FROM post WHERE kind = 'reminder'")
        assert count == (3,)

    live(town, story)


def test_nobody_is_reminded_at_night_or_on_a_sunday(town: Town) -> None:
    flagged(town)
    sunday, monday = NOW + 4 * 24 * HOUR, NOW + 5 * 24 * HOUR

    async def story(chat: Chat) -> None:
        people = town.config / "people.yaml"
        people.write_text(
            people.read_text().replace("title: School,", "title: School, on_call: {hours: {mon-fri: 07:30-16:00}},")
        )
        pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
        await look(chat, DUE + 10 * HOUR)
        await look(chat, sunday)
        assert said(chat, "Deadlines") == []
        await look(chat, monday)
        assert len(said(chat, "Deadlines")) == 1

    live(town, story)


def test_who_decides_in_time_is_not_reminded_also_where_the_reminder_was_written(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        chat.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=2)
        await look(chat, DUE - HOUR)
        settle(town, flag, ADMIN, Choice.CLEAR)
        await look(chat, DUE - HOUR + 2 * MINUTE)
        assert said(chat, "Deadlines") == []
        assert rows(town, "SELECT count(*) FROM post WHERE sent IS NULL AND answered IS NULL") == [(0,)]

    live(town, story)


def test_about_an_overdue_flag_people_are_written_to_after_the_channel_was_told(town: Town) -> None:
    flagged(town)
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            late = DUE + MINUTE
            await look(chat, late)
            ring_job(town, "call", late)
            ring_job(town, "call", late + 4 * MINUTE)
            assert box.messages == []
            ring_job(town, "call", late + 5 * MINUTE)
            assert box.to() == sorted([ADMIN, SECOND])

        live(town, story)
