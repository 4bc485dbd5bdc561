"""What cannot be shown is tried again later and later, and keeps nothing else from being shown."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select, update
from structlog.typing import EventDict

from bot import decisions
from bot.discord_ui.client import AT_ONCE
from bot.discord_ui.digests import tell_digests
from bot.discord_ui.patience import FIRST, MOST, Patience
from bot.domain.review import Choice
from bot.house import House
from bot.records import Bundle, PersonRecord
from tests.houses import ADMIN, NOW, SECOND, Town, flagged, rows, settle
from tests.patience import until
from tests.unit.bot.bundles.raids import press, raided
from tests.unit.bot.discord_ui.bells import MINUTE, look, post_many, said
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.test_press import Chat, damage, live
from tests.unit.bot.discord_ui.wires import Wire

SEND = "POST /channels/{channel}/messages"
pytestmark = pytest.mark.usefixtures("no_error_is_only_logged")


def test_each_wait_is_twice_as_long_up_to_an_hour_and_what_works_is_forgotten() -> None:
    now = [0.0]
    patience = Patience(lambda: now[0])
    waits = []
    for _ in range(12):
        patience.failed("a")
        before = now[0]
        while "a" in patience.resting():
            now[0] += FIRST / 2
        waits.append(now[0] - before)
    assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert waits[-1] == MOST
    patience.worked("a")
    patience.failed("a")
    now[0] += FIRST
    assert patience.resting() == set()


def test_many_cards_that_cannot_be_made_keep_no_other_from_being_shown(town: Town) -> None:
    for number in range(AT_ONCE + 1):
        town.platform.post(f"{number}", "!hate", author=f"a{number}", minutes_ago=60 * number)
    town.scan()
    for (flag,) in rows(town, "SELECT id FROM flag"):
        damage(town, str(flag))
    town.platform.post("good", "!disparagement")
    town.scan()

    async def story(chat: Chat) -> None:
        shown = [await chat.bot.sync_due() for _ in range(3)]
        assert shown == [0, 1, 0]
        assert "Insult or put-down" in chat.words()

    live(town, story)


def test_a_bundle_whose_card_cannot_be_made_is_left_alone_and_holds_up_no_other(town: Town) -> None:
    press(town, raided(town), "clear")

    async def story(chat: Chat) -> None:
        town.platform.post("good", "!hate")
        town.scan()
        with town.house.store.transaction() as session:
            session.exec(update(Bundle).values(shown="before"))
            for person in session.exec(select(PersonRecord)):
                person.name_sealed = b"damaged"
        assert await chat.bot.sync_due() == 1
        assert len(chat.bot.patience.resting()) == 1

    live(town, story)


def test_an_alarm_whose_words_do_not_open_any_more_keeps_no_other_from_telling_who_has_it(town: Town) -> None:
    post_many(town, 1, 2)
    first, second = (town.queue()[id].flag for id in ("1", "2"))

    async def story(chat: Chat) -> None:
        await look(chat)
        decisions.assign(town.house, first, ADMIN, SECOND, NOW)
        damage(town, first)
        decisions.decide(town.house, second, ADMIN, Choice.ACKNOWLEDGE, NOW)
        await look(chat, NOW + MINUTE)
        assert len(said(chat, "has it")) == 1

    live(town, story)


def test_a_card_that_could_not_be_noted_is_found_and_says_what_was_decided_meanwhile(line: Wire) -> None:
    def sql(statement: str) -> None:
        with line.town.house.store.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    with Duty(line.house, line.discord) as duty:
        duty.bot.patience = Patience(lambda: time.monotonic() * 100)
        sql("CREATE TRIGGER full BEFORE INSERT ON card BEGIN SELECT RAISE(ABORT, 'full'); END")
        flag = flagged(line.town)
        until(line.cards)
        settle(line.town, flag, SECOND, Choice.CLEAR)
        sql("DROP TRIGGER full")
        until(lambda: line.cards()[0].buttons == ["Undo", "Open"])
    assert len(line.cards()) == 1


def test_a_card_of_an_earlier_process_that_is_deleted_twice_comes_twice(line: Wire) -> None:
    flagged(line.town)
    with Duty(line.house, line.discord):
        line.card()
    with Duty(line.house, line.discord) as duty:
        for _ in range(2):
            until(lambda: rows(line.town, "SELECT message FROM card") == [(str(card.id),) for card in line.cards()])
            line.discord.delete(line.cards()[0])
            duty.bot.look_again()
            until(line.cards)


def forget(line: Wire, table: str) -> None:
    """As if the process had died before it noted what it has sent; and then people write a lot."""
    with line.town.house.store.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for _ in range(120):
        line.discord.write(line.maja, line.room, "and so on")
    line.discord.world.nonces.clear()


def test_a_card_is_found_however_much_was_written_since_it_was_sent(line: Wire) -> None:
    flagged(line.town)
    with Duty(line.house, line.discord):
        line.card()
    forget(line, "card")
    with Duty(line.house, line.discord):
        line.card()


def at_five(line: Wire) -> House:
    """A digest is due."""
    return replace(line.town.house, clock=lambda: NOW + timedelta(hours=5))


def test_a_digest_that_the_channel_refuses_is_tried_again_in_a_while(line: Wire, told: list[EventDict]) -> None:
    line.discord.deny(line.room, send_messages=True)
    with Duty(at_five(line), line.discord, keeps_up=False) as duty:
        assert [duty.do(tell_digests(duty.bot)) for _ in range(3)] == [0, 0, 0]
        assert line.discord.count(SEND) == 1
        assert {(e["event"], e.get("site")) for e in told if e["log_level"] == "error"} >= {("no_channel", "s")}
        line.discord.deny(line.room)
        until(lambda: duty.do(tell_digests(duty.bot)) == 1)


def test_a_digest_is_found_however_much_was_written_since_it_was_sent(line: Wire) -> None:
    with Duty(at_five(line), line.discord, keeps_up=False) as duty:
        assert duty.do(tell_digests(duty.bot)) == 1
        forget(line, "digest")
        assert duty.do(tell_digests(duty.bot)) == 1
    assert len([m for m in line.discord.messages(line.room) if m.author.bot]) == 1
