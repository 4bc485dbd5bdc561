"""`discord setup` as its operator lives through it, with the real client at the fake of Discord on the wire."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from signal import SIG_IGN, SIGINT, signal

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import channel
from bot.channel import TOKEN
from bot.discord_ui import setup as setting_up
from bot.discord_ui.setup import Listener
from bot.domain.errors import Advice
from bot.domain.findings import Finding
from bot.house import House
from tests.houses import NOW, PEOPLE, Town
from tests.journeys.desk import ROOT, Desk
from tests.patience import until
from tests.servers.discord import Channel, Discord, Message
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.test_press import introduce


@pytest.fixture
def wire() -> Iterator[Discord]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    with Discord() as discord:
        yield discord
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def at(town: Town, discord: Discord, **more: str) -> House:
    variables = {**town.environment.variables, **discord.variables, **more}
    return replace(town.house, environment=replace(town.house.environment, variables=variables))


class Setup:
    """`hallmonitor discord setup` in a thread of its own; `said` is what it has printed so far."""

    def __init__(self, house: House, wait: float | None = 30) -> None:
        self.said: list[Finding] = []
        self.asked: list[str] = []
        listener = Listener(self.said.append, self.asked.append)
        told = {"site": None, "wait": wait}
        self._thread = threading.Thread(target=setting_up.guide, args=(house, listener), kwargs=told)
        self._thread.start()

    def ended(self) -> list[Finding]:
        """All that it has printed, after its end."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.said


def card_of(discord: Discord, room: Channel) -> Message:
    """The test card, once it is there."""
    until(lambda: discord.messages(room))
    (card,) = discord.messages(room)
    assert "This is a test card. Press it" in card.text
    return card


def about(said: list[Finding], subject: str) -> Finding:
    *_, last = (f for f in said if f.subject.startswith(subject))
    return last


def test_without_a_token_it_says_where_one_comes_from_and_asks_nobody(town: Town) -> None:
    (missing,) = Setup(town.house).ended()
    assert "https://discord.com/developers/applications" in missing.mend
    assert f"export {TOKEN}=" in missing.mend
    assert "Intents stay off" in missing.mend


def test_what_people_yaml_says_has_to_be_applied(town: Town) -> None:
    (town.config / "people.yaml").write_text(PEOPLE.replace("telephone: (213) 555-0100", "discord_channel: 77"))
    said = Setup(town.house).ended()
    assert f"--config {town.config} pages apply" in about(said, "people.yaml").mend
    with pytest.raises(Advice, match="no site t; it has s"):
        setting_up.guide(town.house, Listener(said.append, print), site="t", wait=None)


def test_a_token_that_discord_does_not_know_is_to_be_set_anew(town: Town, wire: Discord) -> None:
    said = Setup(at(town, wire, **{TOKEN: "another"})).ended()
    refused = about(said, "Discord")
    assert "does not know this token" in refused.mend
    assert not any("another" in f.fact + f.mend for f in said)


def test_a_press_of_the_test_card_is_greeted_and_takes_it_away(town: Town, wire: Discord) -> None:
    guild = wire.add_guild()
    room, dana, maja = wire.add_channel(guild), wire.add_person(guild, "dana"), wire.add_person(guild, "maja")
    stranger = wire.add_person(guild, "someone")
    introduce(town, room.id, dana.id, maja.id)

    setup = Setup(at(town, wire))
    until(lambda: setup.asked)
    assert "Now press the test card in #review" in setup.asked[0]
    greeted = wire.press(dana, card_of(wire, room), "Press it")
    assert (greeted.text, greeted.ephemeral) == ("It works, Dana Reyes.", True)
    assert about(setup.ended(), "test card").fact == "it works: Dana Reyes pressed it"
    assert wire.messages(room) == []
    assert about(setup.said, "process").mend  # nobody is on duty

    again = Setup(at(town, wire))
    told = wire.press(stranger, card_of(wire, room), "Press it").text
    assert f'accounts: {{discord: ["{stranger.id}"]}}' in told
    assert str(stranger.id) in about(again.ended(), "test card").fact


def test_where_nobody_presses_it_the_card_goes_and_something_is_to_be_done(town: Town, wire: Discord) -> None:
    room = wire.add_channel(wire.add_guild())
    introduce(town, room.id, 1, 2)
    alone = about(Setup(at(town, wire), wait=0.1).ended(), "test card")
    assert (alone.fact, alone.serious) == ("nobody pressed it", True)
    assert wire.messages(room) == []


def test_without_waiting_the_process_on_duty_answers_and_one_answer_is_enough(town: Town, wire: Discord) -> None:
    guild = wire.add_guild()
    room, dana = wire.add_channel(guild), wire.add_person(guild, "dana")
    introduce(town, room.id, dana.id, 2)
    Setup(at(town, wire), wait=None).ended()
    left = card_of(wire, room)
    with Duty(town.house, wire, keeps_up=False):
        assert wire.press(dana, left, "Press it").text == "It works, Dana Reyes."
        until(lambda: not wire.messages(room))
        both = Setup(at(town, wire))  # two clients hear of the next press
        pressed = wire.press(dana, card_of(wire, room), "Press it")
        assert about(both.ended(), "test card").well
        assert len(pressed.answers) == 1
        until(lambda: not wire.messages(room))


def test_a_test_card_that_a_killed_setup_has_left_is_taken_away(town: Town, wire: Discord) -> None:
    room = wire.add_channel(wire.add_guild())
    introduce(town, room.id, 1, 2)
    Setup(at(town, wire), wait=None).ended()
    (left,) = wire.messages(room)
    Setup(at(town, wire), wait=None).ended()
    assert [left] != wire.messages(room) != []
    assert len(wire.messages(room)) == 1


def test_check_says_the_same_to_scripts(town: Town, wire: Discord) -> None:
    room = wire.add_channel(wire.add_guild())
    introduce(town, room.id, 1, 2)
    found = setting_up.check(at(town, wire))
    assert "everybody in the server can read it" in about(found, "channel of s").fact
    assert wire.messages(room) == []


def test_the_process_on_duty_is_known_to_be_there(town: Town) -> None:
    assert channel.last_alive(town.house) is None
    channel.note_alive(town.house, NOW)
    assert channel.last_alive(town.house) == NOW


@pytest.fixture
def background() -> Iterator[None]:
    """The tests run behind an `&`, where the shell lets everything ignore Ctrl-C."""
    before = signal(SIGINT, SIG_IGN)
    yield
    signal(SIGINT, before)


@pytest.mark.usefixtures("background")
def test_ctrl_c_takes_the_card_away_and_says_what_is_left_to_do(tmp_path: Path, wire: Discord) -> None:
    room = wire.add_channel(wire.add_guild())
    desk = Desk(tmp_path / "home", tmp_path / "config", wire.variables)
    copytree(ROOT / "config", desk.config)
    people = (desk.config / "people.yaml").read_text()
    (desk.config / "people.yaml").write_text(
        people.replace("    time_zone:", f"    discord_channel: {room.id}\n    time_zone:")
    )
    desk.must("init")
    desk.must("pages", "apply")
    with desk.on_duty("discord setup") as (setup,):
        card_of(wire, room)
        setup.send_signal(SIGINT)
        assert setup.wait(30) == 1
    assert wire.messages(room) == []
    said = desk.said.read_text()
    assert "it was ended before its end" in said
    assert "To be done" in said
    assert "Traceback" not in said
