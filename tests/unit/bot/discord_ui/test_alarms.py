"""An alarm in the channel, with the real discord.py on simcord, on both databases: whom it calls, how it ends, what a death leaves."""

from __future__ import annotations

from datetime import timedelta

from bot import decisions
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, Town, flagged, rows, settle
from tests.unit.bot.discord_ui.bells import MINUTE, called, look, post_many, said
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, damage, live, restrict  # noqa: F401  # a fixture for all tests here


def test_an_alarm_calls_those_who_may_decide_and_nobody_else(town: Town) -> None:
    flagged(town, "!threat to Tobias <@1> @everyone")

    async def story(chat: Chat) -> None:
        await look(chat)
        card, alarm = chat.channel.history()
        assert called(chat) == [sorted([chat.admin.id, chat.second.id])]  # not the page's own teacher
        assert [user.id for user in alarm.mentions] == [chat.admin.id, chat.second.id]
        assert not alarm.mention_everyone
        assert "Threat of violence" in alarm.content
        assert "Tobias" not in alarm.content
        assert f"https://discord.com/channels/{card.guild.id}/{card.channel.id}/{card.id}" in alarm.content
        assert "Answer by **Wed 25 Nov 13:00**" in alarm.content
        assert await look(chat, NOW + 4 * MINUTE) == 0

    live(town, story)


def test_who_has_it_is_said_and_nobody_is_called_any_more(town: Town) -> None:
    flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await look(chat)
        (alarm,) = said(chat, "ALARM")
        assert "you have it" in str((await chat.admin.click(alarm, label="I have it")).response.content)
        assert await look(chat, NOW + MINUTE) == 1
        (over,) = said(chat, "Alarm, over")
        assert over.id == alarm.id
        assert "**Dana Reyes** has it, Wed 25 Nov 12:00" in over.content
        assert over.components == []
        assert over.mentions == []
        assert await look(chat, NOW + 20 * MINUTE) == 0
        assert rows(town, "SELECT count(*) FROM post WHERE answered_by IS NOT NULL") == [(1,)]

    live(town, story)


def test_a_flag_decided_elsewhere_ends_its_alarm_and_an_old_button_decides_nothing_anew(town: Town) -> None:
    flag = flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await look(chat)
        decisions.assign(town.house, flag, ADMIN, SECOND, NOW)  # the flag has another version
        await look(chat)
        settle(town, flag, SECOND, Choice.ESCALATE)
        (alarm,) = said(chat, "ALARM")
        assert "Already decided" in str((await chat.admin.click(alarm, label="I have it")).response.content)
        await look(chat)
        assert "Decided (Escalated: a case is open) by" in said(chat, "Alarm, over")[0].content

    live(town, story)


def test_a_button_of_an_alarm_works_after_the_flag_was_handed_to_somebody(town: Town) -> None:
    flag = flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await look(chat)
        decisions.assign(town.house, flag, ADMIN, SECOND, NOW)
        await look(chat)
        (alarm,) = said(chat, "ALARM")
        assert "you have it" in str((await chat.admin.click(alarm, label="I have it")).response.content)

    live(town, story)


def test_an_alarm_is_repeated_up_the_ladder_and_the_last_one_alone_can_be_pressed(town: Town) -> None:
    flagged(town, "!threat")

    async def story(chat: Chat) -> None:
        await look(chat)
        await look(chat, NOW + 9 * MINUTE)
        assert len(called(chat)) == 1
        await look(chat, NOW + 10 * MINUTE)
        assert called(chat)[1] == []  # the supervisor has no account here: an e-mail goes
        await look(chat, NOW + 25 * MINUTE)
        assert len(called(chat)) == 3
        first, second, last = [m for m in chat.channel.history() if m.content]
        assert "repeated below" in first.content
        assert "repeated below" in second.content
        assert [bool(m.components) for m in (first, second, last)] == [False, False, True]
        assert first.mentions == []

    live(town, story)


def test_a_raid_is_one_alarm_and_one_press_takes_all_of_it(town: Town) -> None:
    post_many(town, 1, 20)

    async def story(chat: Chat) -> None:
        await look(chat)
        (alarm,) = said(chat, "ALARM")
        assert "20 critical flags wait" in alarm.content
        assert len(alarm.content) <= 2000
        post_many(town, 21, 25)  # a moment later: told in the same message, and nobody is called again
        assert await look(chat, NOW + MINUTE) == 1
        (alarm,) = said(chat, "ALARM")
        assert "25 critical flags wait" in alarm.content
        assert len(called(chat)) == 1
        answer = await chat.admin.click(alarm, label="I have them all")
        assert "You have 25 of them" in str(answer.response.content)
        late = await chat.second.click(alarm, label="I have them all")
        assert "None was free" in str(late.response.content)
        await look(chat, NOW + 2 * MINUTE)
        assert len(said(chat, "Alarm, over")) == 1

    live(town, story)


def test_alarms_that_come_one_by_one_are_three_and_then_one_for_all(town: Town) -> None:
    async def story(chat: Chat) -> None:
        for number in range(1, 9):
            post_many(town, number, number)
            await look(chat, NOW + timedelta(seconds=10 * number))
        assert len(said(chat, "ALARM")) == 4
        assert "5 critical flags wait" in said(chat, "ALARM")[-1].content
        post_many(town, 9, 9)
        await look(chat, NOW + 4 * MINUTE)
        assert len(said(chat, "ALARM")) == 5  # the storm is over

    live(town, story)


def test_after_a_raid_was_taken_the_next_flag_calls_anew(town: Town) -> None:
    post_many(town, 1, 4)

    async def story(chat: Chat) -> None:
        await look(chat)
        await chat.admin.click(said(chat, "ALARM")[0], label="I have them all")
        await look(chat, NOW)
        post_many(town, 5, 5)
        await look(chat, NOW + MINUTE)
        assert len(said(chat, "Alarm, over")) == len(said(chat, "ALARM: a critical flag waits")) == 1
        assert len(called(chat)) == 2

    live(town, story)


def test_whoever_is_called_by_no_earlier_message_gets_one(town: Town) -> None:
    """A message that is edited calls nobody: what would call somebody else does not join it."""
    post_many(town, 1, 4, "!threat to Dana Reyes")

    async def story(chat: Chat) -> None:
        await look(chat)
        post_many(town, 5, 5, "!threat")
        await look(chat, NOW + MINUTE)
        assert called(chat) == [[chat.second.id], sorted([chat.admin.id, chat.second.id])]

    live(town, story)


def test_an_alarm_says_nothing_of_what_came_of_a_flag_that_became_restricted(town: Town) -> None:
    post_many(town, 1, 5)

    async def story(chat: Chat) -> None:
        await look(chat)
        flag = town.queue()["1"].flag
        restrict(town, flag)
        decisions.decide(town.house, flag, SUPERVISOR, Choice.ESCALATE, NOW)
        await look(chat, NOW + MINUTE)
        (alarm,) = said(chat, "ALARM")
        assert "4 critical flags wait" in alarm.content
        assert "It waits no more." in alarm.content
        assert "Decided" not in alarm.content
        assert "Okafor" not in alarm.content
        restrict(town, flag)  # whatever else is done to it
        assert await look(chat, NOW + MINUTE) == 0  # Discord would say when it was edited

    live(town, story)


def test_a_comment_that_does_not_open_silences_no_other_alarm(town: Town) -> None:
    post_many(town, 1, 2)

    async def story(chat: Chat) -> None:
        while await chat.bot.sync_due():
            pass
        damage(town, town.queue()["1"].flag)
        await look(chat)
        assert len(said(chat, "ALARM")) == 1

    live(town, story)
