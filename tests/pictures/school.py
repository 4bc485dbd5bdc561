"""The school of the pictures: what happens in it is real (scans, decisions, actions, receipts), and only its platform is in memory.

So a picture shows what the code says, and no wish of whoever drew it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot import bundles, channel, decisions, digest, jobs, pages, pipeline
from bot.discord_ui import alarms
from bot.discord_ui.answering import Asker, Said
from bot.discord_ui.bundle_cards import view_of_bundle
from bot.discord_ui.cards import view_of
from bot.discord_ui.digests import digest_text
from bot.domain.bundle_presses import BundleChoice
from bot.domain.class_pages import Language
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from bot.records import Bundle, Flag, Post, PostKind
from connectors.base import CHANGES_STATE, ActionKind, Capabilities, ConnectorError, Receipt, Revision
from connectors.wordpress import DETAILS
from moderators.base import Assessment, CommentView, PageContext, Signal
from moderators.toxicity import WHY
from tests.houses import NOW, Platform, Town
from tests.pictures.page import Message

FOUND: Final = NOW + timedelta(minutes=4)
"""Four past noon in Los Angeles, on a Wednesday."""

ADMIN, SECOND, TEACHER = "reyes@roosevelt.example", "lindqvist@roosevelt.example", "alvarado@roosevelt.example"
BIOLOGY, GARDEN = "ms-alvarado-biology", "garden-club"

_PEOPLE = f"""
sites: [{{id: roosevelt, title: Roosevelt Middle School, time_zone: America/Los_Angeles, supervisor: okafor@district.example,
         telephone: (213) 555-0100, discord_channel: 1122334455667788990}}]
people:
  - {{email: {ADMIN}, name: Dana Reyes, roles: [administrator], sites: [roosevelt], accounts: {{discord: ["456"]}}}}
  - {{email: {SECOND}, name: Maja Lindqvist, roles: [administrator], sites: [roosevelt], accounts: {{discord: ["457"]}}}}
  - {{email: okafor@district.example, name: Ngozi Okafor, roles: [supervisor], sites: [roosevelt], accounts: {{discord: ["458"]}}}}
"""
_PAGE = """
id: {id}
title: {title}
site: roosevelt
teacher: {teacher}
connector: platform
url: memory
"""
_DETECTORS = {
    "toxicity": ("threat", "disparagement", "harassment", "off_topic_promotion"),
    "student_names": ("student_name",),
    "contact_details": ("student_contact",),
}
_PAGES = ((BIOLOGY, "Biology, period 3", TEACHER), (GARDEN, "Garden club", "whitcomb@roosevelt.example"))


@dataclass
class Told:
    """A detector that finds what a picture's comment is told to hold: by text, the signals with the words that they stand at."""

    name: str
    signals: frozenset[str]
    known: dict[str, list[Signal]]
    version: str = "1"
    reads: Literal["text", "masked"] = "text"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        return [[s for s in self.known.get(comment.text, []) if s.name in self.signals] for comment in comments]

    def canary(self) -> None:
        """It knows what it is told."""


