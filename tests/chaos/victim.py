"""The process that dies: it opens the real house, does one real story, and kills itself at the point that it was told.

`python -m tests.chaos.victim ORDER.json` does one order. `python -m tests.chaos.victim` alone is the nursery: it has imported
everything and forks a victim for each order that it reads, so that a test of twenty deaths pays for the imports once. It forks before
any thread, engine or file of a victim exists; it has none of its own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from bot import decisions, jobs, pages, serve
from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from bot.pages import Ready
from bot.settings import Environment, load_messages
from moderators.base import Assessment, CommentView, PageContext
from tests import compiled
from tests.chaos import platform, trap
from tests.chaos.connection import hold
from tests.houses import MarkedWords
from tests.patience import until

BEFORE_THE_FORK = (platform.Ledgered, compiled)
"""Found by its import path, the connector would be imported by each victim anew."""
ROOT = Path(__file__).parents[2]
LONGEST = 120
"""Seconds after which a victim that neither dies nor ends is ended by the system."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a victim is to do: a story with its words, the time that its clock shows, and what happens to it on the way."""

    config: str
    home: str
    database: str | None
    report: str
    story: str
    now: str
    words: dict[str, str]
    point: trap.Point | None = None
    pause: str | None = None
    file_limit: int | None = None
    clock_runs_back: float = 0.0
    """Seconds by which the clock is set back while the story goes on."""


class Watched(MarkedWords):
    """The cheap detector; its call, too, can be the moment of death."""

    def assess(self, comments: Any, page: PageContext) -> list[Assessment]:
        trap.passing("asking", "assess")
        answers = super().assess(comments, page)
        trap.passing("asked", "assess")
        return answers

    def _one(self, comment: CommentView) -> Assessment:
        self.seen.clear()
        return super()._one(comment)


def read_order(written: str) -> Order:
    """An order from its JSON."""
    read = json.loads(written)
    return Order(**{**read, "point": trap.Point(**read["point"]) if read["point"] else None})


def write_order(order: Order) -> str:
    """An order as one line of JSON."""
    return json.dumps(asdict(order))


def obey(order: Order) -> int:
    """Do one order; returns the exit code: 0 done, 1 refused with advice, 3 broken. Or never returns."""
    signal.alarm(LONGEST)
    if order.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    report = Path(order.report)
    mine = trap.set_trap(order.point, Path(order.pause) if order.pause else None, report)
    try:
        told = _STORIES[order.story](_environment(order), order)
    except Advice as advice:
        trap.write_report(
            report, {"refused": type(advice).__name__, "words": str(advice), "ended_runs": mine.ended_runs}
        )
        return 1
    except BaseException:  # noqa: BLE001  # the test shows it, whatever it is
        trap.write_report(report, {"broken": traceback.format_exc()})
        return 3
    trap.write_report(report, {"done": told, "ended_runs": mine.ended_runs})
    return 0


def _environment(order: Order) -> Environment:
    variables = {"HALLMONITOR_HOME": order.home, "USER": "tester"}
    variables |= {"HALLMONITOR_DATABASE_URL": order.database} if order.database else {}
    variables |= {name: value for name, value in order.words.items() if name.startswith("HALLMONITOR_")}
    return Environment.read(Path(order.config), variables)


_OPENED: list[House] = []


def _open(environment: Environment, order: Order) -> House:
    now = datetime.fromisoformat(order.now)
    house = serve.open_house(environment, now)
    ends = now - timedelta(seconds=order.clock_runs_back)
    _OPENED.append(replace(house, moderators=lambda: [Watched()], clock=lambda: ends))
    return _OPENED[-1]


def _scan(environment: Environment, order: Order) -> object:
    house = _open(environment, order)
    result = jobs.scan(
        house, Ready(order.words["page"], Depth(order.words["depth"])), datetime.fromisoformat(order.now)
    )
    return {name: getattr(result, name) for name in ("status", "fetched", "scored", "flagged", "deleted", "error")}


def _ring(environment: Environment, order: Order) -> object:
    """One alarm of the clock, or `all`: what is due by the ledger."""
    house = _open(environment, order)
    for job in jobs.JOBS:
        if order.words["job"] in (job.name, "all"):
            for begun in jobs.ring(house, job):
                begun.result()
    return None


def _decide(environment: Environment, order: Order) -> object:
    """A press: the decision, and what the face rings right after it."""
    house, now, words = _open(environment, order), datetime.fromisoformat(order.now), order.words
    decided = decisions.decide(house, words["flag"], words["by"], Choice(words["choice"]), now, note=words["note"])
    if decided.won:
        jobs.carry_out_for_flag(house, decided.flag, now)
    return {"won": decided.won, "decision": decided.decision}


def _channel(environment: Environment, order: Order) -> object:
    """Hold the connection to Discord until the test says that it is enough."""
    asyncio.run(hold(_open(environment, order), Path(order.words["stop"])))
    return None


def _set_up(environment: Environment, order: Order) -> object:
    serve.set_up(environment)
    return None


def _apply(environment: Environment, order: Order) -> object:
    pages.apply_pages(
        _open(environment, order), [environment.config / "classes" / "p.yaml"], datetime.fromisoformat(order.now)
    )
    return None


_STORIES: Mapping[str, Callable[[Environment, Order], object]] = {
    "scan": _scan, "ring": _ring, "decide": _decide, "channel": _channel, "set_up": _set_up, "apply": _apply,
}  # fmt: skip


def rehearse(order: Order) -> None:
    """Live through an order in the nursery itself: what is compiled and imported on the way, no victim does anew."""
    with open(os.devnull, "w") as nothing, redirect_stdout(nothing):  # noqa: PTH123  # the nursery's own voice
        _STORIES[order.story](_environment(order), order)
    while _OPENED:
        house = _OPENED.pop()
        house.beside.shutdown()
        house.store.engine.dispose()
    jobs._lanes.cache_clear()
    gc.collect()  # the last threads end with what held them
    until(lambda: all(one.daemon or one is threading.main_thread() for one in threading.enumerate()))
    gc.freeze()


def nursery() -> None:
    """Fork a victim for each order, and tell how one ended to whoever asks (`wait PID`); or live through it (`rehearse ORDER`)."""
    for line in sys.stdin:
        asked, _, words = line.partition(" ")
        if asked == "wait":
            _, status = os.waitpid(int(words), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        if asked == "rehearse":
            rehearse(read_order(words))
            print("rehearsed", flush=True)
            continue
        assert threading.active_count() == 1, "a fork beside a thread could copy a lock that nobody frees"
        child = os.fork()
        if child == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, sys.stdin.fileno())
            os.dup2(nothing, sys.stdout.fileno())  # the nursery's own voice
            os._exit(obey(read_order(line)))
        print(child, flush=True)


if __name__ == "__main__":
    configure_mappers()  # once, before the fork
    load_messages(ROOT, Language.ENGLISH)
    if len(sys.argv) > 1:
        sys.exit(obey(read_order(Path(sys.argv[1]).read_text())))
    nursery()
