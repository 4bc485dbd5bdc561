from __future__ import annotations

import time

import pytest

from moderators.model_text import model_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("k y s", "kys"),
        ("k.i.l.l him", "kill him"),
        ("k-i-l-l him", "kill him"),
        ("shiiiiiit", "shiit"),
        ("ki\u200bll", "kill"),
        ("k\u0456ll y\u043eu", "kill you"),
        ("\uff4b\uff49\uff4c\uff4c", "kill"),
        ("go \U0001f52b", "go  pistol "),
        ("!!!!!!", "!!"),
        ("a\0b", "a b"),
        ("\ud83dhello", " hello"),
        # nothing to fold
        ("a b", "a b"),
        ("I am on the bus", "I am on the bus"),
        ("plan B or C", "plan B or C"),
        ("well-known", "well-known"),
        ("good", "good"),
        ("1000000", "1000000"),
        ("\u043f\u0440\u0438\u0432\u0435\u0442", "\u043f\u0440\u0438\u0432\u0435\u0442"),
        ("ma\u00f1ana", "ma\u00f1ana"),
        ("it's 3.5.2", "it's 3.5.2"),
        ("", ""),
    ],
)
def test_a_disguise_is_read_plainly_and_plain_text_stays(written: str, read: str) -> None:
    assert model_text(written) == read


def test_no_word_is_too_long_for_the_tokenizer() -> None:
    assert max(map(len, model_text("killyou" * 100).split())) <= 48


@pytest.mark.parametrize(
    "text",
    [
        "\u0301\u0323" * 500_000,
        "a " * 500_000,
        "\U0001f52a\U0001f480" * 250_000,
        "ab" * 500_000,
        "\ud800" * 1_000_000,
        "! " * 500_000,
    ],
    ids=["marks", "spaced", "emoji", "one word", "surrogates", "signs"],
)
def test_a_million_characters_take_linear_time(text: str) -> None:
    started = time.process_time()
    model_text(text)
    assert time.process_time() - started < 3
