"""Living through a random school: comments are posted, scanned, decided, scanned by a newer detector; the channel is a board of paper."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from discord import ui
from sqlmodel import SQLModel, select

from bot import bundles, channel, decisions, digest, jobs, notices, pages, pipeline, webhooks
from bot.bundles import BundleView
from bot.discord_ui.alarms import text_of
from bot.discord_ui.bundle_cards import view_of_bundle
from bot.discord_ui.cards import view_of
from bot.discord_ui.digests import digest_text
from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.records import Cover, PersonRecord, new_id
from moderators.base import Assessment, CommentView
from tests.houses import ADMIN, NOW, PAGE, SECOND, SUPERVISOR, TEACHER, MarkedWords, Town, rows
from tests.mailbox import Mailbox
from tests.servers.fake import FakePlatform
from tests.unit.bot.restricted.schools import CONTACT, OTHER, School
from tests.unit.bot.webhooks.receiving import hook

MINUTE = timedelta(minutes=1)
_PRESS = (CONTACT, SUPERVISOR, SECOND, ADMIN)
_KEPT = {"key_check", "chain_head", "policy_version"}


@dataclass
class Eyes(MarkedWords):
    """The detector of marked words. `child_abuse` beside something else it finds from version 2 on, and in `blind` comments nothing."""

    blind: frozenset[str] = frozenset()

    def _one(self, comment: CommentView) -> Assessment:
        found = super()._one(comment)
        if not isinstance(found, list) or any(f"[{id}]" in comment.text for id in self.blind):
            return []
        early = self.version == "1" and len(found) > 1
        return [signal for signal in found if not (early and signal.name == "child_abuse")]


@dataclass
class Board:
    """The review channel, and what was written directly to whom, on paper: message by message."""

    messages: dict[str, str] = field(default_factory=dict)
    direct: list[tuple[tuple[str, ...], str]] = field(default_factory=list)


@dataclass
class Life:
    """One school that is lived through: in it, `blind` comments are never flagged."""

    town: Town
    school: School
    box: Mailbox
    receiver: FakePlatform
    blind: frozenset[str] = frozenset()
    board: Board = field(default_factory=Board)

    def begin(self) -> None:
        """An empty database, the school's people and pages, its covers and comments."""
        _empty(self.town)
        self.box.messages.clear()
        self.receiver.asked.clear()
        self.board = Board()
        (self.town.config / "people.yaml").write_text(self.school.people(hook(f"{self.receiver.url}/hook")))
        files = [
            self.town.write_page(PAGE),
            self.town.write_page(PAGE.replace("id: p", "id: q").replace(TEACHER, OTHER), "q"),
        ]
        pages.apply_pages(self.town.house, files, NOW - timedelta(days=3))
        self._cover()
        self.town.detector = Eyes(blind=self.blind)

    def go_on(self, at: datetime) -> None:
        """From the first scan to this moment. What was told before it is forgotten: it is compared by itself."""
        self._post()
        self._scan(NOW)
        self.ring(NOW)
        self._decide()
        self.town.detector.version = "2"
        self._scan(NOW + 5 * MINUTE)
        self.ring(NOW + 5 * MINUTE)
        self.box.messages.clear()
        self.receiver.asked.clear()
        self.board.direct.clear()
        channel.ask_now(self.town.house, at)
        self.ring(at)

    def ring(self, now: datetime) -> None:
        """Everything that rings: the channel, e-mails, webhooks."""
        self.town.house = replace(self.town.house, clock=lambda: now)
        while self.sync(now):
            pass
        for page in ("p", "q"):
            notices.call(self.town.house, page, now)
            webhooks.deliver(self.town.house, page, now)

    def sync(self, now: datetime) -> int:
        """Bring the board up to date, as `discord_ui` does with the real channel; how many messages were written."""
        house, done = self.town.house, 0
        bundles.form_all(house, now)
        for card in channel.withdrawn_cards(house):
            del self.board.messages[card.message]
            channel.note_withdrawn(house, card)
            done += 1
        for bundle in bundles.due(house, now):
            shown = bundles.bundle_of(house, bundle)
            assert shown is not None
            message = self._put(f"bundle on {shown.page}", _bundle(house.messages(Language.ENGLISH), shown))
            bundles.note_shown(house, shown, message)
            done += 1
        for flag in channel.due_cards(house):
            card_shown = channel.card_of(house, flag)
            assert card_shown is not None
            view = view_of(card_shown, house.messages(Language.ENGLISH))
            message = self._put(f"card of {flags_by_id(self.town)[flag]}", _drawn(view))
            channel.note_shown(house, card_shown, message)
            done += 1
        return done + self._posts(now) + self._digests(now)

    def _posts(self, now: datetime) -> int:
        house, done = self.town.house, 0
        done += channel.write_calls(house, now) + channel.write_reminders(house, now) + channel.write_tests(house, now)
        for id in channel.unsent(house, now):
            told = channel.message_of(house, id, now)
            if not told.wanted:
                channel.drop(house, id, now)
                continue
            text = text_of(told, 1, house.messages(told.language))
            if isinstance(told, channel.Direct):
                self.board.direct.append((told.accounts, text))
                message = "1"
            else:
                message = self._put(f"post {id}", f"{told.accounts} {text}")
            channel.note_sent(house, id, told.channel or "5", message, told.shown, now)
            done += 1
        for alarm in channel.alarms_to_edit(house, now):
            text = text_of(alarm, 1, house.messages(alarm.language))
            self.board.messages[alarm.message or ""] = f"{alarm.accounts} {text}"
            channel.note_edited(house, alarm, now)
            done += 1
        return done

    def _digests(self, now: datetime) -> int:
        house, due = self.town.house, digest.due_digests(self.town.house, now)
        for each in due:
            self._put(f"digest {each.day}", digest_text(each, house.messages(each.language)))
            digest.note_told(house, each, now)
        return len(due)

    def _put(self, what: str, text: str) -> str:
        """Write a message, or write it anew; its number follows from what it is, so that two lives have the same."""
        number = str(crc32(what.encode()))
        self.board.messages[number] = text
        return number

    def _cover(self) -> None:
        vault = self.town.house.store.vault
        with self.town.house.store.transaction() as session:
            ids = {email: _person(session, vault, email) for email in self.school.works_here()}
            for cover in self.school.covers:
                starts, ends = cover.times
                session.add(
                    Cover(
                        id=new_id(), person_id=ids[cover.absent], substitute_id=ids[cover.substitute],
                        starts=starts, ends=ends, written=NOW,
                    )
                )  # fmt: skip

    def _post(self) -> None:
        self.town.platform.comments.clear()
        for comment in self.school.comments:
            self.town.platform.post(
                comment.id,
                comment.text,
                author=comment.author,
                minutes_ago=comment.minutes_ago,
                parent=comment.answers,
            )

    def _scan(self, now: datetime) -> None:
        """Each page holds its own comments: the platform in memory shows one page at a time."""
        everything = dict(self.town.platform.comments)
        for page in ("p", "q"):
            mine = {c.id for c in self.school.comments if c.page == page}
            self.town.platform.comments = {id: everything[id] for id in everything if id in mine}
            pipeline.scan_page(self.town.house, page, Depth.RECENT, now, impatient=True)
            everything |= self.town.platform.comments
        self.town.platform.comments = everything

    def _decide(self) -> None:
        """Every third flag is hidden, every third escalated or cleared: by the first of these who may."""
        flags = {name.partition("/")[2]: id for id, name in flags_by_id(self.town).items()}
        for number, comment in enumerate(self.school.comments):
            choice = (Choice.HIDE, Choice.ESCALATE if comment.restricted else Choice.CLEAR, None)[number % 3]
            if choice is not None and comment.id in flags and not comment.later:
                self._press(flags[comment.id], choice, NOW + MINUTE)

    def _press(self, flag: str, choice: Choice, now: datetime) -> None:
        for email in _PRESS:
            try:
                decided = decisions.decide(self.town.house, flag, email, choice, now)
            except Advice:
                continue
            if decided.won and decided.action is not None:
                jobs.carry_out_for_flag(self.town.house, decided.flag, now)
            return


def flags_by_id(town: Town) -> dict[str, str]:
    """What each flag is about: page and comment, by the flag's id."""
    vault = town.house.store.vault
    query = "SELECT flag.id, flag.page_id, comment.id, comment.external_sealed FROM flag JOIN comment ON comment.id = flag.comment_id"
    return {
        str(flag): f"{page}/{vault.open('comment.external_sealed', str(comment), bytes(sealed))}"  # type: ignore[call-overload]  # of any column
        for flag, page, comment, sealed in rows(town, query)
    }


def _person(session: Any, vault: Any, email: str) -> str:
    index = vault.index("person.email", email)
    return str(session.exec(select(PersonRecord.id).where(PersonRecord.email_index == index)).one())


def _drawn(view: ui.LayoutView) -> str:
    """A card as it is sent."""
    return json.dumps(view.to_components())  # type: ignore[no-untyped-call]  # discord.py's


def _bundle(messages: Any, shown: BundleView) -> str:
    return _drawn(view_of_bundle(shown, messages))


def _empty(town: Town) -> None:
    """Take every row out of the database, but what it was made with."""
    with town.house.store.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in _KEPT:
                connection.execute(table.delete())
