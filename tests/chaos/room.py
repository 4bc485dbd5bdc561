"""The review channel of a school whose processes die: a fake of Discord that outlives them all, and what stands wrong in it.

`Room.starts` forks a process that holds the connection as `hallmonitor discord run` does; it dies at its point, or ends where the test
says so. What has to hold in the channel when nothing is under way any more is `problems`: it reads rows and messages, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from bot import pages
from bot.domain.review import FlagState
from bot.house import House
from bot.records import Card, Flag
from tests.chaos.crew import Ended, Running
from tests.chaos.oracle import Wrong
from tests.chaos.school import School
from tests.chaos.trap import Point
from tests.houses import PEOPLE
from tests.patience import until
from tests.servers.discord import Channel, Discord, Message, User
from tests.servers.discord.state import COMPONENTS_V2, parts_of

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

    def settles(self) -> None:
        """Wait until all is shown as it is, and see that nothing more comes.

        Raises:
            Wrong: it never is.
        """
        with self.on_duty():
            self.shows_all()
        self.expect_settled()

    def shows_all(self) -> None:
        """Wait until the process on duty has shown all as it is.

        Raises:
            Wrong: it never does.
        """
        with self.school.opened() as house, suppress(AssertionError):
            until(lambda: not self.problems(house), 20)
        self.expect_settled()

    def expect_settled(self) -> None:
        """Look once, and raise `Wrong` where something is."""
        with self.school.opened() as house:
            if found := self.problems(house):
                raise Wrong("; ".join(found))

    def press(self, user: User, card: Message, id: str) -> None:
        """Somebody presses until they are answered, or until there is nothing any more that could be pressed."""
        with suppress(LookupError):
            until(lambda: self.discord.press(user, card, custom_id=id).text)

    def cards(self) -> list[Message]:
        """What is kept up to date in the channel, oldest first; plain messages aside."""
        return [m for m in self.discord.messages(self.channel) if int(m.sent.get("flags") or 0) & COMPONENTS_V2]

    def card_of(self, flag: str) -> Message:
        """The one card of a flag."""
        (card,) = (card for card in self.cards() if flag in _ids(card))
        return card

    def problems(self, house: House) -> list[str]:
        """What is wrong, in one line each: a card that is missing, that there is twice, that says something else than its flag does."""
        with house.store.reading() as session:
            flags, noted = session.exec(select(Flag)).all(), {card.flag_id: card for card in session.exec(select(Card))}
        return [line for flag in flags for line in self._wrong(flag, noted.get(flag.id))]

    def _wrong(self, flag: Flag, noted: Card | None) -> Iterator[str]:
        ours = str(noted.message) if noted else ""
        there = [card for card in self.cards() if flag.id in _ids(card) or str(card.id) == ours]
        wanted = noted is not None or flag.state in (FlagState.OPEN, FlagState.APPEALED)
        if len(there) != int(wanted):
            yield f"the flag {flag.id} ({flag.state}) has {len(there)} cards"
        if noted and there and (noted.message, noted.version) != (str(there[0].id), flag.version):
            yield f"the card of {flag.id} is noted as {noted}, and is {there[0].id}; the flag has version {flag.version}"
        for card in there:
            shown = {id.rpartition(":")[2] for id in _ids(card).split() if id.startswith("rv1:")}
            if shown - {str(flag.version)}:
                yield f"the card of {flag.id} shows the version {shown} of {flag.version}"


def button(card: Message, choice: str) -> str:
    """The custom id of the button of a card that decides so.

    Raises:
        LookupError: there is none; it says what there is.
    """
    for id in _ids(card).split():
        if f":{choice}:" in id:
            return id
    raise LookupError(f"no {choice} on this card: {_ids(card)}")


def _ids(card: Message) -> str:
    return " ".join(str(part["custom_id"]) for part in parts_of(card.sent["components"]) if part.get("custom_id"))


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
