"""What a card says, and that hostile words cannot break out of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import CardRule, Shown, blackened
from bot.discord_ui.cards import view_of
from bot.discord_ui.escaping import safe, spoiler

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
HOSTILE = [
    "||", "\\||", "|\\|", "```", "`", "@everyone", "@here", "<@123>", "<@&1>", "<#1>", "<t:1:R>", "[x](http://evil.example)", "# big",
    "> q", "- l", "1. l", "https://evil.example", "discord.gg/abc", "<:a:1>", ":smile:", "\u202e", "\u200b", "a\u0301" * 50, "\\", "**",
    "__", "~~", "\n",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=40).map("".join)


def shown(words: str | None = "hello", **more: Any) -> Shown:
    rule = CardRule("Insult or put-down", "II.6", "It says so.", "Hide.")
    base: dict[str, object] = {
        "flag": "01a2154d-9a94-7354-a753-cf05332634c2", "version": 1, "actions": 0, "channel": "1", "message": None, "page": "p",
        "severity": "medium", "state": "open", "rules": (rule,), "words": words, "time_zone": "America/Los_Angeles", "posted": NOW,
        "found": NOW, "deadline": NOW, "held": False, "edited": False, "deleted": False, "acknowledged": False, "not_serious": False,
        "assigned": "", "decision": "", "by": "", "at": None, "platform": "",
    }  # fmt: skip
    return Shown(**(base | more))  # type: ignore[arg-type]  # each of its own kind


def texts(view: ui.LayoutView) -> list[str]:
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


@settings(deadline=None)
@given(TEXTS)
def test_no_words_end_their_spoiler_call_anybody_or_become_a_link(text: str) -> None:
    inside = spoiler(text, 900)[2:-2]
    assert "||" not in inside
    for sign in ("@everyone", "@here", "<@", "<#", "<t:", "<:", "://", "discord.gg", "]("):
        assert sign not in inside
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_~]", inside)
    assert not re.search(r"^[#>\-*+]|^\d+\.", inside, re.MULTILINE)
    assert "\u202e" not in inside


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_a_card_is_never_too_large_for_a_message(words: str, more: str) -> None:
    rules = tuple(CardRule(more, more, more * 9, more * 9) for _ in range(9))
    card = shown(words * 9, rules=rules, page=more, by=more, decision="hide", at=NOW, platform=more, assigned=more)
    view = view_of(card)
    assert sum(map(len, texts(view))) <= 4000
    assert sum(1 for _ in view.walk_children()) <= 40
    assert all(len(b.custom_id or "") <= 100 for b in view.walk_children() if isinstance(b, ui.Button))


@pytest.mark.parametrize(
    ("state", "severity", "more", "labels"),
    [
        ("open", "low", {}, ["Hide", "Clear", "Consent covers it", "Escalate"]),
        ("open", "critical", {}, ["I have it", "Hide and open case", "Escalate", "Not serious"]),
        ("appealed", "low", {}, ["Refuse", "Grant: show it again"]),
        ("closed", "low", {"decision": "hide"}, ["Undo"]),
        ("closed", "low", {}, []),
        ("escalated", "critical", {"decision": "escalate"}, []),
    ],
)
def test_what_can_be_pressed(state: str, severity: str, more: dict[str, Any], labels: list[str]) -> None:
    view = view_of(shown(state=state, severity=severity, **more))
    assert [b.label for b in view.walk_children() if isinstance(b, ui.Button)] == labels


@pytest.mark.parametrize(
    ("text", "places", "expected"),
    [
        ("Ana and Bo", [(0, 3), (8, 10)], "\u2588\u2588\u2588\u2588 and \u2588\u2588\u2588\u2588"),
        ("Ana Bo", [(0, 6), (0, 3), (4, 6)], "\u2588\u2588\u2588\u2588"),
        ("Ana", [], "Ana"),
    ],
)
def test_names_are_blackened(text: str, places: list[tuple[int, int]], expected: str) -> None:
    assert blackened(text, places) == expected


def test_plain_words_stay_readable() -> None:
    assert safe("see you at 5, ok?", 900) == "see you at 5, ok?"
