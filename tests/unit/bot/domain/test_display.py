from __future__ import annotations

import pytest

from bot.domain.display import for_display


@pytest.mark.parametrize("text", ["", "plain", "two\nlines", "¿Dónde está? ñ", "مرحبا", "👩‍👩‍👧 🌋", "a\u0301 e\u0301"])
def test_what_is_harmless_is_shown_as_it_is(text: str) -> None:
    assert for_display(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "[U+001B][2J"), ("a\rb", "a[U+000D]b"), ("\x00", "[U+0000]"), ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("\u2066x", "[U+2066]x"), ("\ud800", "[U+D800]"), ("a\u2028b", "a[U+2028]b"), ("\u200b", "[U+200B]"),
    ],
)  # fmt: skip
def test_what_could_take_over_the_screen_is_made_visible(text: str, shown: str) -> None:
    assert for_display(text) == shown


def test_a_stack_of_marks_is_cut() -> None:
    assert len(for_display("z" + "\u0301" * 10_000)) <= 6 + len(" [... 8001 more characters]")


def test_a_long_text_says_how_much_is_left_out() -> None:
    assert for_display("x" * 2100).endswith("[... 100 more characters]")
