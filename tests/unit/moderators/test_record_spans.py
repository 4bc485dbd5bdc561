from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderators.record_spans import tidy

SIGNS = "\x02\x03"


@pytest.mark.parametrize(
    ("text", "wording", "told"),
    [
        ("\x02\x02 got an f on the cell quiz lmaooo", "got an f on", "got an f on the cell quiz"),
        ("he was written up for fighting and left", "written up", "he was written up for fighting"),
        ("\x02\x02's iep is new", "\x02\x02's iep", "iep"),
        ("\x02\x02 has a 4.0 and \x02\x02 is here", "has a 4.0 and", "has a 4.0"),
        ("so \x02\x02 ditched 3rd period again to eat", "ditched 3rd period", "ditched 3rd period again"),
        ("is failing", "is failing", "is failing"),
        ("\x02\x02 is gonna get held back i think", "held back", "is gonna get held back"),
        (
            "\x02\x02 goes to the resource room in the morning",
            "resource room",
            "goes to the resource room in the morning",
        ),
        ("\x02\x02 sits there and my dog is in the resource room", "resource room", "resource room"),
        ("\x02\x02's average is 71 and mine is worse", "average", "average is 71"),
        (
            "\x02\x02's reading level is still at a second grade level",
            "reading level",
            "reading level is still at a second grade level",
        ),
        ("\x02\x02's attendance is 64%", "is 64%", "attendance is 64%"),
        ("\x02\x02 got a c- on the lab report lol", "got a c-", "got a c- on the lab report"),
        ("\x02\x02 got an a in gym", "got an a in", "got an a in gym"),
        ("\x02\x02 was absent 14 times this semester", "was absent 1", "was absent 14 times this semester"),
        ("\x02\x02 was benched because of his grades ok", "was benched", "was benched because of his grades"),
    ],
)
def test_a_place_runs_from_the_verb_to_the_end_of_what_is_told(text: str, wording: str, told: str) -> None:
    start = text.index(wording)
    first, last = tidy(text, start, start + len(wording), SIGNS)
    assert text[first:last] == told


@given(st.text(alphabet="\x02\x03 abis'.,ogtnfr", min_size=1, max_size=60), st.data())
def test_a_place_is_never_empty_or_outside(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = tidy(text, start, end, SIGNS)
    assert 0 <= first < last <= len(text)
