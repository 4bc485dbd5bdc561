"""What a card says, and that hostile words cannot break out of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import CardRule, Shown, blackened
from bot.discord_ui.cards import view_of
from bot.discord_ui.escaping import in_messages, quotes, safe, spoiler
from bot.domain.class_pages import Language
from bot.domain.review import Choice, FlagState, FlagView, Outcome, offered
from bot.domain.strikes import Strike
from bot.settings import load_messages, load_policy

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
HOSTILE = [
    "||", "\\||", "|\\|", "```", "`", "@everyone", "@here", "<@123>", "<@&1>", "<#1>", "<t:1:R>", "[x](http://evil.example)", "# big",
    "> q", "- l", "1. l", "https://evil.example", "discord.gg/abc", "<:a:1>", ":smile:", "\u202e", "\u200b", "a\u0301" * 50, "\\", "**",
    "__", "~~", "\n",
]  # fmt: skip
MESSAGES = {language: load_messages(Path("none"), language) for language in Language}
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=40).map("".join)


def shown(words: str | None = "hello", **more: Any) -> Shown:
    rule = CardRule("Insult or put-down", "II.6", "It says so.", "Hide.")
    base: dict[str, object] = {
        "flag": "01a2154d-9a94-7354-a753-cf05332634c2", "version": 1, "actions": 0, "channel": "1", "message": None, "page": "p",
        "severity": "medium", "state": "open", "rules": (rule,), "words": words, "time_zone": "America/Los_Angeles", "posted": NOW,
        "found": NOW, "deadline": NOW, "held": False, "edited": False, "deleted": False, "acknowledged": False, "not_serious": False,
        "assigned": "", "decision": "", "by": "", "at": None, "platform": "", "offered": (Choice.HIDE, Choice.CLEAR),
    }  # fmt: skip
    return Shown(**(base | more))  # type: ignore[arg-type]  # each of its own kind


def texts(view: ui.LayoutView) -> list[str]:
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def is_harmless(text: str) -> bool:
    """Whether nothing in it calls anybody, is a link or any markup."""
    signs = ("@everyone", "@here", "<@", "<#", "<t:", "<:", "://", "discord.gg", "](", "||", "\u202e")
    markup = re.search(r"(?<!\\)(?:\\\\)*[`*_~]", text) or re.search(r"^[#>\-*+]|^\d+\.", text, re.MULTILINE)
    return not any(sign in text for sign in signs) and markup is None


@settings(deadline=None)
@given(TEXTS)
def test_no_words_end_their_spoiler_call_anybody_or_become_a_link(text: str) -> None:
    assert is_harmless(spoiler(text, 900)[2:-2])


@settings(deadline=None)
@given(TEXTS.map(lambda text: text * 9))
def test_the_whole_words_stay_in_their_quotes_and_none_is_lost(text: str) -> None:
    pieces, left = quotes(text, 400, 4)
    assert len(pieces) <= 4
    assert all(piece.startswith(">>> ") and len(piece) <= 400 and is_harmless(piece[4:]) for piece in pieces)
    every, none = quotes(text, 400, 100)
    assert none == 0
    assert every[: len(pieces)] == pieces
    assert bool(left) == (len(every) > 4)


def test_blocks_are_put_together_and_none_is_divided() -> None:
    assert in_messages(iter(["a" * 4, "b" * 5, "c"]), 10) == ["aaaa\nbbbbb", "c"]
    assert in_messages(iter([]), 10) == []


@settings(deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(Language))
def test_a_card_is_never_too_large_for_a_message(words: str, more: str, language: Language) -> None:
    rules = tuple(CardRule(more, more, more * 9, more * 9) for _ in range(9))
    strike = Strike(12, timedelta(days=30), more * 9, decided=True)
    everything = {
        "rules": rules, "page": more, "by": more, "decision": "uphold", "at": NOW, "platform": more, "assigned": more, "strike": strike,
        "held": True, "edited": True, "deleted": True, "state": "appealed", "language": language,
    }  # fmt: skip
    calls = tuple((more * 9, more * 9) for _ in range(9))
    for card in (shown(words * 9, **everything), shown(None, severity="critical", calls=calls, **everything)):
        view = view_of(card, MESSAGES[language])
        assert sum(map(len, texts(view))) <= 4000
        assert sum(1 for _ in view.walk_children()) <= 40
        assert all(len(b.custom_id or "") <= 100 for b in view.walk_children() if isinstance(b, ui.Button))


UPHELD = FlagView(FlagState.CLOSED, False, False, None, Outcome.UPHELD, "first", NOW, hidden=True)
CRITICAL = FlagView(FlagState.OPEN, True, False, None)


@pytest.mark.parametrize(
    ("flag", "english", "spanish"),
    [
        (
            FlagView(FlagState.OPEN, False, False, None),
            ["Hide", "Clear", "Consent covers it", "Escalate", "Open"],
            ["Ocultar", "Descartar", "Hay consentimiento", "Escalar", "Abrir"],
        ),
        (
            CRITICAL,
            ["I have it", "Hide and open case", "Escalate", "Not serious", "Open"],
            ["Me encargo", "Ocultar y abrir un caso", "Escalar", "No es grave", "Abrir"],
        ),
        (
            replace(CRITICAL, acknowledged=True, not_serious_by="somebody"),
            ["Hide and open case", "Escalate", "Confirm: not serious", "Open"],
            ["Ocultar y abrir un caso", "Escalar", "Confirmar: no es grave", "Abrir"],
        ),
        (
            replace(UPHELD, state=FlagState.APPEALED),
            ["Refuse", "Grant: show it again", "Open"],
            ["Rechazar", "Aceptar: mostrarlo de nuevo", "Abrir"],
        ),
        (UPHELD, ["Undo", "Open"], ["Deshacer", "Abrir"]),
        (replace(UPHELD, has_case=True), ["Open"], ["Abrir"]),
        (replace(UPHELD, outcome=Outcome.SUPERSEDED, decided=None), ["Open"], ["Abrir"]),
        (replace(CRITICAL, state=FlagState.ESCALATED), ["Open"], ["Abrir"]),
    ],
)
def test_what_can_be_pressed(flag: FlagView, english: list[str], spanish: list[str]) -> None:
    severity = "critical" if flag.critical else "low"
    card = shown(
        offered=offered(flag, NOW), state=flag.state, severity=severity, not_serious=flag.not_serious_by is not None
    )
    for language, labels in ((Language.ENGLISH, english), (Language.SPANISH, spanish)):
        view = view_of(card, MESSAGES[language])
        assert [b.label for b in view.walk_children() if isinstance(b, ui.Button)] == labels


def test_no_meaning_hangs_on_a_colour_or_a_picture() -> None:
    for language, word in ((Language.ENGLISH, "Critical"), (Language.SPANISH, "Crítica")):
        view = view_of(shown(None, severity="critical"), MESSAGES[language])
        assert word in texts(view)[0]
        assert all(b.label and b.emoji is None for b in view.walk_children() if isinstance(b, ui.Button))


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


@pytest.mark.parametrize("language", list(Language))
def test_a_critical_card_names_the_emergency_number_once(language: Language) -> None:
    policy, messages = load_policy(Path(__file__).parents[4] / "config"), MESSAGES[language]
    (threat,) = (rule for rule in policy.rules if rule.id == "threat")
    rule = CardRule("Threat", "II.6", "It says so.", messages.advice("threat", threat.recommend))
    calls = ((messages.say("steps.immediate"), "911"), (messages.say("steps.school_police"), "(213) 625-6631"))
    said = "\n".join(texts(view_of(shown(None, severity="critical", rules=(rule,), calls=calls), messages)))
    assert said.count("911") == 1
    assert messages.say("card.recommended", what="").strip() in said
    assert "(213) 625-6631" in said
