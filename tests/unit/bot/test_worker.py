from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot import decisions, pages, worker
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.house import House, page_lock
from bot.jobs import JOBS
from bot.store import StoreProblem
from bot.telemetry import start_logging
from connectors.http_budget import Pace, budget_of
from tests.houses import ADMIN, NOW, PAGE, Town, flagged, lived_through, rows
from tests.patience import until
from tests.servers.postgres import PostgresServer, database_of

SCAN = next(job for job in JOBS if job.name == "scan")
CANARY = "Zyzzogeton quokkabranch"
WAITING = "SELECT status, args, lock, queueing_lock, attempts FROM procrastinate.procrastinate_jobs ORDER BY id"
MARK = "SELECT obj_description('procrastinate'::regnamespace::oid, 'pg_namespace')"
RINGS = "SELECT count(*) FROM procrastinate.procrastinate_jobs"


def clock(town: Town, now: datetime = NOW) -> House:
    """The house of the process that rings."""
    return replace(town.open(), clock=lambda: now)


def change(town: Town, statement: str) -> None:
    with town.house.store.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL search_path TO public, procrastinate")
        connection.exec_driver_sql(statement)


@contextmanager
def at_work(town: Town, house: House | None = None) -> Iterator[threading.Thread]:
    """A worker in a thread of its own; it ends with the block."""
    house = house or clock(town)
    thread = threading.Thread(target=lambda: asyncio.run(worker.work(house, pages_at_once=2)))
    thread.start()
    try:
        yield thread
    finally:
        house.stopping.set()
        thread.join(60)
        house.store.engine.dispose()
    assert not thread.is_alive()


def leave_dead(town: Town, *, seconds: int = 60) -> None:
    """The one waiting ring, as a worker leaves it that took it and was killed so many seconds ago."""
    change(
        town,
        "WITH dead AS (INSERT INTO procrastinate.procrastinate_workers (last_heartbeat)"
        f" VALUES (now() - interval '{seconds} seconds') RETURNING id)"
        " UPDATE procrastinate.procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)",
    )


def test_what_is_rung_is_done_once_and_nothing_of_it_is_kept(district: Town) -> None:
    district.platform.post("1", "!threat")
    ring = worker.make_clock(clock(district))
    with at_work(district), at_work(district):
        for _ in range(3):
            ring(SCAN)
        until(lambda: rows(district, "SELECT status FROM run") == [("done",)])
        until(lambda: rows(district, RINGS) == [(0,)])
        ring(SCAN)
    assert rows(district, "SELECT status FROM run") == [("done",)]
    assert rows(district, "SELECT count(*) FROM flag") == [(1,)]
    assert rows(district, RINGS) == [(0,)]


def test_a_decision_is_carried_out_and_old_words_are_erased_at_the_clocks_ring(district: Town) -> None:
    flag = flagged(district)
    change(district, "UPDATE revision SET found = found - interval '40 days'")
    district.platform.post("2", "clean")
    district.scan()
    change(district, "UPDATE revision SET found = found - interval '40 days'")
    decisions.decide(district.house, flag, ADMIN, Choice.HIDE, NOW, note="", os_user="tester")
    lived_through(district, NOW)
    ring = worker.make_clock(clock(district, NOW + timedelta(minutes=1)))
    with at_work(district, clock(district, NOW + timedelta(minutes=1))):
        for job in JOBS:
            ring(job)
        until(lambda: rows(district, "SELECT state FROM action") == [("done",)])
        until(lambda: rows(district, "SELECT count(*) FROM revision WHERE text_sealed IS NULL") == [(1,)])
    assert district.state("1") == "held"


def test_only_one_ring_waits_for_a_page_however_often_and_by_whomever_it_is_rung(district: Town) -> None:
    rings = [worker.make_clock(clock(district)) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(ring, SCAN) for ring in rings * 4]:
            done.result()
    assert rows(district, WAITING) == [("todo", {"page": "p"}, "p", "scan:p", 0)]


