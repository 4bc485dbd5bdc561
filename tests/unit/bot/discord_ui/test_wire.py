"""The real client on the wire: a fake Discord with real sockets, the limits of the real one, and its troubles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import pages, pipeline
from bot.discord_ui import running
from bot.discord_ui.running import DiscordTrouble
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, SECOND, Platform, Town, flagged, rows, settle
from tests.patience import until
from tests.servers.discord import Channel, Discord, Guild, Message, Trouble, User
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.test_press import introduce

SEND, EDIT = "POST /channels/{channel}/messages", "PATCH /channels"


@dataclass
class Wire:
    """A school at the fake, with its channel and its two administrators."""

    town: Town
    discord: Discord
    guild: Guild
    room: Channel
    dana: User
    maja: User

    @property
    def house(self) -> House:
        """At noon: no digest is due."""
        return replace(self.town.house, clock=lambda: NOW)

    def cards(self) -> list[Message]:
        """The cards in the review channel."""
        return [message for message in self.discord.messages(self.room) if message.sent.get("components")]

    def card(self) -> Message:
        """The only card, once it is there and known to be."""
        until(lambda: self.noted() == 1)
        (card,) = self.cards()
        return card

    def noted(self) -> int:
        """How many cards the bot knows to have sent."""
        return len(rows(self.town, "SELECT flag_id FROM card"))

    def flag(self, comment: str) -> None:
        """Another comment, another flag."""
        self.town.platform.post(comment, "!disparagement")
        self.town.scan()


@contextmanager
def at_the_fake(town: Town, speed: float = 10) -> Iterator[Wire]:
    with Discord(speed=speed) as discord:
        guild = discord.add_guild()
        room = discord.add_channel(guild)
        dana, maja = discord.add_person(guild, "dana"), discord.add_person(guild, "maja")
        introduce(town, room.id, dana.id, maja.id)
        yield Wire(town, discord, guild, room, dana, maja)


@pytest.fixture
def wire(town: Town) -> Iterator[Wire]:
    """On both databases: what is written and read in an order that matters."""
    with at_the_fake(town) as wire:
        yield wire


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Wire]:
    """On SQLite: what Discord does."""
    with Town(tmp_path) as town, at_the_fake(town) as wire:
        yield wire


@pytest.fixture
def told() -> Iterator[list[EventDict]]:
    """What our log says."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture(autouse=True)
def _no_error_is_only_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """discord.py logs what a button raises, and goes on."""
    yield
    errors = [r for r in caplog.records if r.name.startswith(("discord", "aiohttp")) and r.levelno >= logging.ERROR]
    assert [error for error in errors if not error.getMessage().startswith("Attempting a reconnect")] == []


def test_a_flag_becomes_a_card_a_press_hides_it_and_a_press_brings_it_back(wire: Wire) -> None:
    flagged(wire.town)
    with Duty(wire.house, wire.discord):
        card = wire.card()
        assert "Insult or put-down" in card.text
        assert card.buttons == ["Hide", "Clear", "Consent covers it", "Escalate"]
        said = wire.discord.press(wire.dana, card, "Hide")
        assert (said.text, said.ephemeral) == ("Done: hide. On the platform the comment is now held.", True)
        assert wire.town.state("1") is CommentState.HELD
        until(lambda: card.buttons == ["Undo"])
        assert f"**Hidden** by {ADMIN.replace('@', '@' + chr(0x200B))}" in card.text.replace("\\", "")
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
        assert "not_serious" in said.text
        until(lambda: "Confirm: not serious" in card.buttons)
        until(lambda: line.guild.commands)
        assert flag[-8:] in line.discord.slash(line.dana, line.room, "queue").text
        assert "quokkas" in line.discord.slash(line.dana, line.room, "flag", id=flag[-8:]).text


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
        until(lambda: first.buttons == ["Undo"])
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
        until(lambda: card.buttons == ["Undo"])
    assert len(line.cards()) == 1
    assert line.discord.count(status=429) == (trouble.status == 429)


def test_a_card_that_somebody_deleted_comes_again_while_it_waits_for_a_decision(wire: Wire) -> None:
    flagged(wire.town)
    with Duty(wire.house, wire.discord):
        wire.discord.delete(wire.card())
        wire.discord.write(wire.maja, wire.room, "Who deleted that?")
        wire.discord.cut()  # at the latest after a minute; at once after a gap
        until(wire.cards)
        card = wire.card()
        wire.discord.press(wire.dana, card, "Clear")
        until(lambda: card.buttons == ["Undo"])
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
        assert line.cards()[1].buttons == ["Undo"]


