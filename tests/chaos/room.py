"""The review channel of a school whose processes die: a fake of Discord that outlives them all, and the processes that hold it.

`Room.starts` forks a process that holds the connection as `hallmonitor discord run` does; it dies at its point, or ends where the test
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot import pages
from bot.house import House
from tests.chaos.crew import Ended, Running
from tests.chaos.oracle import Wrong
from tests.chaos.school import School
from tests.chaos.shown import ids, is_card, problems
from tests.chaos.trap import Point
from tests.houses import PEOPLE
from tests.patience import until
from tests.servers.discord import Channel, Discord, Message, User

ROOM, DANA, MAJA = 1_000_000_000_000_000_001, 1_000_000_000_000_000_002, 1_000_000_000_000_000_003
"""The ids by which people.yaml knows them in every fake."""

FAST = 20
"""How many times faster than Discord's its windows pass."""


@dataclass
class Room:
    """The channel, and its two administrators."""

    school: School
    discord: Discord
    channel: Channel
    dana: User
    maja: User

    def starts(self, point: Point | None = None) -> Running:
        """A process begins to hold the connection."""
        words = {**self.discord.variables, "stop": f"{self.school.crew.report()}-stop"}
        return self.school.crew.start(self.school.order("channel", words, point))

    def dies_at(self, point: Point) -> Ended:
        """One such process, to its death."""
        ended = self.school.end(self.starts(point))
        assert ended.died, f"{point} is never passed: {ended}"
        self.after_a_while()
        return ended

    def ends(self, running: Running) -> Ended:
        """Let a process end in peace, if it still lives."""
        Path(running.order.words["stop"]).touch()
        return self.school.end(running)

    def after_a_while(self) -> None:
        """Minutes pass: Discord knows no nonce any more, so that only what stands in the channel can tell what was sent."""
        self.discord.forget()
        self.school.later(1)

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """A process that lives through the block, and is connected."""
        before = self.discord.gateway.identified
        running = self.starts()
        try:
            until(lambda: self.discord.gateway.identified > before)
            yield
        finally:
            self.ends(running)

    def settles(self, then: Callable[[House], bool] = lambda _: True) -> None:
        """A process holds the connection until all is shown as it is, and `then` is true.

        Raises:
            Wrong: it never is.
        """
        with self.on_duty():
            self.shows_all(then)

    def shows_all(self, then: Callable[[House], bool] = lambda _: True) -> None:
        """Wait until the process on duty has shown all as it is, and `then` is true.

        Raises:
            Wrong: it never is.
        """
        with self.school.opened() as house:
            try:
                until(lambda: not self.problems(house) and then(house), 20)
            except AssertionError:
                raise Wrong("; ".join(self.problems(house)) or "what was waited for did not come") from None

    def press(self, user: User, card: Message, id: str) -> None:
        """Somebody presses until they are answered, or until there is nothing any more that could be pressed."""
        with suppress(LookupError):
            until(lambda: self.discord.press(user, card, custom_id=id).text)

    def cards(self) -> list[Message]:
        """What is kept up to date in the channel, oldest first; plain messages aside."""
        return [message for message in self.discord.messages(self.channel) if is_card(message)]

    def plain(self) -> list[Message]:
        """What is said beside the cards, oldest first."""
        return [message for message in self.discord.messages(self.channel) if not is_card(message)]

    def card_of(self, flag: str) -> Message:
        """The one card of a flag."""
        (card,) = (card for card in self.cards() if flag in ids(card))
        return card

    def problems(self, house: House) -> list[str]:
        """What is wrong in the channel, in one line each."""
        return problems(house, self.discord.messages(self.channel))


def button(card: Message, choice: str) -> str:
    """The custom id of the button of a card that decides so.

    Raises:
        LookupError: there is none; it says what there is.
    """
    for id in ids(card).split():
        if f":{choice}:" in id:
            return id
    raise LookupError(f"no {choice} on this card: {ids(card)}")


def introduce(school: School) -> None:
    """Give a school its review channel, and its administrators their accounts there."""
    people = PEOPLE.replace("telephone: (213) 555-0100", f"telephone: (213) 555-0100, discord_channel: {ROOM}")
    people = people.replace("name: Dana Reyes,", f"name: Dana Reyes, accounts: {{discord: ['{DANA}']}},")
    people = people.replace("name: Maja Lind,", f"name: Maja Lind, accounts: {{discord: ['{MAJA}']}},")
    config = school.folder / "config"
    (config / "people.yaml").write_text(people)
    with school.opened() as house:
        pages.apply_pages(house, [config / "classes" / "p.yaml"], school.now)


@contextmanager
def room_of(school: School) -> Iterator[Room]:
    """The channel of a school that was introduced, with nothing in it yet."""
    with Discord(speed=FAST) as discord:
        guild = discord.add_guild()
        channel = discord.add_channel(guild, id=ROOM)
        yield Room(
            school,
            discord,
            channel,
            discord.add_person(guild, "dana", id=DANA),
            discord.add_person(guild, "maja", id=MAJA),
        )
