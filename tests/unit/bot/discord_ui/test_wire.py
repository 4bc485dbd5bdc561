"""The real client on the wire: a fake Discord with real sockets, the limits of the real one, and lines that break."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.review import Choice
from connectors.base import CommentState
from tests.houses import NOW, SECOND, Town, flagged, rows, settle
from tests.patience import until
from tests.servers.discord import Trouble
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.wires import Wire, at_the_fake

SEND, EDIT = "POST /channels/{channel}/messages", "PATCH /channels"
pytestmark = pytest.mark.usefixtures("no_error_is_only_logged")


def test_a_flag_becomes_a_card_a_press_hides_it_and_a_press_brings_it_back(wire: Wire) -> None:
    flagged(wire.town)
    with Duty(wire.house, wire.discord):
        card = wire.card()
        assert "Insult or put-down" in card.text
        assert card.buttons == ["Hide", "Clear", "Consent covers it", "Escalate", "Open"]
        said = wire.discord.press(wire.dana, card, "Hide")
        assert "it breaks the policy. On the platform the comment is now held" in said.text
        assert said.ephemeral
        assert wire.town.state("1") is CommentState.HELD
        until(lambda: card.buttons == ["Undo", "Open"])
        assert "**Hidden** by Dana Reyes" in card.text.replace("\\", "")
        assert "now visible" in wire.discord.press(wire.maja, card, "Undo").text
        assert wire.town.state("1") is CommentState.VISIBLE
        until(lambda: "Hide" in card.buttons)
    assert len(wire.cards()) == 1
    assert wire.discord.count(status=429) == 0


def test_a_form_and_a_slash_command_on_the_wire(line: Wire) -> None:
    flag = flagged(line.town, "!threat to the quokkas")
    with Duty(line.house, line.discord):
        card = line.card()
        form = line.discord.press(line.dana, card, "Not serious")
        said = line.discord.submit(form, {"The reason (sealed with the decision)": "a play"})
        assert "Noted: not serious" in said.text
        until(lambda: "Confirm: not serious" in card.buttons)
        until(lambda: line.guild.commands)
        assert flag[-8:] in line.discord.slash(line.dana, line.room, "queue").text
        opened = line.discord.slash(line.dana, line.room, "flag", id=flag[-8:])
        until(lambda: ">>> !threat to the quokkas" in opened.text)  # the words come in a message of their own


def test_a_form_that_is_open_while_the_bot_starts_anew_is_handed_in_all_the_same(line: Wire) -> None:
    flagged(line.town, "!threat to the quokkas")
    with Duty(line.house, line.discord):
        form = line.discord.press(line.dana, line.card(), "Not serious")
    with Duty(line.house, line.discord):
        said = line.discord.submit(form, {"The reason (sealed with the decision)": "a play"})
        assert "Noted: not serious" in said.text
    assert rows(line.town, "SELECT kind FROM decision") == [("not_serious",)]


@pytest.mark.parametrize("resumable", [True, False], ids=["resumed", "a new session"])
def test_after_a_gap_in_the_connection_all_is_shown_once_and_presses_go_on(wire: Wire, resumable: bool) -> None:
    flagged(wire.town)
    with Duty(wire.house, wire.discord):
        first = wire.card()
        wire.discord.cut(resumable=resumable, then="slow")
        wire.flag("2")
        missed = wire.discord.begin_press(wire.dana, first, "Hide")
        wire.discord.gateway.state = "open"
        until(lambda: wire.discord.gateway.resumed + wire.discord.gateway.identified == 2)
        assert wire.discord.gateway.resumed == resumable
        assert (missed.wait().text != "") == resumable  # a press that Discord lost is pressed again
        until(lambda: wire.noted() == 2)
        assert "Noted" in wire.discord.press(wire.dana, wire.cards()[1], "Clear").text
        if not resumable:
            assert "now held" in wire.discord.press(wire.dana, first, "Hide").text
        assert wire.town.state("1") is CommentState.HELD
        until(lambda: first.buttons == ["Undo", "Open"])
    assert len(wire.cards()) == 2


@pytest.mark.parametrize(
    ("trouble", "blind"),
    [
        (Trouble(status=429), False),
        (Trouble(status=429, scope="global"), False),
        (Trouble(cut=True), False),
        (Trouble(lost=True), False),
        (Trouble(lost=True), True),
        (Trouble(status=502, done=True), True),
        (Trouble(status=503), True),
    ],
    ids=["429", "global 429", "cut", "answer lost", "answer lost, blind", "502 but done, blind", "503, blind"],
)
def test_whatever_becomes_of_a_send_there_is_one_card(line: Wire, trouble: Trouble, blind: bool) -> None:
    line.discord.deny(line.room, read_message_history=blind)
    flagged(line.town)
    line.discord.disturb(SEND, trouble)
    with Duty(line.house, line.discord):
        card = line.card()
        assert "now held" in line.discord.press(line.dana, card, "Hide").text
        until(lambda: card.buttons == ["Undo", "Open"])
    assert len(line.cards()) == 1
    assert line.discord.count(status=429) == (trouble.status == 429)


def test_a_channel_is_looked_through_once_and_not_before_each_card(line: Wire) -> None:
    for number in range(9):
        line.town.platform.post(f"{number}", "!disparagement")
    line.town.scan()
    with Duty(line.house, line.discord):
        until(lambda: line.noted() == 9)
    assert len(line.cards()) == 9
    assert line.discord.count("GET /channels/{channel}/messages") <= 3  # and twice for cards that somebody deleted


def test_a_digest_whose_answer_was_lost_comes_once(line: Wire) -> None:
    line.discord.disturb(SEND, Trouble(lost=True))
    with Duty(replace(line.house, clock=lambda: NOW + timedelta(hours=5)), line.discord):
        until(lambda: rows(line.town, "SELECT site_id FROM digest"))
    assert len(line.discord.messages(line.room)) == 1


def test_a_card_that_somebody_deleted_comes_again_while_it_waits_for_a_decision(wire: Wire) -> None:
    flagged(wire.town)
    with Duty(wire.house, wire.discord):
        wire.discord.delete(wire.card())
        wire.discord.write(wire.maja, wire.room, "Who deleted that?")
        wire.discord.cut()  # at the latest after a minute; at once after a gap
        until(wire.cards)
        card = wire.card()
        wire.discord.press(wire.dana, card, "Clear")
        until(lambda: card.buttons == ["Undo", "Open"])
        wire.discord.delete(card)
        wire.flag("2")
        wire.discord.cut()
        until(lambda: wire.noted() == 2)
        assert len(wire.cards()) == 1  # what is decided needs no card


def test_a_card_of_a_bot_that_was_made_anew_is_sent_anew(line: Wire) -> None:
    flag = flagged(line.town)
    with Duty(line.house, line.discord):
        old = line.card()
        old.author = line.maja  # Discord knows it as another account's now
        settle(line.town, flag, SECOND, Choice.CLEAR)
        until(lambda: len(line.cards()) == 2)
        assert line.cards()[1].buttons == ["Undo", "Open"]


def test_a_press_waits_neither_for_the_cards_that_are_due_nor_for_its_own(tmp_path: Path) -> None:
    with Town(tmp_path) as town, at_the_fake(town, speed=1) as line:
        for number in range(9):
            town.platform.post(f"{number}", "!disparagement")
        town.scan()
        with Duty(line.house, line.discord):
            until(lambda: len(line.cards()) == 5)  # now the window is used up for five seconds
            line.discord.disturb(EDIT, Trouble(pause=2))
            said = line.discord.press(line.dana, line.cards()[0], "Hide")
            assert "now held" in said.text
            assert (said.last or 9) < 1
            assert len(line.cards()) < 9
        assert line.discord.count(status=429) == 0


def test_a_bot_that_is_woken_in_the_moment_of_its_end_ends_all_the_same(line: Wire) -> None:
    flagged(line.town)
    with Duty(line.house, line.discord) as duty:
        line.card()
        until(lambda: not duty.bot._awake.is_set())
        duty.do(asyncio.sleep(0.3))  # it waits for its next look
        duty.leave(woken=1)