def test_hosts_have_their_turns_so_that_one_with_many_pages_holds_up_no_other(district: Town) -> None:
    many = {f"a{number}": "https://blogs.example/" for number in range(3)} | {"z": "https://elsewhere.example/"}
    for id, url in many.items():
        text = PAGE.replace("id: p", f"id: {id}").replace("url: memory", f"url: {url}")
        pages.apply_pages(district.house, [district.write_page(text, id)], NOW)
    worker.make_clock(clock(district))(SCAN)
    waiting = [lock for _, _, lock, *_ in rows(district, WAITING)]
    assert set(waiting[:3]) == {"a0", "p", "z"}
    assert waiting[3:] == ["a1", "a2"]


def test_workers_share_what_a_host_may_be_asked(district: Town) -> None:
    change(
        district,
        "INSERT INTO procrastinate.procrastinate_workers (last_heartbeat) SELECT now() FROM generate_series(1, 3)",
    )
    budget = budget_of("https://blogs.example/", Pace(50, at_once=1))

    def fastest_of_ten() -> float:
        gaps = []
        for _ in range(10):
            began = time.monotonic()
            for _ in range(2):
                with budget.turn():
                    pass
            gaps.append(time.monotonic() - began)
        return min(gaps)

    assert fastest_of_ten() < 0.06
    with at_work(district):
        until(lambda: fastest_of_ten() > 0.07)  # at four the second question waits at least 0.08 s, behind the first


def test_a_ring_holds_page_ids_and_nothing_else(district: Town) -> None:
    flagged(district, f"!threat {CANARY}", author="Thistle")
    pages.apply_pages(district.house, [district.write_page(PAGE.replace("id: p", "id: q"), "q")], NOW)
    ring = worker.make_clock(clock(district, NOW + timedelta(days=40)))
    for job in JOBS:
        ring(job)
    found = rows(district, "SELECT args FROM procrastinate.procrastinate_jobs")
    assert {json.dumps(args) for (args,) in found} == {'{"page": "p"}', '{"page": "q"}'}
    for table in ("jobs", "events", "workers", "periodic_defers"):
        (everything,) = rows(
            district, f"SELECT coalesce(json_agg(t)::text, '') FROM procrastinate.procrastinate_{table} t"
        )
        assert not any(secret in str(everything) for secret in ("quokkabranch", "Thistle", "threat"))


def test_the_ring_of_a_dead_worker_is_done_by_another(district: Town) -> None:
    ring = worker.make_clock(clock(district))
    ring(SCAN)
    leave_dead(district)
    ring(next(job for job in JOBS if job.name == "carry_out"))
    assert rows(district, "SELECT status, attempts FROM procrastinate.procrastinate_jobs") == [("todo", 1)]
    with at_work(district):
        until(lambda: rows(district, "SELECT status FROM run") == [("done",)])


def test_where_a_ring_waits_already_it_takes_the_place_of_the_dead_one(district: Town) -> None:
    ring = worker.make_clock(clock(district))
    ring(SCAN)
    leave_dead(district)
    ring(SCAN)
    assert rows(district, WAITING) == [("todo", {"page": "p"}, "p", "scan:p", 0)]
    with at_work(district):
        until(lambda: rows(district, "SELECT status FROM run") == [("done",)])
        until(lambda: rows(district, RINGS) == [(0,)])


def test_the_ring_of_a_worker_that_lives_is_left_to_it(district: Town) -> None:
    ring = worker.make_clock(clock(district))
    ring(SCAN)
    leave_dead(district, seconds=15)
    ring(SCAN)
    found = rows(district, "SELECT status FROM procrastinate.procrastinate_jobs ORDER BY id")
    assert found == [("doing",), ("todo",)]


def test_two_clocks_that_free_the_same_dead_worker_do_no_harm(district: Town) -> None:
    rings = [worker.make_clock(clock(district)) for _ in range(2)]
    rings[0](SCAN)
    leave_dead(district)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(ring, SCAN) for ring in rings]:
            done.result()
    assert rows(district, WAITING) == [("todo", {"page": "p"}, "p", "scan:p", 0)]


