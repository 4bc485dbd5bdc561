"""Trouble with a district's PostgreSQL: each is one clear message and exit code 2, with no traceback and no password in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.journeys.desk import Answer, Desk
from tests.servers.postgres import PASSWORD, PostgresServer, database_of

ADMIN = "reyes@roosevelt.example"


def refused(answer: Answer, words: str) -> bool:
    """Whether that is what was said, and all that was said."""
    assert answer.code == 2, answer
    assert answer.err.count("error: ") == len(answer.err.splitlines()) == 1, answer
    for secret in ("Traceback", PASSWORD, "wrong-password"):
        assert secret not in answer.out + answer.err
    return words in answer.err


@contextmanager
def another_address(desk: Desk, address: str) -> Iterator[None]:
    """HALLMONITOR_DATABASE_URL says something else for a while."""
    right = desk.database
    desk.secrets["HALLMONITOR_DATABASE_URL"] = address
    yield
    desk.secrets["HALLMONITOR_DATABASE_URL"] = right


def test_a_locked_table_says_so_and_loses_nothing(district: Desk) -> None:
    before = district.queue()
    flag = before["sample-biology-15"]["flag"]
    with psycopg.connect(district.database) as other:
        other.execute("LOCK TABLE run, flag IN EXCLUSIVE MODE")
        with another_address(district, f"{district.database}?options=-c%20lock_timeout%3D500ms"):
            for command in (["scan", "--json"], ["decide", flag, "--clear", "--by", ADMIN]):
                assert refused(district.run(*command), "locked by another program")
        other.rollback()
    assert district.queue() == before


def test_a_read_only_database_can_be_read_and_says_so_when_it_cannot_be_written(
    district: Desk, postgres: PostgresServer
) -> None:
    before = district.queue()
    postgres.sql(f"ALTER DATABASE {database_of(district.database)} SET default_transaction_read_only = on")
    assert district.queue() == before
    assert refused(district.run("scan", "--json"), "read-only")
    postgres.sql(f"ALTER DATABASE {database_of(district.database)} RESET default_transaction_read_only")
    assert district.queue() == before


def test_a_server_that_is_stopped_says_so_and_the_next_command_finds_everything(
    district: Desk, postgres: PostgresServer
) -> None:
    before = district.queue()
    postgres.stop()
    try:
        for command in ("queue", "clock", "worker", "init"):
            assert refused(district.run(command), "does not answer")
    finally:
        postgres.start()
    assert district.queue() == before


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (PASSWORD, "wrong-password", "refuses the password"),
        (f":{PASSWORD}@", "@", "refuses the password"),
        ("DATABASE", "nosuchdatabase", "no database of that name"),
        ("hallmonitor:", "nobody:", "refuses the password"),
    ],
)
def test_an_address_that_is_wrong_says_where_to_mend_it(district: Desk, right: str, wrong: str, words: str) -> None:
    right = database_of(district.database) if right == "DATABASE" else right
    with another_address(district, district.database.replace(right, wrong)):
        for command in ("queue", "worker"):
            answer = district.run(command)
            assert refused(answer, words)
            assert "HALLMONITOR_DATABASE_URL" in answer.err


def test_an_empty_database_says_what_to_run_and_a_user_without_rights_who_has_to_own_it(
    district: Desk, postgres: PostgresServer
) -> None:
    empty = postgres.make_database()
    with another_address(district, empty):
        assert refused(district.run("queue"), "hallmonitor init")
    postgres.sql(f"ALTER DATABASE {database_of(empty)} OWNER TO postgres")
    postgres.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database_of(empty))
    with another_address(district, empty):
        assert refused(district.run("init"), "owner of the database")
    postgres.drop_database(empty)


@pytest.mark.parametrize("command", ["clock", "worker"])
def test_a_clock_and_a_worker_need_postgresql_and_say_what_to_run_instead(desk: Desk, command: str) -> None:
    assert refused(desk.run(command), "run `hallmonitor serve`")
