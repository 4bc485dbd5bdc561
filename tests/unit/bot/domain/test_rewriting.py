from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rewriting import is_only_rewritten


@pytest.mark.parametrize(
    ("before", "after", "only"),
    [
        ("5 < 6 && 7 > 6? you pig", "5 6  7 > 6? you pig", True),
        ("same", "same", True),
        ("", "", True),
        ("a\r\nb", "a\nb", True),
        ("!threat", "!threat now", False),
        ("i will not hurt you", "i will hurt you", False),
        ("see you", "see you 🔪", False),
        ("see you 🔪", "see you ", False),
        ("see you", "see you!", False),
        ("ok", "", False),
        ("", "words", False),
        ("it's", "its", True),
        ("ab", "ba", False),
        ("año", "ano", False),
    ],
)
def test_only_signs_may_be_missing_and_nothing_may_be_new(before: str, after: str, only: bool) -> None:
    assert is_only_rewritten(before, after) is only


@given(st.text())
def test_every_text_is_itself_without_its_angle_brackets(text: str) -> None:
    assert is_only_rewritten(text, text.replace("<", "").replace(">", ""))


@given(st.text(), st.text(min_size=1), st.text())
def test_nothing_may_be_added(before: str, added: str, after: str) -> None:
    assert not is_only_rewritten(before + after, before + added + after)
