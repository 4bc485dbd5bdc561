"""From the connector to the flag against the detectors alone: same comments, same detectors, same process, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot import pipeline
from bot.domain.schedule import Depth
from bot.house import House
from bot.pipeline.assess import assess
from bot.pipeline.score import BATCH, page_context
from bot.records import Page, RunStatus
from moderators.base import PageContext
from tests.bench import texts
from tests.bench.model import view
from tests.bench.rates import Path, Row, Size, Spread, at_least, interleave, rate, ratio
from tests.bench.school import School, now, schools, scratch
from tests.bench.stages import profile

_GOALS = {"SQLite": 0.85, "PostgreSQL": 0.80}
_AIM = 450
_CHAIN = "detectors alone"


def measure(size: Size) -> Iterator[Row]:
    """Two rows a database, and where the time goes."""
    with scratch() as folder, schools(folder) as made:
        moderators = next(iter(made.values())).house.moderators()
        houses = {name: replace(school.house, moderators=lambda: moderators) for name, school in made.items()}
        spent: dict[str, list[float]] = {name: [] for name in (*made, _CHAIN)}
        paths = {name: _scan(made[name], house, size, spent[name]) for name, house in houses.items()}
        for name, path in paths.items():
            path(-1)  # warm: the statements are compiled, the model is loaded
            spent[name].clear()
        paths[_CHAIN] = _chain(next(iter(houses.values())), size, spent[_CHAIN])
        rates = interleave(size.long_rounds, paths)
        for name in houses:
            figure = f"connector to flag on {name}, to the detectors alone"
            yield at_least(figure, ratio(rates[name], rates[_CHAIN]), _GOALS[name])
            # on a busy machine steadier than the clock on the wall; what PostgreSQL's own processes do is not in it
            yield Row("  the same by this process's processor time", str(ratio(spent[_CHAIN], spent[name])))
        for name, found in rates.items():
            aim = f">= {_AIM}" if name in houses else ""
            spread = Spread.of(found)
            yield Row(f"comments/s: {name}", str(spread), aim, spread.middle >= _AIM if aim else None)
        for name, house in houses.items():
            lines = profile(made[name], house, _comments(size, 900))
            yield Row(f"microseconds a comment, its stages one after the other, {name}", lines[0], below=lines[1:])


def _comments(size: Size, number: int) -> list[str]:
    return texts.some(size.journey_texts, 5_000 + number)


def _rate(count: int, work: Callable[[], object], spent: list[float]) -> float:
    """As `rate`, and note the processor time."""
    start = time.process_time()
    found = rate(count, work)
    spent.append(time.process_time() - start)
    return found


def _scan(school: School, house: House, size: Size, spent: list[float]) -> Path:
    def scan(number: int) -> float:
        chosen = _comments(size, number)
        page = school.add_page(f"journey-{number + 1}", chosen)

        def work() -> None:
            result = pipeline.scan_page(house, page, Depth.ALL, now())
            if (result.status, result.scored + result.failed) != (RunStatus.DONE, len(chosen)):
                raise AssertionError(f"the scan that was measured went wrong: {result}")

        return _rate(len(chosen), work, spent)

    return scan


def _chain(house: House, size: Size, spent: list[float]) -> Path:
    context = context_of(house, "journey-0")

    def chain(number: int) -> float:
        comments = [view(text) for text in _comments(size, number)]
        parts = [comments[start : start + BATCH] for start in range(0, len(comments), BATCH)]
        return _rate(len(comments), lambda: [assess(house.moderators(), part, context) for part in parts], spent)

    return chain


def context_of(house: House, page_id: str) -> PageContext:
    """What the detectors know of a page when the pipeline asks them."""
    with house.store.reading() as session:
        return page_context(session, house.store.vault, session.get_one(Page, page_id))
