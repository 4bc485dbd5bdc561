"""A raid is one card and one press, with the real discord.py on simcord, on both databases: the platform's state is the witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bundles import BundleView, Sample
from bot.discord_ui.bundle_cards import view_of_bundle
from bot.discord_ui.bundle_outbox import BundleCards
from bot.discord_ui.deleted import look_back
from bot.discord_ui.sending import Outbox
from bot.domain.bundle_presses import BundleChoice
from bot.domain.bundles import Kind
from bot.domain.class_pages import Language
from bot.domain.review import Choice
from tests.houses import ADMIN, NOW, SECOND, Town, settle
from tests.unit.bot.bundles.raids import hidden, raided
from tests.unit.bot.discord_ui.test_cards import MESSAGES, TEXTS, texts
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, live

__all__ = ["_no_error_is_only_logged"]

SHOWN = BundleView(
    bundle="01a2154d-9a94-7354-a753-cf05332634c2", page="p", kind=Kind.RAID, channel="1", message=None, digest="",
    time_zone="America/Los_Angeles", language=Language.ENGLISH, joined=40, apart=0, waits=40, done=0, severities=(("medium", 40),),
    rules=(("Insult", 40),),
    place=(2, NOW, "f"), deadline=NOW, first=NOW, last=NOW, samples=(), may_consent=False, choice=None, by="", at=None, platform=(),
)  # fmt: skip


def messages(chat: Chat) -> list[str]:
    """What each message of the channel says, the oldest first."""
    return [" ".join(_texts(message.components)) for message in chat.channel.history()]


def _texts(components: Any) -> Iterator[str]:
    for component in components:
        yield str(getattr(component, "content", ""))
        yield from _texts(getattr(component, "children", ()))


def test_a_raid_is_one_card_one_press_hides_it_and_one_brings_it_back(town: Town) -> None:
    raided(town, 40, "!disparagement of quokkas @everyone")

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 1
        said = chat.words()
        assert "40 comments, decided together" in said
        assert "Insult or put-down: 40" in said
        assert said.count("quokkas") == 3
        assert "@everyone" not in said
        assert chat.buttons() == ["Hide all 40", "Clear all 40", "Show one by one"]
        assert "Noted: Hidden: 40. The platform is asked now" in await chat.press(chat.admin, "Hide all 40")
        assert len(hidden(town)) == 40
        assert "**Hidden: 40** by Dana Reyes" in chat.words().replace("\\", "")
        assert "On the platform: 40 hidden" in chat.words()
        assert chat.buttons() == ["Undo"]
        assert "Taken back" in await chat.press(chat.second, "Undo")
        assert hidden(town) == set()
        assert "**Taken back: 40**" in chat.words()
        assert "40 shown again" in chat.words()
        assert chat.buttons()[0] == "Hide all 40"
        assert await chat.bot.sync_due() == 0
        assert len(messages(chat)) == 1

    live(town, story)


def test_what_others_have_decided_and_what_is_not_theirs_is_told_and_has_a_card(town: Town) -> None:
    town.platform.post("mine", "!disparagement Dana Reyes", minutes_ago=60)
    raided(town, 14)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        for comment in ("r003", "r004", "r005"):
            settle(town, town.queue()[comment].flag, SECOND, Choice.CLEAR)
        told = await chat.press(chat.admin, "Hide all 15")
        assert "one by one before: 3." in told
        assert "Not yours to decide, each on a card of its own now: 1." in told
        assert len(hidden(town)) == 11
        assert "one by one: 4" in chat.words()
        assert "people.yaml" in await chat.press(chat.stranger, "Undo")
        assert len(hidden(town)) == 11
        await chat.bot.sync_due()
        assert chat.buttons() == ["Hide", "Clear", "Consent covers it", "Escalate", "Open"]
        assert len(messages(chat)) == 2

    live(town, story)


def test_what_is_critical_has_a_card_of_its_own_and_what_is_restricted_has_none(town: Town) -> None:
    for number in range(3):
        town.platform.post(f"t{number}", "!disparagement !threat", minutes_ago=60)
        town.platform.post(f"s{number}", "!disparagement !child_abuse", minutes_ago=60)
    raided(town, 12)

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 4
        said = messages(chat)
        assert sum("### Critical" in each for each in said) == 3
        assert sum("12 comments, decided together" in each for each in said) == 1
        assert not any("child" in each.lower() for each in said)

    live(town, story)


def test_a_flag_that_had_a_card_is_on_the_bundles_now_and_comes_back_one_by_one(town: Town) -> None:
    town.house = replace(town.house, clock=lambda: NOW)
    town.platform.post("r000", "!disparagement first", minutes_ago=60)
    town.scan()

    async def story(chat: Chat) -> None:
        assert await chat.bot.sync_due() == 1
        raided(town, 11, start=1)
        assert await chat.bot.sync_due() == 2
        old, bundle = messages(chat)
        assert "on the card of the flags that are decided together" in old
        assert "first" not in old
        assert "12 comments" in bundle
        assert await chat.bot.sync_due() == 0
        assert "card of its own" in await chat.press(chat.admin, "Show one by one")
        while await chat.bot.sync_due():  # a few at each look
            pass
        old, bundle, *others = messages(chat)
        assert "first" in old
        assert "Shown one by one" in bundle
        assert len(others) == 11

    live(town, story)


def test_a_card_is_edited_as_flags_join_and_not_more_often_than_it_may_be(town: Town) -> None:
    raided(town, 12)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        raided(town, 3, start=12)
        assert await chat.bot.sync_due() == 0
        assert chat.buttons()[0] == "Hide all 12"
        chat.bot.bundles = BundleCards(chat.bot)  # as if ten seconds had passed
        assert await chat.bot.sync_due() == 1
        assert chat.buttons()[0] == "Hide all 15"
        assert len(messages(chat)) == 1

    live(town, story)


def test_a_card_whose_sending_had_no_answer_is_found_and_one_that_was_deleted_comes_again(town: Town) -> None:
    raided(town, 12)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        with town.house.store.engine.begin() as connection:  # as if the process had died before it was noted
            connection.exec_driver_sql("UPDATE bundle SET message = NULL, shown = ''")
        chat.bot.bundles, chat.bot.outbox = BundleCards(chat.bot), Outbox()
        assert await chat.bot.sync_due() == 1
        assert len(messages(chat)) == 1
        await chat.card().delete()
        chat.bot.bundles = BundleCards(chat.bot)
        assert await chat.bot.sync_due() == 0
        await look_back(chat.bot)
        assert await chat.bot.sync_due() == 1
        assert chat.buttons()[0] == "Hide all 12"
        assert len(messages(chat)) == 1

    live(town, story)


def test_a_spanish_school_decides_a_raid_in_spanish(town: Town) -> None:
    raided(town, 12)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        assert "### Media: p. 12 comentarios, se deciden juntos" in chat.words()
        assert "Insulto o menosprecio: 12" in chat.words()
        assert chat.buttons() == ["Ocultar los 12", "Descartar los 12", "Mostrar uno por uno"]
        assert "Anotado: Ocultos: 12." in await chat.press(chat.admin, "Ocultar los 12")
        assert "En la plataforma: 12 ocultos" in chat.words()
        assert chat.buttons() == ["Deshacer"]

    live(town, story, language="es")


@pytest.mark.parametrize(
    ("more", "labels"),
    [
        ({}, ["Hide all 40", "Clear all 40", "Show one by one"]),
        ({"may_consent": True}, ["Hide all 40", "Clear all 40", "Consent covers all 40", "Show one by one"]),
        ({"choice": BundleChoice.HIDE, "waits": 30, "done": 10}, ["Undo"]),
        ({"choice": BundleChoice.UNDO}, ["Hide all 40", "Clear all 40", "Show one by one"]),
        ({"choice": BundleChoice.APART, "waits": 0}, []),
        ({"waits": 0}, []),
        ({"waits": 1, "may_consent": True}, ["Hide", "Clear", "Consent covers it", "Show one by one"]),
    ],
)
def test_what_can_be_pressed(more: dict[str, Any], labels: list[str]) -> None:
    view = view_of_bundle(replace(SHOWN, by=ADMIN, at=NOW, **more), MESSAGES[Language.ENGLISH])
    assert [b.label for b in view.walk_children() if isinstance(b, ui.Button)] == labels


@settings(deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(Language))
def test_a_card_is_never_too_large_and_no_words_break_out_of_it(words: str, more: str, language: Language) -> None:
    samples = tuple(Sample("f", "low", (more,), words * 9) for _ in range(3))
    card = replace(
        SHOWN, samples=samples, page=more, apart=9, rules=((more * 9, 40),) * 9, by=more, at=NOW, choice=BundleChoice.HIDE, done=9,
        platform=(("hidden", 9), ("still to be hidden", 31)),
    )  # fmt: skip
    view = view_of_bundle(card, MESSAGES[language])
    said = texts(view)
    assert sum(map(len, said)) <= 4000
    assert all(len(b.custom_id or "") <= 100 for b in view.walk_children() if isinstance(b, ui.Button))
    (shown,) = (each for each in said if "||" in each)
    assert shown.count("||") == 6
    for sign in ("@everyone", "@here", "<@", "<#", "://", "discord.gg", "]("):
        assert not any(sign in each for each in said)
