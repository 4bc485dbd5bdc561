"""The disk is full: no file may grow beyond a limit, at random sizes. The run fails loudly, nothing is partial, and all is made up.

On SQLite it is the victim that may not write, on PostgreSQL the server. The platform is another machine and has its space.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest

from tests.chaos import oracle
from tests.chaos.school import School, Schools
from tests.houses import NOW
from tests.servers.postgres import PostgresServer

_MIB = 2**20
_PAGE = ("clean", "!disparagement", "!hate", "clean")


@pytest.mark.parametrize("schools", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(6))
def test_a_full_disk_of_ours(schools: Schools, seed: int) -> None:
    with schools.another(f"full-{seed}") as school:
        _post_much(school, 120, letters=200)
        limit = Random(seed).randint(4096, 400_000)
        ended = school.run(school.order("scan", {"page": "p", "depth": "recent"}, file_limit=limit))
        assert (ended.refused, "full or failing" in ended.words) == ("StoreProblem", True), (limit, ended)
        _nothing_partial_and_all_made_up(school)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_a_full_disk_of_the_server(own_schools: Schools, cluster: PostgresServer, seed: int) -> None:
    with own_schools.another(f"starved-{seed}") as school:
        _post_much(school, 400, letters=3500)
        with _starved(cluster, Random(seed).randint(_MIB + 32 * 1024, _MIB + 256 * 1024)):
            ended = school.scan()
        assert (ended.refused, "full or failing" in ended.words) == ("StoreProblem", True), ended
        _nothing_partial_and_all_made_up(school)


def _nothing_partial_and_all_made_up(school: School) -> None:
    oracle.expect_always(school)
    school.later(20)
    assert school.scan().done["status"] == "done"
    oracle.expect_settled(school)


def _post_much(school: School, number: int, *, letters: int) -> None:
    school.board.behave(batch=max(30, number // 4), rewrites=False)
    school.board.post_all(
        (f"c{n:04}", f"{_PAGE[n % 4]} {n} {'x' * letters}", NOW - timedelta(minutes=2 * number - n))
        for n in range(number)
    )


@contextmanager
def _starved(cluster: PostgresServer, limit: int) -> Iterator[None]:
    """None of the server's files may grow beyond `limit` bytes; a file of its log holds one MiB and has to fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    cluster.stop()
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        cluster.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    yield
    cluster.restart()
