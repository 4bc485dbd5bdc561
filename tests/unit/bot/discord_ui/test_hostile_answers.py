"""Hostile words in the answers of Open and Thread: they call nobody, link nowhere, and never pass for words of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Opened, OpenedRule, Posted, Surroundings
from bot.discord_ui.answering import MOST
from bot.discord_ui.opening import around_in_lines, in_answer
from bot.domain.class_pages import Language
from bot.domain.review import Choice
from bot.queue import LastDecision, OpenFlag, QueuedFlag
from bot.store.comments import StoredComment
from connectors.base import Author
from tests.unit.bot.discord_ui.test_cards import MESSAGES, NOW, TEXTS

SIGNS: Final = ("@everyone", "@here", "<@", "<#", "<t:", "<:", "://", "discord.gg", "](", "||", "\u202e")
CUT: Final = "`hallmonitor review`"
"""Stands only where we say how much is not shown."""

LANGUAGES = st.sampled_from(Language)


def opened(words: str, other: str) -> Opened:
    """A flag on these words, with `other` wherever else somebody's words stand."""
    author = Author(other, other)
    comment = StoredComment("r", "c", "1", author, words, (), NOW, NOW, "visible", "")
    queued = QueuedFlag(
        flag="01a2154d-9a94-7354-a753-cf05332634c2", page=other, comment="1", rules=(), severity="high", deadline=NOW,
        time_zone="UTC", overdue=False, state="open", held=False, deleted=False, edited=False, restricted=False, acknowledged=False,
        not_serious=False, assigned="", bundle=None, version=1, place=(0, NOW, ""),
    )  # fmt: skip
    found = OpenFlag(queued, comment, (), "1", other, (Choice.HIDE,), LastDecision("hide", "", NOW, other))
    rule = OpenedRule("Title", "II.6", other, other, other, other, other)
    return Opened(found, (rule,) * 4, withheld=False, calls=((other, other),))


def markup(text: str) -> int:
    """How many signs of it Discord would read as markup."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*[`*_~]", text)) + len(re.findall(r"^(?:[#\-+]|\d+\.) ", text, re.MULTILINE))


@settings(deadline=None)
@given(TEXTS.map(lambda text: text * 9), TEXTS, LANGUAGES)
def test_open_quotes_the_words_and_nothing_in_them_works(words: str, other: str, language: Language) -> None:
    said = in_answer(opened(words, other), MESSAGES[language])
    plain = in_answer(opened("x", "x" if other else ""), MESSAGES[language])
    assert all(0 < len(text) <= MOST for text in said.texts)
    assert not any(sign in text for text in said.texts for sign in SIGNS)
    ours, expected = ([t for t in each.texts if not t.startswith(">>> ") and CUT not in t] for each in (said, plain))
    assert sum(map(markup, ours)) == sum(map(markup, expected))
    assert all(markup(text[4:]) == 0 for text in said.texts if text.startswith(">>> "))


@settings(deadline=None)
@given(TEXTS, TEXTS, LANGUAGES)
def test_a_thread_quotes_every_line_of_others(words: str, more: str, language: Language) -> None:
    posted = Posted("A", NOW, words, shown=True, erased=False)
    around = Surroundings((posted, posted, posted), (replace(posted, author="", words=more),) * 3, NOW, "UTC")
    blocks = list(around_in_lines(around, MESSAGES[language]))
    assert sum(map(len, blocks)) + len(blocks) <= 2 * MOST
    assert not any(sign in block for block in blocks for sign in SIGNS)
    for block in (*blocks[1:4], *blocks[5:]):
        first, *lines = block.split("\n")
        assert markup(first) == 0
        assert all(line.startswith("> ") and markup(line[2:]) == 0 for line in lines)
