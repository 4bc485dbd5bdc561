"""One school with its channel, its bot and its people, and all that happens to them."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from sqlmodel import col, select

from bot import decisions, jobs, pages
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from bot.pages import Ready
from bot.records import Decision, Flag
from connectors.base import Unavailable
from tests.houses import NOW, Town
from tests.patience import until
from tests.presses.cast import EVERYBODY, NAMES, Rights, Wording
from tests.servers.discord import Discord, Interaction, Message, Trouble
from tests.servers.discord.state import parts_of
from tests.unit.bot.discord_ui.duty import Duty

FAST: Final = 60
"""How many times faster than Discord's its windows pass."""

_TEXTS: Final = (
    "!disparagement {word}", "!hate {word}", "!threat {word}", "!self_harm {word}", "{word} !child_abuse", "{word} !sexualized_minor",
    "Ms. Lind !disparagement {word}", "Dana Reyes is bad {word} !hate", "the principal {word} !child_abuse", "nothing wrong {word}",
)  # fmt: skip
_TROUBLES: Final = (
    Trouble(status=429, retry_after=0.1), Trouble(status=429, retry_after=0.1, scope="global"), Trouble(lost=True), Trouble(cut=True),
    Trouble(status=502, done=True), Trouble(status=503), Trouble(pause=0.3),
)  # fmt: skip
_ROUTES: Final = (
    "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages", "GET /channels", "POST /webhooks", "PATCH /webhooks",
)  # fmt: skip


