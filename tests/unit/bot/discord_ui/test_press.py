"""A card and a press, with the real discord.py on simcord, on both databases: the platform's state is the witness."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import simcord

from bot import decisions, pages, pipeline
from bot.discord_ui.client import ReviewBot
from bot.domain.review import Choice
from bot.records import Flag, Revision
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, PEOPLE, SECOND, Town, flagged, ring, rows, settle


@dataclass
class Chat:
    """A server with the review channel, the bot, two administrators, somebody whom Hallmonitor does not know, and the page's teacher."""

    env: Any
    bot: ReviewBot
    channel: Any
    admin: Any
    second: Any
    stranger: Any
    teacher: Any

    def card(self) -> Any:
        """The newest message of the channel."""
        return self.channel.last_message

    def words(self) -> str:
        """All that the newest card says."""
        return " ".join(_texts(self.card().components))

    def buttons(self) -> list[str]:
        """What can be pressed on it."""
        return [b.label for top in self.card().components for row in top.children for b in getattr(row, "children", ())]

    async def ask(self, who: Any, command: str, **options: Any) -> list[Any]:
        """Use a slash command; all that the asker alone is told, message by message."""
        return _told(await who.slash(self.channel, command, **options))

    async def open(self, who: Any, message: Any, label: str) -> list[Any]:
        """Press a button of a message that shows something; all that the presser alone is told."""
        return _told(await who.click(message, label=label))

    async def press(self, who: Any, label: str) -> str:
        """Press a button of the newest card; what the presser alone is told."""
        result = await who.click(self.card(), label=label)
        assert result.ephemeral
        return str(result.response.content)


def _told(result: Any) -> list[Any]:
    """The messages of an answer, each once."""
    found = {message.id: message for message in (result.response, *result.followups) if message is not None}
    assert all(message.ephemeral for message in found.values())
    return list(found.values())


def plain(text: str) -> str:
    """A text as a person sees it, without the signs that keep it from being read as anything else."""
    return text.replace("\\", "").replace("\u200b", "")


def _texts(components: Any) -> Iterator[str]:
    for component in components:
        yield str(getattr(component, "content", ""))
        yield from _texts(getattr(component, "children", ()))


def live(town: Town, story: Callable[[Chat], Awaitable[None]], *, language: str = "en") -> None:
    """Live through a story on a server of its own; an error in any callback is an error of the test."""

    async def lived() -> None:
        bot = ReviewBot(town.house, keeps_up=False)  # the test says when it looks
        async with simcord.run(bot, settle_timeout=60.0) as env:  # a busy machine is slow
            guild = env.create_guild()
            room = guild.create_text_channel("review")
            people = [guild.add_member(env.create_user(name)) for name in ("dana", "maja", "nobody", "inez")]
            introduce(town, room.id, people[0].id, people[1].id, teacher=people[3].id, language=language)
            await bot.offer_commands()
            await env.settle()
            await story(Chat(env, bot, room, *people))

    asyncio.run(lived())


def introduce(town: Town, room: int, admin: int, second: int, *, teacher: int = 0, language: str = "en") -> None:
    """The school's channel and its language, and the chat accounts of its two administrators and of the page's teacher."""
    site = f"telephone: (213) 555-0100, discord_channel: {room}, language: {language}"
    text = PEOPLE.replace("telephone: (213) 555-0100", site)
    if teacher:
        text = text.replace("name: Inez Alva,", f"name: Inez Alva, accounts: {{discord: ['{teacher}']}},")
    text = text.replace("name: Dana Reyes,", f"name: Dana Reyes, accounts: {{discord: ['{admin}']}},")
    text = text.replace("name: Maja Lind,", f"name: Maja Lind, accounts: {{discord: ['{second}']}},")
    (town.config / "people.yaml").write_text(text)
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def restrict(town: Town, flag: str) -> None:
    """A flag breaks a restricted rule too, as a reply or a person who reads the sample may find."""
    with town.house.store.transaction() as session:
        row = session.get_one(Flag, flag)
        row.restricted, row.version = True, row.version + 1


def damage(town: Town, flag: str) -> None:
    """What stands in the database of a flag's comment does not open any more."""
    with town.house.store.transaction() as session:
        revision = session.get_one(Revision, session.get_one(Flag, flag).revision_id)
        revision.text_sealed = b"damaged"


