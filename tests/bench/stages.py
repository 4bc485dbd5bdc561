"""Where the time of a scan goes: the stories run one after the other, with a watch on the database and on each detector.

In a scan, fetching runs beside scoring; here it does not, so that each stage shows what it costs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import event

from bot import pipeline
from bot.domain.schedule import Depth
from bot.house import House
from bot.pipeline.fetch import Fetched
from bot.pipeline.score import Scored
from bot.store import Session, Store
from moderators.base import Assessment, CommentView, Moderator, PageContext
from tests.bench.school import School, now


@dataclass
class Watch:
    """Seconds by stage, and those of them that the database's driver took."""

    story: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    in_driver: dict[str, float] = field(default_factory=dict)
    inside: str = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        outer, self.inside = self.inside, name
        start = time.perf_counter()
        try:
            yield
        finally:
            passed = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + passed
            if outer:
                self.seconds[outer] = self.seconds.get(outer, 0.0) - passed
            self.inside = outer


_NAMES = {
    ("fetch", "transaction"): "seal and insert", ("fetch", "reading"): "look up",
    ("score", "reading"): "load and open", ("score", "transaction"): "seal and keep signals",
    ("flag", "transaction"): "flag",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _WatchedStore(Store):
    """The store, with a watch on each of its two ways in."""

    watch: Watch = field(default_factory=Watch)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.watch.stage(self._name("transaction")), Store.transaction(self) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.watch.stage(self._name("reading")), Store.reading(self) as session:
            yield session

    def _name(self, kind: str) -> str:
        return _NAMES.get((self.watch.story, kind), self.watch.inside)


class WatchedModerator:
    """A detector, with a watch on it."""

    def __init__(self, moderator: Moderator, watch: Watch) -> None:
        self._moderator, self._watch = moderator, watch
        self.name, self.version, self.signals = moderator.name, moderator.version, moderator.signals
        self.reads: Literal["text", "masked"] = moderator.reads

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        with self._watch.stage(f"detector {self.name}"):
            return self._moderator.assess(comments, page)

    def canary(self) -> None:
        with self._watch.stage("canaries"):
            self._moderator.canary()


def profile(school: School, house: House, chosen: Sequence[str]) -> tuple[str, ...]:
    """The stages of one scan: microseconds a comment in all; then line by line the share, and how much of it the driver took."""
    watch, store = Watch(), house.store
    watched = replace(
        house,
        store=_WatchedStore(store.engine, store.vault, store.queue, watch),
        moderators=lambda: [WatchedModerator(m, watch) for m in house.moderators()],
    )
    page = school.add_page("profiled", chosen)
    with _watching_driver(store, watch):
        watch.story = "fetch"
        with watch.stage("connector: read and check"):
            pipeline.fetch_page(watched, page, Depth.ALL, Fetched(), now())
        watch.story = "prepare"
        with watch.stage("prepare"):
            bench = pipeline.prepare(watched, page, now())
        watch.story = "score"
        with watch.stage("mask and sort out"):
            pipeline.score_page(watched, bench, Scored(), lambda: None)
        watch.story = "flag"
        with watch.stage("flag"):
            pipeline.flag_page(watched, page, now())
    return _in_words(watch, len(chosen))


def _in_words(watch: Watch, count: int) -> tuple[str, ...]:
    total = sum(watch.seconds.values())
    lines = [f"{total / count * 1e6:,.0f}"]
    for name, seconds in sorted(watch.seconds.items(), key=lambda pair: -pair[1]):
        driver = watch.in_driver.get(name, 0.0) / seconds
        lines.append(
            f"{name:24} {seconds / total:6.1%} {seconds / count * 1e6:8,.0f} us, of which the driver {driver:4.0%}"
        )
    return tuple(lines)


@contextmanager
def _watching_driver(store: Store, watch: Watch) -> Iterator[None]:
    started: list[float] = []

    def before(*_: Any) -> None:
        started.append(time.perf_counter())

    def after(*_: Any) -> None:
        watch.in_driver[watch.inside] = watch.in_driver.get(watch.inside, 0.0) + time.perf_counter() - started.pop()

    listeners = (("before_cursor_execute", before), ("after_cursor_execute", after))
    for name, listener in listeners:
        event.listen(store.engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(store.engine, name, listener)
