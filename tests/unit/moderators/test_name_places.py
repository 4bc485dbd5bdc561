from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderators.name_places import Place, place_of


@pytest.mark.parametrize(
    ("text", "name", "is_full", "span", "place"),
    [
        ("tell ottoline that", "ottoline", False, "ottoline", Place.PLAIN),
        ("go #TeamOttoline", "Ottoline", False, "Ottoline", Place.HASHTAG),
        ("by @ottoline_m.", "ottoline", False, "@ottoline_m", Place.HANDLE),
        ("its ottoline07 on it", "ottoline", False, "ottoline07", Place.HANDLE),
        ("its ottoline.marsh on it", "ottoline.marsh", True, "ottoline.marsh", Place.HANDLE),
        ("its xX_ottoline_Xx on it", "ottoline", False, "xX_ottoline_Xx", Place.HANDLE),
        ("ottoline.marsh@school.example.org", "ottoline.marsh", True, "ottoline.marsh", Place.EMAIL),
        ("_ottoline_ said so", "ottoline", False, "ottoline", Place.PLAIN),
        ("Ottoline Marsh.", "Ottoline Marsh", True, "Ottoline Marsh", Place.PLAIN),
        ("ottoline's", "ottoline", False, "ottoline", Place.PLAIN),
    ],
)
def test_a_span_reaches_as_far_as_its_place_wants(text: str, name: str, is_full: bool, span: str, place: Place) -> None:
    start = text.index(name)
    left, right, found = place_of(text, start, start + len(name), is_full=is_full)
    assert (text[left:right], found) == (span, place)


@given(st.text(alphabet="ab1_.@# -é😂", max_size=80), st.data())
def test_a_span_holds_the_name_and_stays_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right, _ = place_of(text, start, end, is_full=data.draw(st.booleans()))
    assert 0 <= left <= start
    assert end <= right <= len(text)
