"""Twenty random deaths; `make chaos` has two hundred, with seeds that nobody has seen before."""

from __future__ import annotations

import pytest

from tests.chaos.history import History
from tests.chaos.oracle import Wrong
from tests.chaos.room import introduce, room_of
from tests.chaos.school import School


@pytest.mark.parametrize("seed", [1, 2])
def test_random_deaths_lose_nothing_and_double_nothing(school: School, seed: int) -> None:
    introduce(school)
    with room_of(school) as room:
        history = History(room, seed)
        try:
            assert history.live(deaths=5).total() == 5
        except Wrong as wrong:
            pytest.fail("\n".join([*history.told, str(wrong)]), pytrace=False)
