"""What starts Hallmonitor as a service: the Procfile under honcho, and the units for systemd."""

from __future__ import annotations

import signal
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.journeys.desk import COMMAND, ROOT, Desk
from tests.patience import until
from tests.servers.postgres import PostgresServer

UNITS = sorted((ROOT / ".systemd").glob("*.service"))


def test_honcho_starts_a_clock_and_two_workers_and_ends_them_all(tmp_path: Path, postgres: PostgresServer) -> None:
    desk = Desk(tmp_path / "home", secrets={"HALLMONITOR_DATABASE_URL": postgres.make_database()})
    desk.must("init")
    desk.must("pages", "apply")
    with desk.said.open("wb") as said:
        honcho = subprocess.Popen(
            [COMMAND.with_name("honcho"), "start", "-c", "worker=2"],
            cwd=ROOT,
            env=desk.environment,
            stdout=said,
            stderr=said,
        )
    try:
        until(lambda: desk.ask("SELECT status FROM run") == [("done",)] * 3, 60)
        until(lambda: desk.said.read_text().count("A worker is on duty") == 2, 30)
        honcho.send_signal(signal.SIGTERM)
        honcho.wait(30)
    finally:
        honcho.kill()
    words = desk.said.read_text()
    assert [words.count(f"{name} stopped (rc=0)") for name in ("clock.1", "worker.1", "worker.2")] == [1, 1, 1], words
    assert "Traceback" not in words
    assert desk.ask("SELECT count(*) FROM procrastinate.procrastinate_jobs") == [(0,)]


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_of_systemd_starts_a_command_that_exists(file: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    unit.read_string(file.read_text())
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert Path(program).name == COMMAND.name
    known = subprocess.run([str(COMMAND), *arguments, "--help"], capture_output=True, text=True, check=False)
    assert known.returncode == 0, known.stderr
    command = arguments[arguments.index("--verbose") + 1 :]
    assert f"hallmonitor {' '.join(command)}" in known.stdout
    home, *_ = unit["Service"]["Environment"].split()
    assert home == f"HALLMONITOR_HOME=/var/lib/{unit['Service']['StateDirectory']}"
    assert unit["Service"]["Restart"] == "always"


def test_there_is_a_unit_for_each_way_to_run_it() -> None:
    assert [file.name for file in UNITS] == [
        "hallmonitor-channel.service",
        "hallmonitor-clock.service",
        "hallmonitor-worker@.service",
        "hallmonitor.service",
    ]
