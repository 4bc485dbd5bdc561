"""The first page of the review queue with a hundred thousand flags in the database, all of them waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bot import queue
from tests.bench.fill import fill_flags
from tests.bench.rates import Row, Size, Spread, below
from tests.bench.school import School, now, schools, scratch
from tests.houses import ADMIN

_GOAL = 50.0
_TIMES = 5
"""Each round asks so many times: a page takes milliseconds."""


def measure(size: Size) -> Iterator[Row]:
    """For each database the page of an administrator, and what the terminal counts below it."""
    with scratch() as folder, schools(folder) as made:
        for name, school in made.items():
            fill_flags(school, size.flags)
            words = f"first page of the queue, {size.flags:,} flags waiting, {name}"
            yield below(words, _page(school, ADMIN, size), _GOAL, " ms")
            counts = _times(size, lambda school=school: queue.waiting(school.house))  # type: ignore[misc]
            everybody = _page(school, None, size)
            yield Row(
                f"the same for whoever runs the machine; the counts below it, {name}", f"{everybody} ms; {counts} ms"
            )


def _page(school: School, email: str | None, size: Size) -> Spread:
    def page() -> None:
        if not queue.queue(school.house, email, now=now()):
            raise AssertionError("the queue that was measured is empty")

    return _times(size, page)


def _times(size: Size, work: Callable[[], object]) -> Spread:
    work()
    taken = []
    for _ in range(size.rounds * _TIMES):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return Spread.of(taken)
