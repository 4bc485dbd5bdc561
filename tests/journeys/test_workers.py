"""A district: a clock and two workers on PostgreSQL, a class blog on a real WordPress, and some of them die."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.journeys.blog import Blog
from tests.journeys.desk import Desk
from tests.journeys.test_wordpress_day import BY
from tests.patience import until
from tests.servers.postgres import PostgresServer, database_of
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server
MANY = 600
"""Comments enough for a page to take some seconds: there is a middle of it in which to die."""

WORDS = ("the beans are up", "You are a disgusting stupid pig and everybody hates you", "we plant the roses on friday")
DOUBLED_SIGNALS = """
    SELECT revision_id FROM signal WHERE name <> 'student_media' GROUP BY revision_id, moderator, name, start, "end" HAVING count(*) > 1
"""  # a comment may well have two pictures
LEDGER = "SELECT status FROM run ORDER BY id"
PATIENCE = 60

Process = subprocess.Popen[bytes]


@pytest.fixture
def blog(wordpress: WordPressServer) -> Blog:
    """A class blog on which many have written."""
    blog = Blog(wordpress)
    blog.plant([(f"{WORDS[n % 3]} {n}", n) for n in range(1, MANY + 1)])
    return blog


@pytest.fixture
def desk(tmp_path: Path, blog: Blog, postgres: PostgresServer) -> Desk:
    """A district, set up as the README says."""
    secrets = {"GARDEN": blog.server.secret(), "HALLMONITOR_DATABASE_URL": postgres.make_database()}
    desk = Desk(tmp_path / "home", tmp_path / "school", secrets)
    desk.must("init", str(desk.config), answers=f"Garden School\nAmerica/Los_Angeles\n{BY}\nP. Principal\n")
    (desk.config / "classes" / "garden.yaml").write_text(
        "id: garden\ntitle: Garden\nsite: garden-school\nteacher: okafor@garden.example\nconnector: wordpress\n"
        f"url: {blog.server.url}\ncredentials: env:GARDEN\nschedule: every 24 hours\n"
    )
    desk.must("pages", "apply")
    return desk


def count(desk: Desk, rows: str) -> int:
    ((number,),) = desk.ask(f"SELECT count(*) FROM {rows}")
    return int(number)


def is_in_the_middle(desk: Desk) -> bool:
    """Some of the page is scored and most of it is not."""
    return 0 < count(desk, "revision WHERE scoring = 'scored'") < MANY / 2 and desk.ask(LEDGER)[-1] == ("running",)


def who_is_at_work(desk: Desk, postgres: PostgresServer, workers: list[Process]) -> Process:
    """The worker whose connection holds the page's lock."""
    database = database_of(desk.database)
    ((port,),) = postgres.sql(
        "SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        f" WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND a.datname = '{database}'"
    )
    (found,) = (w for w in workers if port in {c.laddr.port for c in psutil.Process(w.pid).net_connections("tcp")})
    return found


def half_a_minute_passes(desk: Desk) -> None:
    """Without a sign of life from whoever has taken the job: what a clock waits for before it gives the job to another."""
    desk.ask(
        "UPDATE procrastinate.procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        " WHERE id IN (SELECT worker_id FROM procrastinate.procrastinate_jobs WHERE status = 'doing')"
    )


def everything_is_there_once(desk: Desk) -> None:
    comments = count(desk, "comment")
    assert comments >= MANY
    assert count(desk, "(SELECT DISTINCT external_index FROM comment) AS c") == comments
    assert desk.ask("SELECT count(*), count(DISTINCT comment_id), max(number) FROM revision") == [
        (comments, comments, 1)
    ]
    assert count(desk, "revision WHERE scoring <> 'scored' OR flagged IS NULL") == 0
    assert desk.ask(DOUBLED_SIGNALS) == []
    assert count(desk, "flag") == count(desk, "(SELECT DISTINCT revision_id FROM flag) AS f") >= MANY / 3


def end_all(processes: list[Process]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(20) for process in processes] == [0] * len(processes)


def test_a_worker_is_killed_in_the_middle_of_a_page_and_the_other_goes_on_from_there(
    desk: Desk, blog: Blog, postgres: PostgresServer
) -> None:
    with desk.on_duty("clock", "worker", "worker") as (clock, *workers):
        until(lambda: is_in_the_middle(desk), PATIENCE)
        dead = who_is_at_work(desk, postgres, workers)
        dead.kill()
        dead.wait()
        assert count(desk, "revision WHERE scoring = 'scored'") < count(desk, "comment")
        assert [run["status"] for run in desk.must("runs", "--json").json] == ["running"]
        half_a_minute_passes(desk)
        with desk.on_duty("clock") as (second_clock,):  # it rings at once, beside the first
            until(lambda: desk.ask(LEDGER) == [("failed",), ("done",)], PATIENCE)
            until(lambda: count(desk, "procrastinate.procrastinate_jobs") == 0)
            everything_is_there_once(desk)
            (done, interrupted) = desk.must("runs", "--json").json
            assert interrupted["error"].startswith("interrupted")
            assert done["fetched"] < count(desk, "comment")

            id, flag = next((id, flag) for id, flag in desk.queue().items() if flag["severity"] != "critical")
            assert desk.must("decide", flag["flag"], "--hide", "--by", BY, "--json").json["action_state"] == "done"
            assert blog.status(id) == "hold"
            end_all([clock, second_clock, *(w for w in workers if w is not dead)])
    assert desk.ask(LEDGER) == [("failed",), ("done",)]
    said = desk.said.read_text()
    assert "Traceback" not in said
    assert "Thistle" not in said


def test_whoever_is_asked_to_end_in_the_middle_of_a_page_ends_at_once_and_the_next_makes_it_up(
    desk: Desk, blog: Blog
) -> None:
    with desk.on_duty("clock", "worker") as processes:
        until(lambda: is_in_the_middle(desk), PATIENCE)
        end_all(processes)
    assert desk.ask(LEDGER) == [("running",)]
    assert count(desk, "revision WHERE scoring = 'unscored'") > 0
    assert count(desk, "procrastinate.procrastinate_jobs WHERE status = 'doing'") == 0
    with desk.on_duty("clock", "clock", "worker", "worker") as processes:
        until(lambda: desk.ask(LEDGER) == [("failed",), ("done",)], PATIENCE)
        everything_is_there_once(desk)
        id, flag = next((id, flag) for id, flag in desk.queue().items() if flag["severity"] != "critical")
        blog.server.fault("503")
        assert desk.must("decide", flag["flag"], "--hide", "--by", BY, "--json").json["action_state"] == "pending"
        blog.server.fault(None)
        desk.ask("UPDATE action SET next_try = created")
        with desk.on_duty("clock"):  # it rings at once: nobody here waits for the others' next minute
            until(lambda: blog.status(id) == "hold", PATIENCE)
        end_all(processes)
