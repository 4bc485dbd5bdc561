from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.house import House, page_lock
from bot.store import StoreProblem
from tests.houses import Town
from tests.patience import until
from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).parents[3]
HOLDER = """
import signal, sys
from pathlib import Path
from bot import serve
from bot.house import page_lock
from bot.settings import Environment
from tests.houses import NOW
house = serve.open_house(Environment.read(Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:])), NOW)
with page_lock(house, "p") as alone:
    print(alone, flush=True)
    signal.pause()
"""


def free(house: House, page: str = "p", patience: float = 0) -> bool:
    with page_lock(house, page, patience) as alone:
        return alone


@contextmanager
def held_elsewhere(town: Town) -> Iterator[subprocess.Popen[str]]:
    """Another process of the same school that holds the page's lock."""
    variables = {
        "HALLMONITOR_HOME": str(town.environment.home),
        "HALLMONITOR_DATABASE_URL": town.environment.database_url,
    }
    given = [f"{name}={value}" for name, value in variables.items()]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(town.config), *given], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_processes_exclude_each_other_and_a_page_is_no_other_page(town: Town) -> None:
    other = town.open()
    with page_lock(town.house, "p") as alone:
        assert alone
        assert not free(other)
        assert free(other, "q")
    assert free(other)


def test_two_threads_of_one_process_exclude_each_other(town: Town) -> None:
    answers: list[bool] = []
    with page_lock(town.house, "p"):
        thread = threading.Thread(target=lambda: answers.append(free(town.house)))
        thread.start()
        thread.join(10)
    assert answers == [False]
    assert free(town.house)


def test_whoever_breaks_leaves_no_lock_behind(town: Town) -> None:
    with pytest.raises(ValueError, match="in the middle"), page_lock(town.house, "p"):
        raise ValueError("in the middle")
    assert free(town.open())


def test_a_lock_that_was_not_got_is_not_freed_either(town: Town) -> None:
    """Whoever leaves without the lock must not free it for those who hold it."""
    with page_lock(town.house, "p"):
        assert not free(town.house)
        assert not free(town.open())


def test_a_patient_one_gets_the_lock_when_its_holder_is_done(town: Town) -> None:
    answers: list[bool] = []
    with page_lock(town.house, "p"):
        thread = threading.Thread(target=lambda: answers.append(free(town.open(), patience=20)))
        thread.start()
        assert not free(town.house, patience=0.1)
    thread.join(20)
    assert answers == [True]


def test_a_holder_that_is_killed_holds_nothing(town: Town) -> None:
    with held_elsewhere(town) as process:
        assert not free(town.house)
        process.kill()
        process.wait()
        until(lambda: free(town.house), 10)


def test_a_restart_of_the_database_frees_the_lock_and_breaks_neither_side(
    district: Town, postgres: PostgresServer
) -> None:
    with page_lock(district.house, "p") as alone:
        postgres.restart()
        assert alone
        assert free(district.open())
    assert free(district.house)


def test_a_database_that_has_gone_is_one_clear_message(district: Town, postgres: PostgresServer) -> None:
    postgres.stop()
    try:
        with pytest.raises(StoreProblem, match="does not answer"):
            free(district.house)
    finally:
        postgres.start()