@pytest.fixture(autouse=True)
def _no_error_is_only_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """discord.py logs what a button raises, and goes on."""
    yield
    errors = [r for r in caplog.records if r.name.startswith("discord") and r.levelno >= logging.ERROR]
    assert not errors, errors


def test_a_flag_is_a_card_a_press_hides_it_and_a_press_brings_it_back(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 1
        assert "Insult or put-down" in chat.words()
        assert chat.buttons() == ["Hide", "Clear", "Consent covers it", "Escalate", "Open"]
        told = await chat.press(chat.admin, "Hide")
        assert told.startswith("Noted: it breaks the policy. On the platform the comment is now held")
        assert "A wrong press? *Undo* takes it back" in told
        assert town.state("1") is CommentState.HELD
        assert "**Hidden** by Dana Reyes" in plain(chat.words())
        assert "On the platform: done" in chat.words()
        assert chat.buttons() == ["Undo", "Open"]
        assert "now visible" in await chat.press(chat.second, "Undo")
        assert town.state("1") is CommentState.VISIBLE
        assert "Hide" in chat.buttons()
        assert len(chat.channel.history()) == 1

    live(town, story)


def test_a_press_that_finds_new_words_loads_no_detector_and_the_next_ring_judges_them(town: Town) -> None:
    flagged(town)
    service, loaded = town.house, list[str]()
    town.house = replace(service, moderators=lambda: loaded.append("here") or [town.detector])  # type: ignore[func-returns-value]
    town.platform.post("1", "!threat and nothing else")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert "Nothing was done on the platform: the comment was edited" in await chat.press(chat.admin, "Hide")

    live(town, story)
    assert loaded == []
    assert town.state("1") is CommentState.VISIBLE
    town.house = service
    ring(town, "rescore", NOW)
    assert rows(town, "SELECT severity FROM flag WHERE state = 'open'") == [("critical",)]
    assert pipeline.pages_to_rescore(town.house) == []


def test_whoever_comes_second_is_told_and_an_old_card_decides_nothing_anew(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        settle(town, flag, SECOND, Choice.CLEAR)
        told = plain(await chat.press(chat.admin, "Hide"))
        assert told == "Already decided: Cleared: not a violation, by Maja Lind, Wed 25 Nov 12:00. Nothing was changed."
        assert town.state("1") is CommentState.VISIBLE
        assert chat.buttons() == ["Undo", "Open"]

    live(town, story)


def test_a_card_that_says_less_than_the_flag_decides_nothing(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        decisions.assign(town.house, flag, ADMIN, SECOND, NOW)
        assert "changed since you looked" in await chat.press(chat.admin, "Hide")
        assert town.state("1") is CommentState.VISIBLE
        assert "now held" in await chat.press(chat.admin, "Hide")  # the card was brought up to date

    live(town, story)


def test_somebody_unknown_decides_nothing_and_is_told_how_to_be_known(town: Town) -> None:
    flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert "people.yaml" in await chat.press(chat.stranger, "Hide")
        assert town.state("1") is CommentState.VISIBLE
        assert rows(town, "SELECT count(*) FROM decision") == [(0,)]

    live(town, story)


def test_a_critical_card_shows_no_words_and_is_not_closed_by_one_press(town: Town) -> None:
    flagged(town, "!threat to the quokkas")

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert "quokkas" not in chat.words()
        assert "Call the Los Angeles School Police Department: (213) 625-6631" in chat.words()
        assert chat.buttons() == ["I have it", "Hide and open case", "Escalate", "Not serious", "Open"]
        assert "you have it" in await chat.press(chat.admin, "I have it")
        assert chat.buttons() == ["Hide and open case", "Escalate", "Not serious", "Open"]
        shown = await chat.admin.click(chat.card(), label="Not serious")
        answer = await chat.admin.submit_modal(
            shown, {shown.modal["components"][0]["components"][0]["custom_id"]: "a play"}
        )
        assert "not serious. It stays open until a second person confirms" in str(answer.response.content)
        assert "Confirm: not serious" in chat.buttons()
        assert "second person" in await chat.press(chat.admin, "Confirm: not serious")
        assert "does not break the policy" in await chat.press(chat.second, "Confirm: not serious")
        assert rows(town, "SELECT state, outcome FROM flag") == [("closed", "cleared")]

    live(town, story)
