"""The ways of a call, on both databases: the channel or a direct message first, then e-mail; and what a death leaves."""

from __future__ import annotations

from typing import Any

import pytest

from bot import channel, pages
from bot.discord_ui.ringing import ring
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, PAGE, SECOND, SUPERVISOR, TEACHER, Town, flagged, only_teaches, rows, settle
from tests.houses import ring as ring_job
from tests.mailbox import mail_server
from tests.unit.bot.discord_ui.bells import MINUTE, called, direct, look, post_many, said, with_mail
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, live  # noqa: F401  # a fixture for all tests here


def test_e_mail_comes_five_minutes_later_and_not_before(town: Town) -> None:
    flagged(town, "!threat")
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            ring_job(town, "call", NOW)
            await look(chat)
            ring_job(town, "call", NOW + 4 * MINUTE)
            assert box.messages == []
            ring_job(town, "call", NOW + 5 * MINUTE)
            ring_job(town, "call", NOW + 6 * MINUTE)
            assert box.to() == sorted([ADMIN, SECOND])
            await look(chat, NOW + 10 * MINUTE)
            ring_job(town, "call", NOW + 10 * MINUTE)
            assert box.to() == sorted([ADMIN, SECOND, SUPERVISOR])  # has no chat account: at once

        live(town, story)


def test_whoever_has_taken_it_in_time_gets_no_e_mail(town: Town) -> None:
    flag = flagged(town, "!threat")
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            await look(chat)
            ring_job(town, "call", NOW)
            settle(town, flag, ADMIN, Choice.ACKNOWLEDGE)
            ring_job(town, "call", NOW + 30 * MINUTE)
            assert box.messages == []
            assert rows(town, "SELECT count(*) FROM notice") == [(0,)]

        live(town, story)


def test_a_channel_that_cannot_be_reached_is_e_mail_at_once_and_the_next_person_after_five_minutes(town: Town) -> None:
    flagged(town, "!threat")
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            await chat.bot.sync_due()
            chat.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
            await look(chat)
            ring_job(town, "call", NOW)
            assert box.to() == sorted([ADMIN, SECOND])
            ring_job(town, "call", NOW + 5 * MINUTE)
            assert box.to() == sorted([ADMIN, SECOND, SUPERVISOR])

        live(town, story)


def test_where_nobody_holds_the_connection_e_mail_comes_after_a_minute(town: Town) -> None:
    flagged(town, "!threat")
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            ring_job(town, "call", NOW)
            assert box.messages == []
            ring_job(town, "call", NOW + MINUTE)
            assert box.to() == sorted([ADMIN, SECOND])

        live(town, story)


def test_a_channel_that_comes_back_is_told_of_the_newest_call_alone(town: Town) -> None:
    flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        chat.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=3)
        for minutes in (0, 6, 21):
            await look(chat, NOW + minutes * MINUTE)
        assert said(chat, "ALARM") == []
        await look(chat, NOW + 23 * MINUTE)
        assert len(said(chat, "ALARM")) == 1
        assert await look(chat, NOW + 24 * MINUTE) == 0

    live(town, story)


def test_a_restricted_flag_is_told_directly_and_leaves_no_trace_in_the_channel(town: Town) -> None:
    flagged(town, "!child_abuse by somebody")

    async def story(chat: Chat) -> None:
        only_teaches(town)
        await look(chat)
        assert chat.channel.history() == []
        for who in (chat.admin, chat.second):
            (said,) = direct(who)
            assert said.splitlines()[0] == "A restricted flag waits for you: write /queue in the school's server."
            assert len(said.splitlines()) == 2
            assert "abuse" not in said
        assert called(chat) == [[], []]
        assert await look(chat, NOW + MINUTE) == 0
        assert chat.channel.history() == []

    live(town, story)


