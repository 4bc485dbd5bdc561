"""The monthly test alarm, on both databases: when it comes, who answers, what is told of it."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot import channel, pages, upkeep
from bot.channel import NoSuchTest
from bot.cli import app
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, rows
from tests.houses import ring as ring_job
from tests.mailbox import mail_server
from tests.unit.bot.discord_ui.bells import MINUTE, called, look, said, with_mail
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, introduce, live  # noqa: F401  # a fixture

TEN = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)  # Tuesday, the first, at ten in Los Angeles
DAY = timedelta(days=1)


def findings(town: Town, now: datetime) -> list[str]:
    return [f"{f.fact} {f.mend}" for f in upkeep.examine(town.house, now) if f.subject == "test alarm s"]


def test_it_comes_once_a_month_calls_those_on_duty_and_says_the_next_day_who_answered(town: Town) -> None:
    async def story(chat: Chat) -> None:
        await look(chat, TEN - MINUTE)
        assert said(chat, "test") == []
        await look(chat, TEN)
        await look(chat, TEN + MINUTE)
        (test,) = said(chat, "This is a test: press I am here")
        assert called(chat) == [sorted([chat.admin.id, chat.second.id, chat.teacher.id])]  # all administrators
        pressed = await chat.admin.click(test, label="I am here")
        assert pressed.ephemeral
        assert "Thank you" in str(pressed.response.content)
        await chat.admin.click(test, label="I am here")
        assert "does not know this account" in str(
            (await chat.stranger.click(test, label="I am here")).response.content
        )
        assert rows(town, "SELECT count(*) FROM post WHERE answered_by IS NOT NULL") == [(1,)]
        await look(chat, TEN + DAY)
        await look(chat, TEN + DAY + MINUTE)
        (report,) = said(chat, "Test alarm of Tue 1 Dec 10:00")
        told = report.content.replace("\u200b", "").splitlines()
        assert f"\u00b7 {ADMIN}: answered Tue 1 Dec 10:01" in told
        assert f"\u00b7 {SECOND}: **no answer**" in told
        assert findings(town, TEN + 2 * DAY)[0].startswith("answered by 1 of 3")
        await look(chat, TEN + 20 * DAY)
        assert len(said(chat, "press I am here")) == 1

    live(town, story)


def test_nobody_answered_is_a_finding_until_the_next_one_is_answered(town: Town) -> None:
    async def story(chat: Chat) -> None:
        await look(chat, TEN)
        assert findings(town, TEN + MINUTE) == []
        await look(chat, TEN + DAY + MINUTE)
        assert "Nobody answered" in said(chat, "Test alarm of")[0].content
        assert "nobody answered the one of 2026-12-01" in findings(town, TEN + 2 * DAY)[0]
        (test,) = channel.ask_now(town.house, TEN + 2 * DAY)
        assert findings(town, TEN + 2 * DAY) == []
        await look(chat, TEN + 2 * DAY)
        channel.answer_test(town.house, test.id, SECOND, TEN + 2 * DAY)
        assert "answered by 1 of 3" in findings(town, TEN + 4 * DAY)[0]

    live(town, story)


def test_a_weekend_is_no_working_day_and_a_missed_test_is_made_up_in_the_same_week(town: Town) -> None:
    introduce(town, 77, 1, 2)
    may = datetime(2027, 5, 1, 17, 0, tzinfo=UTC)  # a Saturday
    assert [channel.write_tests(town.house, may + number * DAY) for number in range(3)] == [0, 0, 1]
    june = datetime(2027, 6, 1, 17, 0, tzinfo=UTC)
    assert channel.write_tests(town.house, june + 8 * DAY) == 1  # the old one is done with; no new one
    assert (
        len([1 for (about,) in rows(town, "SELECT about FROM post WHERE lead_id IS NULL") if "2027-06" in str(about)])
        == 0
    )
    july = datetime(2027, 7, 1, 17, 0, tzinfo=UTC)
    assert channel.write_tests(town.house, july + 4 * DAY) == 1


def test_a_holiday_is_no_working_day_and_nobody_is_tested_before_they_come(town: Town) -> None:
    introduce(town, 77, 1, 2)
    people = town.config / "people.yaml"
    on_call = "on_call: {hours: {mon-fri: 11:30-15:00}, holidays: [2026-12-01]}"
    people.write_text(people.read_text().replace("title: School,", f"title: School, {on_call},"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    begin = TEN + DAY + timedelta(minutes=90)
    moments = [TEN, TEN + DAY, begin - MINUTE, begin]
    assert [channel.write_tests(town.house, now) for now in moments] == [0, 0, 0, 1]


def test_those_on_duty_are_written_to_as_well_once(town: Town) -> None:
    introduce(town, 77, 1, 2)
    with mail_server() as (box, address):
        with_mail(town, address)
        channel.write_tests(town.house, TEN)
        ring_job(town, "call", TEN)
        ring_job(town, "call", TEN + MINUTE)
        assert box.to() == sorted([ADMIN, SECOND, TEACHER])
        assert "this is a test" in str(box.messages[0]["Subject"])
        assert f"test-alarm --here --by {box.messages[0]['To']}" in box.messages[0].get_content()
        assert all(asked.mailed for asked in channel.newest_tests(town.house, TEN)[0].people)


def test_a_death_loses_and_doubles_no_test(town: Town) -> None:
    async def story(chat: Chat) -> None:
        channel.write_tests(town.house, TEN)  # and then it died
        await look(chat, TEN)
        with town.house.store.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE post SET sent = NULL, channel = NULL, message = NULL WHERE lead_id IS NULL"
            )
        await look(chat, TEN + MINUTE)
        assert len(said(chat, "press I am here")) == 1
        assert channel.newest_tests(town.house, TEN)[0].sent is not None

    live(town, story)


def test_the_command_sends_one_and_says_who_answered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in town.environment.variables.items():
        monkeypatch.setenv(name, value)
    command = ["--config", str(town.config), "discord", "test-alarm"]
    assert "discord_channel" in str(CliRunner().invoke(app, command).exception)

    async def story(chat: Chat) -> None:
        with pytest.raises(NoSuchTest):
            channel.answer_newest(town.house, ADMIN, NOW)
        asked = asyncio.create_task(asyncio.to_thread(CliRunner().invoke, app, command))
        while not asked.done():  # the other process, which holds the connection
            await look(chat, datetime.now(UTC))
            await asyncio.to_thread(time.sleep, 0.1)
        assert (await asked).exit_code == 0
        assert "sent " in (await asked).output
        await chat.admin.click(said(chat, "press I am here")[0], label="I am here")
        here = CliRunner().invoke(app, [*command, "--here", "--by", SECOND, "--json"])
        answered = {person["person"]: person["answered"] is not None for person in json.loads(here.output)[0]["people"]}
        assert answered == {ADMIN: True, SECOND: True, TEACHER: False}
        assert CliRunner().invoke(app, command).exit_code == 0
        assert len(said(chat, "press I am here")) == 1  # within the hour it only says who answered

    live(town, story)


def test_whoever_has_answered_is_not_asked_again_by_e_mail(town: Town) -> None:
    introduce(town, 77, 1, 2)
    with mail_server() as (box, address):
        with_mail(town, address)
        channel.write_tests(town.house, TEN)
        channel.answer_newest(town.house, SUPERVISOR, TEN)  # not on duty, and here all the same
        ring_job(town, "call", TEN + MINUTE)
        assert box.to() == sorted([ADMIN, SECOND, TEACHER])
