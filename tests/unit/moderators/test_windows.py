from __future__ import annotations

import itertools

import pytest

from moderators.windows import CLOSE_FROM, cut, discounted, spans, undiscounted, wants_close_reading


@pytest.mark.parametrize("length", [1, 9, 10, 11, 17, 18, 100, 1001])
def test_every_token_is_in_a_window_and_neighbours_overlap(length: int) -> None:
    found = spans(length, 10, 3)
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(end - start <= 10 for start, end in found)
    assert all(after[0] == before[0] + 7 for before, after in itertools.pairwise(found))
    assert all(end - start > 3 for start, end in found[1:])


def offsets(text: str) -> list[tuple[int, int]]:
    return [(place, place + 1) for place in range(len(text))]


def test_a_repeated_window_is_read_once() -> None:
    text = "a" * 10_000
    assert len(cut(text, offsets(text), 10, 3)) <= 2


def test_different_windows_are_all_read_and_hold_the_whole_text() -> None:
    text = "".join(map(chr, range(100, 200)))
    found = cut(text, offsets(text), 10, 3)
    assert len(found) == len(spans(100, 10, 3))
    assert found[0] + "".join(part[3:] for part in found[1:]) == text


def test_a_text_without_tokens_is_one_window() -> None:
    assert cut(" ", [], 10, 3) == [" "]


@pytest.mark.parametrize(("score", "counts"), [(0.0, 0.0), (0.3, 0.0), (0.5, 0.0), (0.75, 0.5), (0.9, 0.8), (1.0, 1.0)])
def test_a_sentence_out_of_its_context_counts_less(score: float, counts: float) -> None:
    assert discounted(score) == pytest.approx(counts)


@pytest.mark.parametrize("counts", [0.1, 0.28, 0.72, 1.0])
def test_the_score_that_a_sentence_needs_is_the_one_that_is_discounted_to_it(counts: float) -> None:
    assert discounted(undiscounted(counts)) == pytest.approx(counts)


@pytest.mark.parametrize(
    ("scores", "wants"),
    [
        ([], False),
        ([0.0, CLOSE_FROM - 0.001], False),
        ([0.0, CLOSE_FROM], True),
        ([0.9], True),
        ([float("nan"), 0.0], True),
    ],
)
def test_a_text_is_read_closely_where_its_whole_windows_find_something(scores: list[float], wants: bool) -> None:
    assert wants_close_reading(scores) is wants
