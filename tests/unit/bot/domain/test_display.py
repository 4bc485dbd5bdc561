from __future__ import annotations

import pytest

from bot.domain.display import for_display, on_one_line


@pytest.mark.parametrize("text", ["", "plain", "two\nlines", "¿Dónde está? ñ", "مرحبا", "👩‍👩‍👧 🌋", "a\u0301 e\u0301"])
def test_what_is_harmless_is_shown_as_it_is(text: str) -> None:
    assert for_display(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "[U+001B][2J"), ("a\rb", "a[U+000D]b"), ("\x00", "[U+0000]"), ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("\u2066x", "[U+2066]x"), ("a\r\nb", "a\nb"), ("\ud800", "[U+D800]"), ("a\u2028b", "a[U+2028]b"), ("\u200b", "[U+200B]"),
    ],
)  # fmt: skip
def test_what_could_take_over_the_screen_is_made_visible(text: str, shown: str) -> None:
    assert for_display(text) == shown


def test_a_stack_of_marks_is_cut() -> None:
    assert for_display("z" + "\u0301" * 10_000 + " you") == "z" + "\u0301" * 4 + " you"


def test_a_long_text_says_how_much_is_left_out() -> None:
    shown = for_display("a" * 2000 + "the end")
    assert "[... 7 more characters ...]" in shown
    assert shown.endswith("the end")
    assert for_display("x" * 5000, None) == "x" * 5000


def test_blank_lines_cannot_push_the_card_off_the_screen() -> None:
    assert for_display("a" + "\n \n" * 60 + "b") == "a\n\nb"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\n\nb\tc", "a b[U+0009]c"), ("x" * 20, "x" * 9 + "…"), ("", ""), ("ten chars!", "ten chars!")],
)
def test_a_line_of_context_is_one_line(text: str, shown: str) -> None:
    assert on_one_line(text, 10 if len(text) > 8 else 20) == shown