class Life:
    """`told` is what happened, line by line. `asked` are all presses, forms and commands of the step under way."""

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        self.town, self.now = self._open.enter_context(Town(folder)), NOW
        self.discord = self._open.enter_context(Discord(speed=FAST))
        self.guild = self.discord.add_guild()
        self.room = self.discord.add_channel(self.guild)
        self.people = {name: self.discord.add_person(self.guild, name) for name in EVERYBODY}
        self.rights = self.before = Rights.at_first()
        self.wordings: dict[str, list[Wording]] = {}
        """By comment of the platform, each in its order."""
        self.asked: list[Interaction] = []
        self.forms: list[Interaction] = []
        self.told: list[str] = []
        self.deleted = set[str]()
        self.presses = self.too_many = 0
        self.excused = False
        """Whether something was done in this step that may cost an answer."""
        self.apply(self.rights)
        self.start()
        try:
            until(lambda: self.guild.commands)
        except AssertionError:
            self.close()
            raise

    @property
    def house(self) -> House:
        """The school's house, by today's clock."""
        return replace(self.town.house, clock=lambda: self.now)

    def start(self) -> None:
        """The bot comes on duty."""
        self.duty = Duty(self.house, self.discord)
        self.duty.__enter__()

    def stop(self) -> None:
        """The bot goes."""
        self.duty.__exit__(None, None, None)

    def close(self) -> None:
        """The end."""
        self.stop()
        self._open.close()

    def begin(self, what: str) -> None:
        """A step begins."""
        self.told.append(f"{self.now:%d %H:%M} {what}")
        self.asked, self.excused, self.before = [], self.discord.is_troubled, self.rights
        until(lambda: self.discord.gateway.connected)

    # the page

    def post(self, random: Random, many: int = 1) -> None:
        """People post, and the page is read. Many at once are a raid."""
        for _ in range(many):
            word = f"quokka{sum(map(len, self.wordings.values())):04}"
            text = "!disparagement {word}" if many > 1 else random.choice(_TEXTS)
            author = random.choice(("someone", "someone", "Maja Lind", "Inez Alva"))
            id = f"c{len(self.wordings):04}"
            self.wordings[id] = [Wording(word, author, text.format(word=word))]
            self.town.platform.post(id, self.wordings[id][0].text, author=author, minutes_ago=self._ago())
        self.scan()

    def edit(self, random: Random, *, read: bool) -> None:
        """An author changes their words; perhaps nobody has read the page since."""
        standing = [id for id in self.wordings if id in self.town.platform.comments]
        if not standing:
            return
        id, word = random.choice(standing), f"quokka{sum(map(len, self.wordings.values())):04}"
        old = self.town.platform.comments[id]
        words = Wording(word, self.wordings[id][0].author, random.choice(_TEXTS).format(word=word))
        self.wordings[id].append(words)
        self.town.platform.comments[id] = replace(old, text=words.text)
        self.told.append(f"  {id} is now {words.text!r}")
        if read:
            self.scan()

    def scan(self) -> None:
        """The page is read."""
        self.town.platform.batch = 50
        jobs.scan(self.house, Ready("p", Depth.RECENT), self.now, impatient=True)
        self.wake()

    def break_platform(self, *, broken: bool) -> None:
        """The platform does not answer from now on, or does again."""
        self.town.platform.fault = Unavailable("it is down") if broken else None

    def _ago(self) -> float:
        return (NOW - self.now).total_seconds() / 60 + 1

    # the people

    def apply(self, rights: Rights) -> None:
        """people.yaml is applied anew."""
        accounts = {name: user.id for name, user in self.people.items()}
        (self.town.config / "people.yaml").write_text(rights.file(self.room.id, accounts))
        pages.apply_pages(self.town.house, [self.town.config / "classes" / "p.yaml"], self.now)
        self.rights = rights

    def press(self, name: str, message: Message, id: str) -> None:
        """Somebody presses; nobody waits for the answer here."""
        user = self.people[name]
        with suppress(LookupError):  # it was drawn anew a moment ago
            self.asked.append(self.discord.begin_press(user, message, custom_id=id))
            self.presses += 1
            self.told.append(f"  {name} presses {id}")

    def submit(self, form: Interaction, words: str) -> None:
        """Somebody hands in a form that was opened some time ago."""
        fields = [part["custom_id"] for part in parts_of((form.modal or {})["components"]) if part["type"] == 4]
        self.asked.append(self.discord.begin_submit(form, dict.fromkeys(fields, words)))
        self.presses += 1
        self.told.append(f"  {form.user.name} hands in {words!r}")

    def ask(self, name: str, command: str, **options: str) -> None:
        """Somebody uses a slash command."""
        self.asked.append(self.discord.begin_slash(self.people[name], self.room, command, **options))
        self.told.append(f"  {name} asks /{command} {options}")

    def answers(self) -> None:
        """Wait until everybody is answered."""
        for interaction in self.asked:
            interaction.wait(10)
        self.forms += [each for each in self.asked if each.modal and each not in self.forms]

    def decide(self, random: Random) -> None:
        """Somebody decides at the terminal: the cards say something old for a moment."""
        flags = self.flags()
        if flags:
            flag, who = random.choice(flags), random.choice(sorted(NAMES))
            choice = random.choice(list(Choice))
            with suppress(Advice):
                won = decisions.decide(
                    self.house, flag.id, NAMES[who][0], choice, self.now, note="so", os_user="tester"
                ).won
                self.told.append(f"  {who} {choice} {flag.id[-8:]} at the terminal: {won}")

    def pressable(self, name: str) -> list[tuple[Message, str]]:
        """All that somebody could press: in the channel, and in what they alone were told."""
        found = self.discord.messages(self.room, self.people[name])
        return [(message, id) for message in found for id in ids_of(message)]

    # the trouble

    def disturb(self, random: Random) -> None:
        """Discord, or the line, has trouble with the next requests of one kind."""
        trouble = random.choice(_TROUBLES)
        times = random.randint(1, 2)
        self.too_many += times if trouble.status == 429 else 0
        self.discord.disturb(random.choice(_ROUTES), trouble, times)
        self.told.append(f"  {trouble}")

    def wake(self) -> None:
        """Let the bot look now, as it does every two seconds."""
        self.duty.do(self._look())

    async def _look(self) -> None:
        self.duty.bot.look_again()

    def ring(self, *names: str) -> None:
        """The clock rings."""
        for job in jobs.JOBS:
            if job.name in names:
                for begun in jobs.ring(self.house, job):
                    begun.result()

    def later(self, minutes: float) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    # the rows

    def flags(self) -> list[Flag]:
        """All flags, oldest first."""
        with self.town.house.store.reading() as session:
            return list(session.exec(select(Flag).order_by(col(Flag.id))))

    def decisions(self) -> list[Decision]:
        """All decisions of people, in their order."""
        with self.town.house.store.reading() as session:
            query = select(Decision).where(col(Decision.person_id).is_not(None))
            return list(session.exec(query.order_by(col(Decision.flag_id), col(Decision.flag_version))))


def ids_of(message: Message) -> list[str]:
    """What can be pressed on a message."""
    parts = parts_of(message.sent.get("components"))
    return [str(part["custom_id"]) for part in parts if part.get("custom_id") and part["type"] == 2]
