from __future__ import annotations

import re2
from hypothesis import given
from hypothesis import strategies as st

from moderators.pattern_set import PatternSet

PATTERNS = tuple(
    map(re2.compile, (r"\bcat\b", r"\d{3}", "^a", "z$", r"[a-z]+@[a-z]+\.com", "cat|dog", "ñ", r"(?:ab){2,3}"))
)
SET = PatternSet(PATTERNS)
PIECES = ("cat", "cats", "dog", " ", "12", "345", "a", "z", "me@x.com", "ñ", "ab", "abab", "\n", "\ufffd", "日")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_set_finds_exactly_the_patterns_that_find_something_by_themselves(text: str) -> None:
    alone = [number for number, pattern in enumerate(PATTERNS) if pattern.search(text)]
    assert sorted(SET.which(text)) == alone
    assert SET.found_in(text) == {PATTERNS[number] for number in alone}


def test_a_set_of_no_patterns_finds_nothing() -> None:
    assert PatternSet(()).which("cat") == []
    assert PatternSet(()).found_in("cat") == frozenset()


def test_a_long_hostile_text_hides_nothing() -> None:
    text = "ab12 " * 200_000 + "cat me@x.com"
    assert SET.found_in(text) == {pattern for pattern in PATTERNS if pattern.search(text)}
