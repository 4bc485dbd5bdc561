"""Who wrote what on a wiki page, and how to take it out: without any wiki."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mediawiki_diff import Spans, written
from connectors.mediawiki_text import said
from connectors.mediawiki_trace import Trace, put_back
from tests.unit.connectors.wiki import NAMES, signed

HEAD = "== What did you see? =="
ASKED = signed("Tell us.", "Ms. Alder")
CRAB = signed(":A hermit crab", "Limpet")
RUDE = signed("::Only dummies talk to crabs, and nobody likes you", "Barnacle")
PAGE = [HEAD, ASKED, CRAB]


def mine(old: list[str], new: list[str], author: str) -> dict[int, Spans]:
    return written(old, new, author, NAMES.owners)


def added(old: list[str], new: list[str], author: str = "Barnacle") -> str:
    return NAMES.words(said(new, mine(old, new, author)), author)


def trace(old: list[str], new: list[str], author: str = "Barnacle") -> Trace:
    return Trace(new, mine(old, new, author), author, NAMES.owners)


@pytest.mark.parametrize("place", range(4))
def test_a_new_line_is_what_was_said_wherever_it_stands(place: int) -> None:
    new = [*PAGE[:place], RUDE, *PAGE[place:]]
    assert added(PAGE, new) == "Only dummies talk to crabs, and nobody likes you"


def test_a_new_page_is_said_by_who_began_it() -> None:
    assert added([""], PAGE, "Ms. Alder").startswith("What did you see?\nTell us.")


def test_who_edits_their_own_line_says_all_of_it_anew() -> None:
    edited = [HEAD, ASKED, CRAB.replace("hermit", "horrible")]
    assert added(PAGE, edited, "Limpet") == "A horrible crab"


def test_who_edits_the_line_of_another_says_what_they_put_in() -> None:
    edited = [HEAD, ASKED, CRAB.replace("A hermit crab", "A stupid hermit crab, you fool")]
    assert added(PAGE, edited) == "stupid … , you fool"


def test_an_own_comment_of_several_lines_is_own_to_its_signature() -> None:
    page = [HEAD, ":One line", signed(":and a second", "Limpet"), RUDE]
    assert added(page, [HEAD, ":One bad line", *page[2:]], "Limpet") == "One bad line"
    assert added(page, [HEAD, ":One bad line", *page[2:]], "Barnacle") == "bad"


@pytest.mark.parametrize(
    "new",
    [
        [HEAD, ASKED],
        [HEAD, CRAB, ASKED],
        [HEAD, ASKED, ":" + CRAB],
        [HEAD, ASKED, "", CRAB, "", ""],
        [""],
    ],
    ids=["taken out", "moved", "indented", "spaced", "blanked"],
)
def test_to_take_out_move_or_indent_is_to_say_nothing(new: list[str]) -> None:
    assert added(PAGE, new) == ""


def test_what_was_said_is_taken_out_and_nothing_else() -> None:
    found = trace(PAGE, [*PAGE, RUDE])
    assert found.holds
    assert found.without() == "\n".join(PAGE)


def test_answers_and_bots_beside_the_words_stay() -> None:
    found = trace(PAGE, [*PAGE, RUDE])
    found.follow([*PAGE, RUDE, signed(":::Be kind", "Ms. Alder")], "Ms. Alder")
    found.follow([*PAGE, RUDE + " seen!", signed(":::Be kind", "Ms. Alder")], "Periwinkle")
    assert found.holds
    assert found.without() == "\n".join([*PAGE, " seen!", signed(":::Be kind", "Ms. Alder")])


def test_a_change_of_one_letter_by_somebody_else_does_not_hide_the_rest_from_us() -> None:
    found = trace(PAGE, [*PAGE, RUDE])
    found.follow([*PAGE, RUDE.replace("dummies", "dummys")], "Limpet")
    assert found.holds
    assert "nobody likes you" not in found.without()


def test_what_its_author_wrote_anew_is_another_comment() -> None:
    found = trace(PAGE, [*PAGE, RUDE])
    found.follow([*PAGE, signed("::Sorry, I like crabs", "Barnacle")], "Barnacle")
    assert not found.holds


def test_words_that_come_back_by_an_undo_are_found_again() -> None:
    page = [*PAGE, RUDE]
    found = trace(PAGE, page)
    found.follow([""], "Limpet")
    assert not found.holds
    found.follow(page, "Ms. Alder")
    assert found.without() == "\n".join(PAGE)


def test_a_short_line_that_another_writes_too_is_theirs_unless_we_put_it_back() -> None:
    found = trace(PAGE, [*PAGE, ":ok"])
    found.follow(PAGE, "Ms. Alder")
    found.follow([":ok", *PAGE], "Limpet")
    assert not found.holds
    again = trace(PAGE, [*PAGE, ":ok"])
    again.follow(PAGE, "Lifeguard")
    again.follow([*PAGE, ":ok"], "Lifeguard", is_put_back=True)
    assert again.holds


def test_a_line_in_the_place_of_another_is_not_taken_for_it() -> None:
    found = trace(PAGE, [*PAGE, RUDE])
    found.follow([*PAGE, signed("::My cat is asleep", "Periwinkle")], "Periwinkle")
    assert not found.holds


def test_a_heading_with_answers_below_keeps_its_place_without_its_words() -> None:
    new = [*PAGE, "", "== You all stink ==", signed("really", "Barnacle")]
    found = trace(PAGE, new)
    found.follow([*new, signed(":No", "Limpet")], "Limpet")
    assert found.without() == "\n".join([*PAGE, "== … ==", signed(":No", "Limpet")])
    assert added([*new, signed(":No", "Limpet")], found.without().split("\n"), "Lifeguard") == "…"


@pytest.mark.parametrize("text", [":🖕", ":!!!", ":42"])
def test_what_is_no_word_is_said_too(text: str) -> None:
    assert trace(PAGE, [*PAGE, text]).holds


def test_to_put_back_undoes_what_was_taken_out_wherever_it_is_now() -> None:
    before = [HEAD, ASKED, RUDE, CRAB]
    after = [HEAD, ASKED, CRAB]
    assert put_back(before, after, ["== First ==", *after, "more"]) == "\n".join(["== First ==", *before, "more"])
    assert put_back(before, after, [HEAD, CRAB]) == "\n".join([HEAD, RUDE, CRAB])


def test_of_a_long_page_that_was_changed_at_both_ends_the_rest_is_known() -> None:
    page = [HEAD, *(line for n in range(2_000) for line in (signed(f":Crab {n}", "Limpet"), "")), CRAB]
    new = [f"{HEAD} ", *page[1:-1], CRAB.replace("hermit", "silly"), RUDE]
    assert added(page, new) == "silly\nOnly dummies talk to crabs, and nobody likes you"


def test_a_place_that_was_rewritten_is_left_to_a_person() -> None:
    assert put_back([HEAD, "A stupid B"], [HEAD, "A B"], [HEAD, "A C"]) is None


LINES = st.lists(st.sampled_from(["", ":a", ":b b", "c c c c c c c", HEAD, RUDE, CRAB]), max_size=8)


@given(LINES, LINES)
@settings(max_examples=150, deadline=None)
def test_taking_out_leaves_the_version_before(old: list[str], extra: list[str]) -> None:
    """Whatever was appended: without it the page says what it said."""
    page = [*old, "the end of what was there before"]
    left = trace(page, [*page, *extra], "Nobody").without().split("\n")
    assert [line for line in left if line.strip()] == [line for line in page if line.strip()]


MIXED = [f":{n % 5}" for n in range(20_000)] + ["y " * 300_000]
LONG = ["x y " * 700 + str(n) for n in range(400)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MIXED, [""] * 30_000),
        (MIXED, [f":{n % 7}" for n in range(30_000)]),
        (MIXED, ["x " * 300_000]),
        ([f":the line {n}" for n in range(30_000)], [f":the line {n * (1 + n % 2)}" for n in range(30_000)]),
        (LONG, [f"{line}0" for line in LONG]),
    ],
    ids=["blank lines", "the same again and again", "one line", "every second line", "all lines"],
)
def test_a_page_made_to_be_slow_is_compared_at_once(old: list[str], new: list[str]) -> None:
    began = time.thread_time()
    mine(old, new, "Barnacle")
    assert time.thread_time() - began < 6  # about a second, on a machine that is idle