def test_many_restricted_flags_are_one_message_to_each(town: Town) -> None:
    post_many(town, 1, 3, "!child_abuse by somebody")

    async def story(chat: Chat) -> None:
        only_teaches(town)
        await look(chat)
        post_many(town, 4, 4, "!child_abuse by somebody")
        await look(chat, NOW + MINUTE)
        assert [said.splitlines()[0] for said in direct(chat.admin)] == [
            "3 restricted flags wait for you: write /queue in the school's server."
        ]
        assert rows(town, "SELECT count(*) FROM post WHERE sent IS NOT NULL") == [(8,)]

    live(town, story)


def test_a_direct_message_that_is_refused_is_an_e_mail_at_once(town: Town) -> None:
    flagged(town, "!child_abuse by somebody")
    with mail_server() as (box, address):
        with_mail(town, address)

        async def story(chat: Chat) -> None:
            only_teaches(town)
            dm: Any = chat.admin.user.dm_channel
            chat.env.inject_error("POST", f"/channels/{dm.id}/messages", status=403, code=50007, times=None)
            await look(chat)
            ring_job(town, "call", NOW)
            assert box.to() == [ADMIN]
            await look(chat, NOW + 3 * MINUTE)
            tries = [
                e for e in chat.env.http_requests if e.method == "POST" and e.path == f"/channels/{dm.id}/messages"
            ]
            assert len(tries) == 1  # whoever takes no messages of ours is left alone
            ring_job(town, "call", NOW + 5 * MINUTE)
            assert box.to() == sorted([ADMIN, SECOND])

        live(town, story)


def test_a_death_between_writing_and_sending_loses_no_alarm(town: Town) -> None:
    flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert channel.write_calls(town.house, NOW) == 1  # and then it died
        await look(chat)
        assert len(said(chat, "ALARM")) == 1

    live(town, story)


@pytest.mark.parametrize("words", ["!threat", "!child_abuse"])
def test_a_death_between_sending_and_noting_doubles_nothing(town: Town, words: str) -> None:
    flag = flagged(town, words)

    async def story(chat: Chat) -> None:
        only_teaches(town)
        await look(chat)
        with town.house.store.engine.begin() as connection:
            unknown = "sent = NULL, channel = NULL, message = NULL, shown = '', answered = NULL"
            connection.exec_driver_sql(f"UPDATE post SET {unknown} WHERE refused IS NULL")
        await look(chat, NOW + MINUTE)
        assert len(said(chat, "ALARM")) == (words == "!threat")
        assert len(direct(chat.admin)) == (words != "!threat")
        settle(town, flag, ADMIN, Choice.ACKNOWLEDGE)
        await ring(chat.bot)
        assert len(said(chat, "over")) == (words == "!threat")

    live(town, story)


def test_what_was_taken_before_its_alarm_was_sent_rings_no_more(town: Town) -> None:
    flag = flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        channel.write_calls(town.house, NOW)
        settle(town, flag, ADMIN, Choice.ACKNOWLEDGE)
        await look(chat)
        assert said(chat, "larm") == []
        assert channel.unsent(town.house, NOW + MINUTE) == []

    live(town, story)


def test_whoever_may_not_decide_it_any_more_is_not_written_to_after_an_outage(town: Town) -> None:
    flagged(town, "!child_abuse by somebody")

    async def story(chat: Chat) -> None:
        only_teaches(town)
        channel.write_calls(town.house, NOW)  # and then the line broke
        page = town.write_page(PAGE.replace(f"teacher: {TEACHER}", f"teacher: {SECOND}"))
        pages.apply_pages(town.house, [page], NOW)
        await look(chat, NOW + MINUTE)
        assert direct(chat.second) == direct(chat.admin) == []  # it may mean an administrator now

    live(town, story)


def test_a_critical_restricted_flag_is_called_not_serious_with_a_reason(town: Town) -> None:
    flag = flagged(town, "!child_abuse by somebody")

    async def story(chat: Chat) -> None:
        only_teaches(town)
        opened = await chat.ask(chat.admin, "flag", id=flag[-8:])
        shown = await chat.admin.click(opened[-1], label="Not serious")
        field = shown.modal["components"][0]["components"][0]["custom_id"]
        answer = await chat.admin.submit_modal(shown, {field: "it is from a play"})
        assert "not serious. It stays open until a second person confirms" in str(answer.response.content)

    live(town, story)