class Blog(Platform):
    """A platform in memory that speaks of what it did as WordPress does."""

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Do it, and say what it means there."""
        receipt = super().act(id, action, seen=seen)
        return replace(receipt, detail=DETAILS[receipt.state])


class School(Town):
    """Roosevelt Middle School on a Wednesday at noon."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.number = 0
        self.known: dict[str, list[Signal]] = {}
        self.detectors = [Told(name, frozenset(signals), self.known) for name, signals in _DETECTORS.items()]
        self.blogs = {BIOLOGY: Blog(), GARDEN: Blog()}
        (self.config / "people.yaml").write_text(_PEOPLE)
        files = [_PAGE.format(id=id, title=title, teacher=who) for id, title, who in _PAGES]
        self.write_page("---".join(files))

    def open(self) -> House:
        """The school's house, in which each page is a blog of its own."""
        house = replace(super().open(), connect=lambda page: self.blogs[page.id])
        return replace(house, moderators=lambda: self.detectors, clock=lambda: FOUND)

    def flagged(self, text: str, *found: tuple[str, str, str], author: str = "bluepencil", page: str = BIOLOGY) -> str:
        """Somebody posts this, and a scan flags it: by the name of a signal, the words that it stands at, and why. The flag's id."""
        self.number += 1
        id = str(self.number)
        self.known[text] = [
            Signal(name, 0.9, text.index(words), text.index(words) + len(words), why) for name, words, why in found
        ]
        self.blogs[page].post(id, text, author=author, minutes_ago=5)
        self.read(page)
        with self.house.store.reading() as session:
            return session.exec(select(Flag.id).order_by(col(Flag.id).desc()).limit(1)).one()

    def read(self, page: str = BIOLOGY, minutes: int = 4) -> None:
        """A page is read so many minutes past noon."""
        now = NOW + timedelta(minutes=minutes)
        house = replace(self.house, clock=lambda: now)
        pipeline.scan_page(house, page, Depth.RECENT, now, impatient=True)

    def edit(self, text: str | None) -> None:
        """The author of the newest comment changes it, or takes it away, and the page is read again."""
        comments = self.blogs[BIOLOGY].comments
        last = comments.pop(str(self.number))
        if text is not None:
            comments[last.id] = replace(last, text=text)
        self.read(minutes=19)

    def assign(self, flag: str, by: str, to: str) -> None:
        """Somebody says whose turn it is."""
        decisions.assign(self.house, flag, by, to, FOUND)

    def decide(self, flag: str, by: str, choice: Choice, minutes: int, note: str = "") -> None:
        """A person presses so many minutes past noon, and the platform obeys, if it can."""
        now = NOW + timedelta(minutes=minutes)
        decided = decisions.decide(self.house, flag, by, choice, now, note=note, os_user="discord")
        if decided.action is not None:
            jobs.carry_out_for_flag(self.house, flag, now)

    def card(self, flag: str) -> Message:
        """The card of a flag, as the channel shows it now."""
        shown = channel.card_of(self.house, flag)
        assert shown is not None
        return Message.of(view_of(shown, self.house.messages(shown.language)))

    def speaks_spanish(self) -> None:
        """The school's cards are written in Spanish from now on."""
        file = self.config / "people.yaml"
        file.write_text(file.read_text().replace("title: Roosevelt", "language: es, title: Roosevelt"))
        pages.apply_pages(self.house, [self.config / "classes" / "p.yaml"], NOW)

    def digest(self) -> Message:
        """What the channel is told at four in the afternoon."""
        (found,) = digest.due_digests(self.house, NOW + timedelta(hours=4, minutes=1))
        return Message(content=digest_text(found, self.house.messages(found.language)), at="16:00")

    def rings(self, kind: PostKind, minutes: float = 4) -> Message:
        """The newest message of this kind that is to be in the channel so many minutes past noon."""
        now = NOW + timedelta(minutes=minutes)
        for flag in channel.due_cards(self.house):  # an alarm leads to its card
            shown = channel.card_of(self.house, flag)
            assert shown is not None
            channel.note_shown(self.house, shown, "1")
        channel.write_calls(self.house, now, again=True)
        channel.write_reminders(self.house, now)
        with self.house.store.reading() as session:
            written = (
                select(Post.id).where(Post.kind == kind, col(Post.lead_id).is_(None)).order_by(col(Post.id).desc())
            )
            id = session.exec(written.limit(1)).one()
        return self.post(id, now)

    def post(self, id: str, now: datetime) -> Message:
        """What a post says at that time. It counts as sent then."""
        told = channel.message_of(self.house, id, now)
        messages = self.house.messages(told.language)
        channel.note_sent(self.house, id, "1122334455667788990", "1", told.shown, now)
        view, local = alarms.view_of(told, messages), now.astimezone(ZoneInfo("America/Los_Angeles"))
        shown = view.to_components() if view else ()
        return Message(shown, alarms.text_of(told, 1, messages), at=f"{local:%H:%M}")

    def test_alarm(self) -> Message:
        """The monthly test, an hour before noon."""
        (test,) = channel.ask_now(self.house, NOW - timedelta(hours=1))
        return self.post(test.id, NOW - timedelta(hours=1))

    def raided(self, many: int) -> str:
        """So many insults within a minute, found by one scan; the bundle that they become."""
        for number in range(many):
            self.number += 1
            text = f"Adriana Quintero is a loser, number {number}"
            marked = (
                ("disparagement", "a loser", WHY["disparagement"]),
                ("student_name", "Adriana Quintero", "Names a student"),
            )
            self.known[text] = [Signal(s, 0.9, text.index(w), text.index(w) + len(w), why) for s, w, why in marked]
            self.blogs[BIOLOGY].post(f"r{self.number}", text, author=f"guest{number}", minutes_ago=3 - number / many)
        self.read()
        bundles.form(self.house, BIOLOGY, FOUND)
        with self.house.store.reading() as session:
            return session.exec(select(Bundle.id).order_by(col(Bundle.id).desc()).limit(1)).one()

    def decide_together(self, bundle: str, choice: BundleChoice, minutes: int) -> None:
        """An administrator presses once for all of them, and the platform obeys."""
        now = NOW + timedelta(minutes=minutes)
        decided = bundles.decide_bundle(
            self.house, bundle, ADMIN, choice, now, seen=None, os_user="discord", within=None
        )
        jobs.finish_bundle(replace(self.house, clock=lambda: now), bundle, decided.page)

    def bundle_card(self, bundle: str) -> Message:
        """The card of a bundle, as the channel shows it now."""
        shown = bundles.bundle_of(self.house, bundle)
        assert shown is not None
        return Message.of(view_of_bundle(shown, self.house.messages(shown.language)))

    def told(self, work: Callable[[House, Asker], Said]) -> Message:
        """What an administrator alone is told."""
        asker = Asker(ADMIN, self.house.messages(Language.ENGLISH), "America/Los_Angeles")
        said = work(self.house, asker)
        buttons = said.view.to_components() if said.view else ()
        return Message(buttons, "\n".join(said.texts), only_for=ADMIN)

    @contextmanager
    def biology_that(self, *, fault: ConnectorError | None = None, can_hide: bool = True) -> Iterator[None]:
        """For a while the biology page's platform does not answer, or cannot hide."""
        blog, all_of_it = self.blogs[BIOLOGY], Capabilities(CHANGES_STATE)
        blog.fault, blog.capabilities = fault, all_of_it if can_hide else Capabilities(frozenset())
        yield
        blog.fault, blog.capabilities = None, all_of_it


def school(day: str = "") -> School:
    """The school of all pictures; of some day, one in which nothing else has happened. Its folder goes with the process."""
    return _school(day)


@cache
def _school(day: str) -> School:
    folder = tempfile.mkdtemp(prefix=f"hallmonitor-pictures-{day}")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return School(Path(folder)).__enter__()
