from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderators.folding import fold, readings

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Núñez", "nunez"),
        ("Ｌｉｓａ", "lisa"),
        ("Mаrсо", "marco"),  # Cyrillic a, es
        ("Αnna", "anna"),  # Greek alpha
        ("c\u0337h\u0337a\u0337t\u0337", "chat"),
        ("ca\u200bt", "cat"),
        ("ca\u00adt\ufeff", "cat"),
        ("e\u0301clair", "eclair"),
        ("ﬁne", "fine"),
        ("🅱ad", "bad"),
        ("🇭🇮", "hi"),
        ("⒣⒤", "hi"),
        ("it’s “so”", 'it\'s "so"'),
        ("a\x00b", "ab"),
        ("\ud800x", "\ufffdx"),
        ("plain text 123", "plain text 123"),
        ("日本", "日本"),
        ("", ""),
    ],
)
def test_folding_gives_the_plain_reading(text: str, plain: str) -> None:
    assert fold(text).text == plain


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("k1ll", "kill"),
        ("b@d", "bad"),
        ("he11o", "hello"),
        ("k i l l", "kill"),
        ("k.i.l.l", "kill"),
        ("k--i--l--l it", "kill it"),
        ("k🔥i🔥l🔥l it", "kill it"),
        ("k1¢k €5", "kick €5"),
        ("killllll", "kil"),
        ("room 4B", "room 4b"),
        ("3rd at 10pm", "3rd at 10pm"),
        ("yes! wow!", "yes! wow!"),
        ("@anna and #fun", "@anna and #fun"),
        ("1 2 3 4", "1 2 3 4"),
        ("a b", "a b"),
        ("p3", "p3"),
        ("good", "good"),
    ],
)
def test_deobfuscation_joins_decodes_and_squeezes_but_not_more(text: str, read: str) -> None:
    assert readings(text)[:2][-1].text == read


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("oh H.u.g.o said", "hugo", "H.u.g.o"),
        ("hi Ｚｏé!", "zoe", "Ｚｏé"),
        ("x k1lll y", "kil", "k1lll"),
        ("c\u0337at", "cat", "c\u0337at"),
        ("end c\u0337a\u0337t\u0337", "cat", "c\u0337a\u0337t\u0337"),
        ("ﬁ", "fi", "ﬁ"),
    ],
)
def test_every_reading_knows_where_it_came_from(text: str, word: str, original: str) -> None:
    found = [reading.span(at, at + len(word)) for reading in readings(text) if (at := reading.text.find(word)) >= 0]
    assert original in [text[start:end] for start, end in found]


def test_runs_are_read_with_one_letter_and_with_two() -> None:
    assert [reading.text for reading in readings("killl")] == ["killl", "kil", "kill"]


def test_a_plain_text_has_one_reading() -> None:
    assert len(readings("nothing odd here")) == 1


@given(ANY_TEXT)
def test_any_text_is_read_with_one_offset_for_each_character(text: str) -> None:
    for reading in readings(text):
        reading.text.encode("utf-8")
        offsets = list(reading.origin)
        assert len(offsets) == len(reading.text)
        assert offsets == sorted(offsets)
        assert all(0 <= offset < len(text) for offset in offsets)


@pytest.mark.parametrize("piece", ["a", "k i l l ", "\u0301", "a1", "1@", "é😂 ", "a ", "\ud800", "@"])
def test_a_megabyte_is_folded_in_seconds(piece: str) -> None:
    began = time.process_time()
    readings(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 4  # about one second alone


@given(ANY_TEXT)
def test_a_text_is_folded_as_its_characters_are_and_each_keeps_its_place(text: str) -> None:
    folded = fold(text + "é")
    alone = [*(fold(character + "é").text[:-1] for character in text), "e"]
    assert folded.text == "".join(alone)
    assert list(folded.origin) == [at for at, plain in enumerate(alone) for _ in plain]
