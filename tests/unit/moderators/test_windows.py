from __future__ import annotations

import itertools

import pytest

from moderators.windows import spans, windows


@pytest.mark.parametrize("length", [1, 9, 10, 11, 17, 18, 100, 1001])
def test_every_token_is_in_a_window_and_neighbours_overlap(length: int) -> None:
    found = spans(length, 10, 3)
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(end - start <= 10 for start, end in found)
    assert all(after[0] == before[0] + 7 for before, after in itertools.pairwise(found))
    assert all(end - start > 3 for start, end in found[1:])


def test_a_repeated_window_is_read_once() -> None:
    assert len(windows([1] * 10_000, 10, 3)) <= 2


def test_different_windows_are_all_read() -> None:
    assert len(windows(list(range(100)), 10, 3)) == len(spans(100, 10, 3))
