"""New comments from a connector to their stored rows, in a small database and in one that holds a million."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path as File

from bot.domain.schedule import Depth
from bot.house import House
from bot.pipeline.fetch import Fetched, fetch_page
from connectors.base import (
    MAX_BATCH,
    ActionKind,
    Author,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    NotAllowed,
    PageSettings,
    Receipt,
    Revision,
)
from tests.bench import texts
from tests.bench.fill import copy_comments
from tests.bench.rates import Path, Row, Size, Spread, at_least, interleave, rate, ratio
from tests.bench.school import School, now, scratch, server
from tests.servers.postgres import PostgresServer

_GOALS = {"SQLite": 15_000.0, "PostgreSQL": 8_000.0}
_GROWTH = 0.7
_PAGE = "ingest"


@dataclass
class Plain:
    """A connector that costs nothing: it hands out what it was given."""

    waiting: list[Comment] = field(default_factory=list)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(frozenset()))

    def check(self) -> PageSettings:
        return PageSettings("A page", "bench", False, True, True)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        for start in range(0, len(self.waiting), MAX_BATCH):
            part = tuple(self.waiting[start : start + MAX_BATCH])
            yield Batch(part, Checkpoint({"behind": part[-1].id}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        return iter([comment for comment in self.waiting if comment.id in ids])

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        raise NotAllowed("a page for measuring can only be read")


def measure(size: Size) -> Iterator[Row]:
    """Two rows a database: the rate, and what remains of it in the large one."""
    with scratch() as folder, server(folder) as cluster:
        for name, goal in _GOALS.items():
            if name == "PostgreSQL" and cluster is None:
                continue
            rates = _rates(folder / name, size, cluster if name == "PostgreSQL" else None)
            yield at_least(f"new comments stored, {size.few_rows:,} there, {name}", Spread.of(rates["few"]), goal, "/s")
            note = f" ({Spread.of(rates['many'])}/s)"
            figure = f"the same with {size.rows:,} there, to that, {name}"
            yield at_least(figure, ratio(rates["many"], rates["few"]), _GROWTH, note=note)


def _rates(folder: File, size: Size, cluster: PostgresServer | None) -> dict[str, list[float]]:
    """Both databases take the same comments in turns."""
    with ExitStack() as stack:
        paths: dict[str, Path] = {}
        for kind, rows in (("few", size.few_rows), ("many", size.rows)):
            school = School(folder / kind, cluster.make_database() if cluster else None)
            stack.callback(school.close)
            paths[kind] = _filled(school, rows, size, cluster)
            paths[kind](-1)  # warm
        return interleave(size.rounds, paths)


def _filled(school: School, rows: int, size: Size, cluster: PostgresServer | None) -> Path:
    source = Plain()
    house = replace(school.house, connect=lambda _page: source)
    school.add_page(_PAGE, [])
    source.waiting = [
        _comment(0, "The field trip leaves at eight on Friday, please bring the signed form and a lunch.")
    ]
    fetch_page(house, _PAGE, Depth.ALL, Fetched(), now())
    copy_comments(school, rows, cluster)

    def ingest(number: int) -> float:
        chosen = texts.generated(size.ingest_comments, 100 + number)
        first = 1 + (number + 1) * size.ingest_comments
        source.waiting = [_comment(first + at, text) for at, text in enumerate(chosen)]
        return rate(len(chosen), lambda: _fetch(house, len(chosen)))

    return ingest


def _fetch(house: House, count: int) -> None:
    counts = Fetched()
    fetch_page(house, _PAGE, Depth.NEW, counts, now())
    if counts.fetched != count:
        raise AssertionError(f"{counts.fetched} of {count} comments were new")


def _comment(number: int, text: str) -> Comment:
    author = Author(f"a{number % 500}", f"Reader {number % 500}")
    permalink = f"https://class.example.org/page#comment-{number}"
    return Comment(str(number), author, text, now() - timedelta(hours=1), permalink=permalink)