def two_schools(line: Wire) -> tuple[House, Channel]:
    """Thirty flags of the school whose channel we have, and one of another with a channel of its own."""
    other = line.discord.add_channel(line.guild, "other")
    people = line.town.config / "people.yaml"
    site = f"{{id: t, title: Other, time_zone: America/Los_Angeles, supervisor: sup@school.example, discord_channel: {other.id}}}"
    person = "  - {email: sup@school.example, name: Una Sup, roles: [supervisor, administrator], sites: [t]}\n"
    people.write_text(people.read_text().replace("}]\npeople:", f"}}, {site}]\npeople:") + person)
    page = line.town.write_page(
        "id: q\ntitle: Q\nsite: t\nteacher: sup@school.example\nconnector: platform\nurl: memory\n", "q"
    )
    platforms = {"p": line.town.platform, "q": Platform()}
    house = replace(line.house, connect=lambda page: platforms[page.id])
    pages.apply_pages(house, [line.town.config / "classes" / "p.yaml", page], NOW)
    for number in range(30):
        platforms["p"].post(f"{number}", "!disparagement")
    platforms["q"].post("1", "!disparagement")
    for id in platforms:
        pipeline.scan_page(house, id, Depth.RECENT, NOW, impatient=True)
    return house, other


@pytest.mark.parametrize(
    "break_it",
    [
        lambda line: line.discord.deny(line.room, send_messages=True),
        lambda line: line.discord.deny(line.room, view_channel=True),
        lambda line: line.discord.delete_channel(line.room),
    ],
    ids=["no right to write", "not seen", "deleted"],
)
def test_a_channel_that_cannot_be_written_to_is_told_and_holds_up_no_other(
    line: Wire, told: list[EventDict], break_it: Callable[[Wire], None]
) -> None:
    house, other = two_schools(line)
    break_it(line)
    with Duty(house, line.discord):
        until(lambda: line.discord.messages(other))
        assert line.cards() == []
        assert {(entry["event"], entry["page"]) for entry in told if entry["log_level"] == "error"} == {
            ("no_channel", "p")
        }
        assert line.discord.count(SEND, status=403) <= 1
        if line.room.denied:
            line.discord.deny(line.room)
            until(line.cards)


def test_a_foreign_server_is_left_at_once(line: Wire) -> None:
    foreign = line.discord.add_guild("A casino")
    with Duty(line.house, line.discord):
        until(lambda: foreign.id not in line.discord.world.guilds)
        later = line.discord.add_guild("Another")
        until(lambda: later.id not in line.discord.world.guilds)
        assert line.guild.id in line.discord.world.guilds


def test_a_school_whose_server_discord_cannot_reach_is_not_left(line: Wire, told: list[EventDict]) -> None:
    flagged(line.town)
    line.guild.away = True
    with Duty(line.house, line.discord):
        until(lambda: line.discord.gateway.identified)
        line.discord.bring_back(line.guild)
        assert line.card().buttons
        until(lambda: line.guild.commands)
    assert line.guild.id in line.discord.world.guilds
    assert [entry for entry in told if entry["log_level"] == "error"] == []


def test_a_press_waits_neither_for_the_cards_that_are_due_nor_for_its_own(tmp_path: Path) -> None:
    with Town(tmp_path) as town, at_the_fake(town, speed=1) as line:
        for number in range(12):
            town.platform.post(f"{number}", "!disparagement")
        town.scan()
        with Duty(line.house, line.discord):
            until(lambda: len(line.cards()) == 5)  # now the window is used up for five seconds
            line.discord.disturb(EDIT, Trouble(pause=2))
            said = line.discord.press(line.dana, line.cards()[0], "Hide")
            assert "now held" in said.text
            assert (said.last or 9) < 1
            assert len(line.cards()) < 12
        assert line.discord.count(status=429) == 0


def service(line: Wire, **variables: str) -> House:
    """The school as `hallmonitor discord run` and `check` are given it."""
    given = {**line.town.environment.variables, **line.discord.variables, **variables}
    return replace(line.house, environment=replace(line.house.environment, variables=given), stopping=Event())


@pytest.fixture
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library knows one Discord a process: the one before comes back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.mark.usefixtures("_addresses")
def test_a_service_that_starts_during_an_outage_is_on_duty_after_it(line: Wire, told: list[EventDict]) -> None:
    flagged(line.town)
    line.discord.gateway.state = "closed"
    house = service(line)
    running_thread = Thread(target=running.run, args=(house,))
    running_thread.start()
    until(lambda: [entry for entry in told if entry["event"] == "discord_unreachable"])
    line.discord.gateway.state = "open"
    assert line.card().buttons
    house.stopping.set()
    running_thread.join(20)
    assert not running_thread.is_alive()


@pytest.mark.usefixtures("_addresses")
def test_check_says_what_is_missing_and_a_wrong_token_is_named(line: Wire) -> None:
    line.discord.deny(line.room, embed_links=True)
    assert running.check(service(line)) == [f"channel {line.room.id}: give the bot the rights embed_links"]
    with pytest.raises(DiscordTrouble, match="does not know this token"):
        running.check(service(line, HALLMONITOR_DISCORD_TOKEN="another"))