def test_the_engines_tables_are_made_anew_by_another_version_and_left_alone_by_the_same(district: Town) -> None:
    worker.make_clock(clock(district))(SCAN)
    worker.prepare(district.house.store)
    assert rows(district, RINGS) == [(1,)]
    (ours,) = rows(district, MARK)
    change(district, "COMMENT ON SCHEMA procrastinate IS 'procrastinate 0.1'")
    change(district, "DROP TABLE procrastinate.procrastinate_periodic_defers CASCADE")
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(worker.prepare, district.house.store) for _ in range(3)]:
            done.result()
    assert rows(district, MARK) == [ours]
    assert rows(district, RINGS) == [(0,)]
    worker.make_clock(clock(district))(SCAN)
    with at_work(district):
        until(lambda: rows(district, "SELECT status FROM run") == [("done",)])


def test_sqlite_is_told_what_to_do_instead(tmp_path: Path) -> None:
    with Town(tmp_path) as town, pytest.raises(Advice, match="hallmonitor serve"):
        worker.prepare(town.house.store)


def test_a_user_who_may_make_no_schema_is_told_so_and_nothing_is_printed_of_the_password(
    district: Town, postgres: PostgresServer
) -> None:
    database = database_of(district.environment.database_url)
    change(district, "DROP SCHEMA procrastinate CASCADE")
    postgres.sql(f"ALTER DATABASE {database} OWNER TO postgres")
    with pytest.raises(StoreProblem, match="let its user make schemas") as told:
        worker.prepare(district.house.store)
    assert "only-on-loopback" not in str(told.value)


def test_a_worker_waits_for_a_database_that_is_restarted_and_goes_on(district: Town, postgres: PostgresServer) -> None:
    ring = worker.make_clock(clock(district))
    with at_work(district) as thread:
        ring(SCAN)
        until(lambda: rows(district, RINGS) == [(0,)])
        postgres.restart()
        later = worker.make_clock(clock(district, NOW + timedelta(days=1)))
        later(SCAN)
        until(lambda: rows(district, RINGS) == [(0,)], 60)
        assert thread.is_alive()
    assert rows(district, "SELECT status FROM run") == [("done",)]


def test_a_worker_that_waits_for_its_database_still_ends_when_it_is_asked_to(
    district: Town, postgres: PostgresServer
) -> None:
    house = clock(district)
    with at_work(district, house) as thread:
        until(lambda: rows(district, "SELECT count(*) FROM procrastinate.procrastinate_workers") == [(1,)])
        postgres.stop()
        try:
            thread.join(1)
            assert thread.is_alive()
            house.stopping.set()
            thread.join(15)
            assert not thread.is_alive()
        finally:
            postgres.start()


def test_what_a_story_says_as_it_breaks_is_printed_and_logged_nowhere(
    district: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> NoReturn:
        broke.set()
        raise ValueError(CANARY)

    broke = threading.Event()
    start_logging(verbose=True)
    ring = worker.make_clock(clock(district))
    with at_work(district, replace(clock(district), clock=broken)):
        ring(SCAN)
        assert broke.wait(30)
        until(lambda: rows(district, RINGS) == [(0,)])
    said = capfd.readouterr()
    assert "event=job_failed" in said.err
    assert "error=ValueError" in said.err
    assert "quokkabranch" not in said.out + said.err + caplog.text
    assert "procrastinate" not in said.out + said.err + caplog.text


def test_a_ring_that_a_living_worker_has_forgotten_is_freed_two_minutes_later(district: Town) -> None:
    """What procrastinate leaves where it could not write that a job has ended: nobody is at the page, and nothing more comes of it.

    A job that has just begun is not asked for: the question takes the page's lock, and its worker would leave the page.
    """
    ring = worker.make_clock(clock(district))
    ring(SCAN)
    leave_dead(district, seconds=1)
    ring(SCAN)
    ring(SCAN)
    assert [status for status, *_ in rows(district, WAITING)] == ["doing", "todo"]
    with page_lock(district.open(), "p"):  # somebody is at it: nothing is freed
        ring(SCAN)
    ring(SCAN)
    assert [status for status, *_ in rows(district, WAITING)] == ["doing", "todo"]
    ring(SCAN)
    assert [status for status, *_ in rows(district, WAITING)] == ["todo"]
