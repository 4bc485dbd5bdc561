"""The real client on the wire: a fake Discord with real sockets, the limits of the real one, and its troubles."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connectors.base import CommentState
from tests.houses import ADMIN, Town, flagged
from tests.patience import until
from tests.servers.discord import Channel, Discord, Guild, Message, User
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.test_press import introduce


@dataclass
class Wire:
    """A school at the fake, with its channel and its two administrators."""

    town: Town
    discord: Discord
    guild: Guild
    room: Channel
    dana: User
    maja: User

    def cards(self) -> list[Message]:
        """The cards in the review channel."""
        return [message for message in self.discord.messages(self.room) if message.sent.get("components")]

    def card(self) -> Message:
        """The only card, once it is there."""
        until(self.cards)
        (card,) = self.cards()
        return card


@pytest.fixture
def wire(town: Town) -> Iterator[Wire]:
    with Discord(speed=10) as discord:
        guild = discord.add_guild()
        room = discord.add_channel(guild)
        dana, maja = discord.add_person(guild, "dana"), discord.add_person(guild, "maja")
        introduce(town, room.id, dana.id, maja.id)
        yield Wire(town, discord, guild, room, dana, maja)


@pytest.fixture(autouse=True)
def _no_error_is_only_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """discord.py logs what a button raises, and goes on."""
    yield
    errors = [r for r in caplog.records if r.name.startswith(("discord", "aiohttp")) and r.levelno >= logging.ERROR]
    assert not errors, errors


def test_a_flag_becomes_a_card_a_press_hides_it_and_a_press_brings_it_back(wire: Wire) -> None:
    flagged(wire.town)
    with Duty(wire.town.house, wire.discord):
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
    assert len(wire.cards()) == 1
    assert wire.discord.count(status=429) == 0
