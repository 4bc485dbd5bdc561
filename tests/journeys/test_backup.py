"""The operator's bad day at the terminal: the machine is lost, and the school goes on with last night's backup."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import serve
from bot.settings import Environment
from tests.journeys.desk import COMMAND, Desk
from tests.servers.postgres import PostgresServer

ADMIN = "reyes@roosevelt.example"


@pytest.fixture
def school(database: str | None, request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A school in its first days, on SQLite and on PostgreSQL."""
    if database is None:
        desk: Desk = request.getfixturevalue("desk")
        return desk
    desk = Desk(tmp_path / "home", secrets={"HALLMONITOR_DATABASE_URL": database})
    for arguments in (["init"], ["pages", "apply"], ["scan", "sample-biology"]):
        desk.must(*arguments)
    return desk


@contextmanager
def on_duty(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """`serve` in a process of its own."""
    arguments = [str(COMMAND), "--config", str(desk.config), "serve"]
    service = subprocess.Popen(arguments, env=desk.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert service.stderr is not None
        assert "on duty" in service.stderr.readline()
        yield service
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)


def test_the_machine_is_lost_and_the_school_goes_on_with_the_backup(
    school: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    waiting = school.queue()
    school.must("decide", waiting.pop("sample-biology-15")["flag"], "--hide", "--by", ADMIN)
    said = school.must("backup", "backups", "--keep", "3", "--json").json
    folder = said["folder"]
    assert (said["evidence"], said["keys"], said["removed"], said["unfinished"]) == ("whole", True, [], [])
    assert said["rows"]["comment"] >= len(waiting)
    assert Path(folder).parent == tmp_path / "backups"

    shutil.rmtree(school.home)
    if url := school.secrets.get("HALLMONITOR_DATABASE_URL"):
        server: PostgresServer = request.getfixturevalue("postgres")
        server.drop_database(url)
        school.secrets["HALLMONITOR_DATABASE_URL"] = server.make_database()
    told = school.must("restore", folder).out
    assert "every row is there, the keys fit, the evidence is whole" in told.lower()
    assert school.queue() == waiting
    assert {(page["status"], page["flagged"]) for page in school.scan("sample-biology").values()} == {("done", 0)}
    school.must("decide", waiting.popitem()[1]["flag"], "--hide", "--by", ADMIN)


def test_a_service_on_duty_is_backed_up_and_never_restored_over(desk: Desk) -> None:
    with on_duty(desk):
        told = desk.must("backup", "backups", "--without-keys").out
        folder = told.splitlines()[0].removeprefix("Backup: ")
        answer = desk.run("restore", folder, "--replace")
    assert "every row is there, the keys fit, the evidence is whole" in told
    assert not (Path(folder) / "keys").exists()
    assert (answer.code, "stop `hallmonitor serve`" in answer.err) == (2, True), answer


def test_a_backup_that_is_killed_is_no_backup(postgres: PostgresServer, tmp_path: Path) -> None:
    """The dump is made to wait, and everything is killed in the midst of it."""
    school = Desk(tmp_path / "home", secrets={"HALLMONITOR_DATABASE_URL": postgres.make_database()})
    serve.set_up(Environment.read(school.config, school.environment))
    slow = tmp_path / "slow" / "pg_dump"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec {shutil.which("pg_dump")} "$@"\nexec sleep 60\n')
    slow.chmod(0o755)
    school.secrets["PATH"] = f"{slow.parent}:{school.environment['PATH']}"
    arguments = [str(COMMAND), "backup", "backups"]
    process = subprocess.Popen(arguments, env=school.environment, cwd=tmp_path, start_new_session=True)
    while not (begun := list(tmp_path.glob("backups/*"))):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    answer = school.run("restore", str(begun[0]), "--replace")
    assert (answer.code, "interrupted while it was made" in answer.err) == (2, True), answer


def test_a_full_disk_says_so_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    """No file of the process may grow beyond a size: what a full disk is to it."""

    def no_more_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    answer = desk.run("backup", "backups", before=no_more_space)
    assert (answer.code, "full or failing" in answer.err) == (2, True), answer
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["restore", "home"], "is no backup"), (["backup", "backups", "--keep", "0"], "--keep")],
)
def test_wrong_use_is_one_clear_message_and_exit_2(desk: Desk, arguments: list[str], words: str) -> None:
    answer = desk.run(*arguments)
    assert (answer.code, words in answer.err, "Traceback" in answer.err) == (2, True, False), answer
