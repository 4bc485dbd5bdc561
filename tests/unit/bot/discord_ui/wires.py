"""A school at the fake of Discord, for tests on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.house import House
from tests.houses import NOW, Town, rows
from tests.patience import until
from tests.servers.discord import Channel, Discord, Guild, Message, User
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

    @property
    def house(self) -> House:
        """At noon: no digest is due."""
        return replace(self.town.house, clock=lambda: NOW)

    def cards(self) -> list[Message]:
        """The cards in the review channel."""
        shown = [message for message in self.discord.messages(self.room) if message.sent.get("components")]
        return [message for message in shown if not message.sent.get("content")]

    def alarms(self) -> list[Message]:
        """What is said beside the cards."""
        return [message for message in self.discord.messages(self.room) if message.sent.get("content")]

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
