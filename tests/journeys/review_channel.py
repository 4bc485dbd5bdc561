"""A school: its blog on a real WordPress, its review channel at the fake of Discord, the real `hallmonitor discord run` between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.blog import Blog
from tests.journeys.desk import Desk
from tests.patience import until
from tests.servers.discord import Discord, Interaction, Message, User

_PAGE = """\
id: garden
title: Garden
site: garden-school
teacher: okafor@garden.example
connector: wordpress
url: {url}
credentials: env:GARDEN
roster: rosters/garden.csv
"""
_SITE = """\
sites:
  - {{id: garden-school, title: Garden School, time_zone: America/Los_Angeles, discord_channel: "{room}"}}
people:
"""
_PERSON = """\
  - email: {email}@garden.example
    name: {name} Reed
    roles: [{role}]
    sites: [garden-school]
    accounts: {{discord: ["{id}"]}}
"""
_ROSTER = "first,last,nickname,student_id\nXiomara,Delacroix,Xio,052213F017\n"


class ReviewChannel:
    """The channel as its people use it: Dana and Maja are administrators, Okafor is the page's teacher."""

    def __init__(self, folder: Path, blog: Blog, discord: Discord) -> None:
        self.blog, self.discord = blog, discord
        self.guild = discord.add_guild()
        self.room = discord.add_channel(self.guild)
        self.dana, self.maja, self.okafor = (discord.add_person(self.guild, n) for n in ("Dana", "Maja", "Okafor"))
        secrets = {"GARDEN": blog.server.secret(), **discord.variables}
        self.desk = Desk(folder / "home", folder / "school", secrets)
        self.comments: dict[str, str] = {}
        self.raid: list[str] = []
        self._flags: dict[str, str] = {}
        self._set_up()

    def _set_up(self) -> None:
        roles = ((self.dana, "administrator"), (self.maja, "administrator"), (self.okafor, "teacher"))
        people = "".join(
            _PERSON.format(email=user.name.lower(), name=user.name, role=role, id=user.id) for user, role in roles
        )
        files = {
            "people.yaml": _SITE.format(room=self.room.id) + people,
            "classes/garden.yaml": _PAGE.format(url=self.blog.server.url),
            "rosters/garden.csv": _ROSTER,
        }
        for name, text in files.items():
            (self.desk.config / name).parent.mkdir(parents=True, exist_ok=True)
            (self.desk.config / name).write_text(text)
        self.desk.must("init")
        self.desk.must("pages", "apply")

    def scan(self) -> None:
        """Read the page now."""
        assert self.desk.scan()["garden"]["status"] == "done"

    def learn_flags(self) -> None:
        """Remember which flag is of which comment."""
        self._flags = {id: flag["flag"][-8:] for id, flag in self.desk.queue().items()}

    def flag(self, name: str) -> str:
        """What a card and `/queue` call the flag of a comment: its last characters."""
        return self._flags[self.comments[name]]

    def status(self, name: str) -> str:
        """How a comment is set, as WordPress itself says."""
        return self.blog.status(self.comments[name])

    def card(self, name: str) -> Message:
        """The only card of a comment, once it is there."""
        return self.card_that_says(f"Flag `{self.flag(name)}`")

    def card_that_says(self, words: str) -> Message:
        """The only card with these words, once it is there."""
        until(lambda: self._cards(words))
        (card,) = self._cards(words)
        return card

    def _cards(self, words: str) -> list[Message]:
        posted = [message for message in self.discord.messages(self.room) if not message.sent.get("content")]
        return [message for message in posted if words in plain(message.text)]

    def alarms(self, card: Message) -> list[Message]:
        """What calls people to a card."""
        posted = [message for message in self.discord.messages(self.room) if message.sent.get("content")]
        return [message for message in posted if f"/{card.id}" in message.text]

    def queue(self, user: User) -> str:
        """What `/queue` tells somebody."""
        until(lambda: self.guild.commands)
        return plain(self.discord.slash(user, self.room, "queue").text)

    def press(self, user: User, card: Message, label: str) -> str:
        """Press a button of a card; what the presser, and nobody else, is told."""
        said = self.discord.press(user, card, label)
        assert said.ephemeral, said
        assert said.text, said
        return plain(said.text)

    def fill_in(self, user: User, card: Message, label: str, written: Mapping[str, str]) -> str:
        """Press a button that opens a form, and hand the form in; what one is told."""
        form = self.discord.press(user, card, label)
        return plain(self.discord.submit(form, written).text)

    def open(self, user: User, name: str) -> Interaction:
        """`/flag` of a comment, once all has come."""
        until(lambda: self.guild.commands)
        return all_of(self.discord.slash(user, self.room, "flag", id=self.flag(name)))


def all_of(opened: Interaction) -> Interaction:
    """An opened flag, once all of its messages and the buttons below the last one have come."""
    until(lambda: opened.answers[-1].buttons)
    return opened


def plain(text: str) -> str:
    """What an eye sees: without the marks that keep Discord from reading signs as its own."""
    return text.replace("\\", "").replace("*", "").replace("\u200b", "")


@contextmanager
def review_channel(folder: Path, blog: Blog, speed: float = 1) -> Iterator[ReviewChannel]:
    """The school, applied, its channel on duty. `speed`: as `Discord`'s. What WordPress held before is gone from it."""
    blog.server.sql("delete from wp_comments")
    with Discord(speed=speed) as discord:
        school = ReviewChannel(folder, blog, discord)
        with school.desk.on_duty("discord run"):
            yield school
