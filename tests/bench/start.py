"""How long a person waits: for the help, and from the start of a scan to the first scored comment in the database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import texts
from tests.bench.rates import Row, Size, Spread, below
from tests.bench.school import ROOT, School, scratch
from tests.patience import until

COMMAND = str(Path(sys.executable).with_name("hallmonitor"))
_STORED = "SELECT 1 FROM revision WHERE page_id = ? LIMIT 1"
_SCORED = "SELECT 1 FROM revision WHERE page_id = ? AND scoring = 'scored' LIMIT 1"
_COMMENTS = 600


def measure(size: Size) -> Iterator[Row]:
    """Two rows; the runs follow one another, each in a process of its own."""
    yield below("hallmonitor --help", Spread.of([_help() for _ in range(size.starts)]), 0.3, " s")
    with scratch() as folder:
        school = School(folder / "school")
        seconds = [_first_scored(school, number, size) for number in range(size.starts)]
        school.close()
    stored, scored = (Spread.of(found) for found in zip(*seconds, strict=True))
    note = f" (stored after {stored} s)"
    yield below("start of `hallmonitor scan` to the first scored comment", scored, 2.0, " s", note)


def _help() -> float:
    start = time.perf_counter()
    subprocess.run([COMMAND, "--help"], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def _first_scored(school: School, number: int, size: Size) -> tuple[float, float]:
    """Seconds to the first stored and to the first scored one, on a page of its own; the database is watched from outside."""
    page = school.add_page(f"start-{number}", texts.some(min(_COMMENTS, size.bits_texts), 300 + number))
    database = sqlite3.connect(f"file:{school.environment.home / 'hallmonitor.db'}?mode=ro", uri=True)
    start = time.perf_counter()
    scan = subprocess.Popen(
        [COMMAND, "--config", str(school.config), "scan", page],
        cwd=ROOT, env={**os.environ, **school.variables}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        passed = []
        for question in (_STORED, _SCORED):
            until(lambda question=question: database.execute(question, (page,)).fetchone())  # type: ignore[misc]
            passed.append(time.perf_counter() - start)
        return passed[0], passed[1]
    finally:
        scan.kill()
        scan.wait()
        database.close()
