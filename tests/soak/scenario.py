"""One simulated stretch of service: real processes by a moved clock, life at the school, and what is to be said at the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.school import School
from tests.bench.start import COMMAND
from tests.servers.postgres import PostgresServer, database_of
from tests.soak.ledger import ZONE, Verdict
from tests.soak.ledger import verdicts as ledger_verdicts
from tests.soak.life import Life
from tests.soak.moved import MovedClock
from tests.soak.watch import Counted, Watched, database_handles

_TICK = 0.5
_DECIDE_EVERY = 20
_QUIET = timedelta(minutes=16)
"""The end in which nobody posts or decides, so that the last ring finds everything."""

_SETTLED = timedelta(minutes=10)
"""A slot in the very last minutes may still wait for its ring."""


@dataclass(frozen=True)
class Scenario:
    """From when, for how long, how fast, and which of our commands are at work."""

    name: str
    start: datetime
    hours: float
    speed: float
    commands: tuple[str, ...] = ("serve",)
    daily: str = "06:00"
    may_grow: float = 10.0
    """MiB. A process still warms up at its first hundred scans, of which a short stretch has fewer."""
    posts: float = 1.0
    """The share of the time in which people post. A page's file is read whole, so that the process grows with it: whether anything else
    grows is seen when nobody posts (measured: over three days +4 MiB a day with new comments, over 32 hours +0.0 without)."""

    @property
    def end(self) -> datetime:
        """When it is over. In UTC, where an hour is an hour also on the nights on which the clocks change."""
        return self.start.astimezone(UTC) + timedelta(hours=self.hours)

    @property
    def quiet(self) -> datetime:
        """From when on nobody posts or decides."""
        return min(self.end - _QUIET, self.start.astimezone(UTC) + timedelta(hours=self.hours * self.posts))

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.hours * 3600 / self.speed


FULL: tuple[Scenario, ...] = (
    Scenario("25-hour day, serve on SQLite", datetime(2026, 10, 31, 20, 0, tzinfo=ZONE), 25.6, 240, may_grow=2.0, posts=0.4),
    Scenario("23-hour day, serve on SQLite", datetime(2027, 3, 13, 23, 0, tzinfo=ZONE), 8.6, 120),
    # slower, so that the seconds in which a connection has to be made stay long enough; 01:30 comes twice that night
    Scenario("25-hour day on PostgreSQL", datetime(2026, 11, 1, 0, 40, tzinfo=ZONE), 3.1, 30, ("clock", "worker", "worker"), "01:30"),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What is to be said at the end, each with whether it is well."""

    work: list[Verdict]
    steadiness: list[Verdict]
    """Memory, handles, connections: says something only behind some hours."""


def make_life(scenario: Scenario, folder: Path, cluster: PostgresServer | None) -> Life:
    """The school as it stands before its first day. One after the other: Alembic serves one thread."""
    on_server = "serve" not in scenario.commands
    database = cluster.make_database() if cluster and on_server else None
    school = School(folder, database, "options: {toxicity: {threads: 1}}\n", MovedClock(scenario.start, 1).now)
    life = Life(school, scenario.daily)
    life.begin()
    return life


def live_through(scenario: Scenario, life: Life, cluster: PostgresServer | None) -> Found:
    """Live through it, and look at what it left."""
    school, folder = life.school, life.school.folder
    clock = MovedClock(scenario.start, scenario.speed)
    school.clock = clock.now
    command = [COMMAND, "--config", str(school.config)]
    processes = [clock.spawn([*command, word], school.variables, folder / "log") for word in scenario.commands]
    watched = [
        Watched(f"{word} {n}", process.pid, scenario.may_grow)
        for n, (word, process) in enumerate(zip(scenario.commands, processes, strict=True), 1)
    ]
    connections = Counted(
        _counter(school, cluster if "serve" not in scenario.commands else None, [process.pid for process in processes])
    )
    watches: list[Watched | Counted] = [*watched, connections]
    try:
        stood = _live(clock, scenario.end, scenario.quiet, life, watches)
        work = [
            (process.poll() is None, f"{each.name} is alive at the end")
            for each, process in zip(watched, processes, strict=True)
        ]
    finally:
        codes = _stop(processes)
    work.append((not any(codes), f"exit codes: {codes}"))
    work.append(
        (
            True,
            f"the machine kept a process that only sleeps waiting for {stood * scenario.speed / 60:.1f} simulated minutes",
        )
    )
    work += ledger_verdicts(life, scenario.start, scenario.end - _SETTLED)
    school.close()
    return Found(work, [verdict for each in watches for verdict in each.verdicts()])


def _live(clock: MovedClock, end: datetime, quiet: datetime, life: Life, watches: list[Watched | Counted]) -> float:
    """Returns the longest that the machine kept this loop itself waiting, in seconds: it tells a busy machine from a slow program."""
    ticks, stood = 0, 0.0
    while clock.now() < end:
        before = time.monotonic()
        time.sleep(_TICK)
        stood = max(stood, time.monotonic() - before - _TICK)
        ticks += 1
        if clock.now() < quiet:
            life.post()
            if ticks % _DECIDE_EVERY == 0:
                life.decide()
        if ticks % 2 == 0:
            for watch in watches:
                watch.look()
    return stood


def _counter(school: School, cluster: PostgresServer | None, pids: Sequence[int]) -> Callable[[], int]:
    if cluster is None:
        file = school.environment.database_url.removeprefix("sqlite:///")
        return lambda: database_handles(pids, file)
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database_of(school.environment.database_url)}'"
    return lambda: int(str(cluster.sql(query)[0][0]))


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """SIGTERM, as the machine's own service manager does; the exit codes."""
    for process in processes:
        process.terminate()
    codes = []
    for process in processes:
        try:
            codes.append(process.wait(30))
        except subprocess.TimeoutExpired:
            process.kill()
            codes.append(process.wait())
    return codes
