"""Two worker processes against one on PostgreSQL, each scoring on one thread, on many pages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path as File

import psutil

from bot import jobs
from bot.worker import make_clock
from tests.bench import texts
from tests.bench.rates import Path, Row, Size, Spread, at_least, interleave, ratio
from tests.bench.school import ROOT, School, scratch, server
from tests.bench.start import COMMAND
from tests.patience import until
from tests.servers.postgres import PostgresServer, database_of

_GOAL = 1.7
_PLUGINS = "options: {toxicity: {threads: 1}}\n"
_SPIN = "for _ in range(30_000_000): pass"


def measure(size: Size) -> Iterator[Row]:
    """The ratio; and beside it what two processes that share nothing reach on this machine now."""
    with scratch() as folder, server(folder) as cluster, ExitStack() as stack:
        if cluster is None:
            return
        processes: dict[int, list[psutil.Process]] = {}
        paths: dict[str, Path] = {"one": lambda _: _spun(1), "two": lambda _: _spun(2)}
        for count in (1, 2):
            school = School(folder / f"workers-{count}", cluster.make_database(), _PLUGINS)
            stack.callback(school.close)
            processes[count] = stack.enter_context(_at_work(school, count))
            _ring_and_wait(school, cluster, "warm", size, count * 2)  # each has its model loaded
            paths[f"{count} working"] = _path(school, cluster, size)
        before = {count: _cpu(found) for count, found in processes.items()}
        rates = interleave(size.long_rounds, paths)
        bare = f" (two bare loops to one: {ratio(rates['two'], rates['one'])})"
        yield at_least(
            "two workers to one, one thread each", ratio(rates["2 working"], rates["1 working"]), _GOAL, "x", bare
        )
        yield Row("comments/s: one worker; two", "; ".join(str(Spread.of(rates[f"{n} working"])) for n in (1, 2)))
        comments = size.long_rounds * size.worker_pages * size.worker_texts
        spent = {count: (_cpu(found) - before[count]) / comments * 1000 for count, found in processes.items()}
        yield Row("processor time a comment: one worker; two", "; ".join(f"{spent[n]:.2f} ms" for n in (1, 2)))


def _path(school: School, cluster: PostgresServer, size: Size) -> Path:
    def work(number: int) -> float:
        return _ring_and_wait(school, cluster, f"round-{number}", size, size.worker_pages)

    return work


def _ring_and_wait(school: School, cluster: PostgresServer, name: str, size: Size, pages: int) -> float:
    """New pages, one ring for each, and the rate until all of them are done by the ledger."""
    ids = [
        school.add_page(f"{name}-{n}", texts.some(size.worker_texts, zlib.crc32(name.encode()) + n))
        for n in range(pages)
    ]
    listed = ", ".join(f"'{id}'" for id in ids)
    done = f"SELECT count(*) FROM run WHERE status = 'done' AND page_id IN ({listed})"
    scan = next(job for job in jobs.JOBS if job.name == "scan")
    start = time.perf_counter()
    make_clock(school.house)(scan)
    database = database_of(school.environment.database_url)
    try:
        until(lambda: cluster.sql(done, database) == [(len(ids),)], 180)
    except AssertionError:
        runs = f"SELECT page_id, status, started, ended FROM run WHERE page_id IN ({listed}) ORDER BY started"
        jobs_now = "SELECT task_name, status, count(*) FROM procrastinate_jobs GROUP BY task_name, status"
        print(cluster.sql(runs, database), cluster.sql(jobs_now, database), (school.folder / "log").read_text()[-3000:])
        raise
    return len(ids) * size.worker_texts / (time.perf_counter() - start)


def _cpu(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that they have had: on a busy machine this says more than their speed."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@contextmanager
def _at_work(school: School, count: int) -> Iterator[list[psutil.Process]]:
    """So many worker processes, each at one page at a time."""
    command = [COMMAND, "--config", str(school.config), "worker", "--pages", "1"]
    variables = {**os.environ, **school.variables}
    log: File = school.folder / "log"
    with log.open("wb") as out:
        processes = [subprocess.Popen(command, cwd=ROOT, env=variables, stdout=out, stderr=out) for _ in range(count)]
    try:
        until(lambda: log.read_text().count("on duty") == count)
        yield [psutil.Process(process.pid) for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _spun(count: int) -> float:
    """How many times a second so many processes go through a bare loop, side by side."""
    start = time.perf_counter()
    processes = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(count)]
    for process in processes:
        process.wait()
    return count / (time.perf_counter() - start)
