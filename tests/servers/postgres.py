"""A real PostgreSQL on loopback for the tests: Debian's package, a cluster of its own in one folder.

By hand: `python -m tests.servers.postgres DIR PORT`, which prints the address of an empty database and runs until it is interrupted.
It runs as `nobody` where the tests run as root; the machine's own clusters are not touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from tests.servers.debian import Server, StartError, end, install
from tests.servers.running import by_hand, made_for_nobody, run, spawn

PACKAGES = ("postgresql",)
PASSWORD = "only-on-loopback"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # a killed process loses nothing by it, and the machine is not killed
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "on",
    "log_statement": "none",
}
_ROLE = "hallmonitor"


class PostgresServer(Server):
    """One cluster in `folder` (short, and reachable for `nobody`) on 127.0.0.1:`port`, with one user of our own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._desk: psycopg.Connection[tuple[object, ...]] | None = None
        """The administrator's connection: to make one takes longer than most of what is said on it."""

    def start(self) -> None:
        """Install what is missing, and start. Raises `StartError`."""
        if _programs() is None:
            install(PACKAGES)
        made_for_nobody(self.folder)
        if not (self.folder / "data").exists():
            self._make()
        log = self.folder / "log"
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        self._process = spawn([_program("postgres"), *place, *options], self.folder, log)
        self._wait(log)

    def stop(self) -> None:
        """End the server, and no other."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        if self._process is not None:
            self._process.send_signal(2)  # "fast": no waiting for those who are connected
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                end(self._process.pid)
                self._process.wait()
            self._process = None

    def restart(self) -> None:
        """What an update of the server does in the middle of the day: every connection is cut."""
        self.stop()
        self.start()

    def url(self, database: str) -> str:
        """The address of a database, as HALLMONITOR_DATABASE_URL wants it."""
        return f"postgresql://{_ROLE}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make_database(self, template: str = "template0") -> str:
        """A new database, empty or a copy of another to which nobody is connected; its address."""
        name = f"hm{next(self._numbers)}"
        self.copy_database(template, name)
        return self.url(name)

    def copy_database(self, template: str, name: str) -> None:
        """A copy of a database to which nobody is connected. File by file: its pages one by one take half as long again."""
        self.sql(f"CREATE DATABASE {name} OWNER {_ROLE} TEMPLATE {template} STRATEGY FILE_COPY")

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.sql(f"DROP DATABASE IF EXISTS {database_of(url)} WITH (FORCE)")

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What the server's administrator does."""
        if database != "postgres":
            with self.administrator(database) as connection:
                return _answer(connection, statement)
        if self._desk is None:
            self._desk = self._connect(database)
        return _answer(self._desk, statement)

    @contextmanager
    def administrator(self, database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """The administrator's connection to a database, for more than one statement."""
        with self._connect(database) as connection:
            yield connection

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True)

    def _make(self) -> None:
        how = "--encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 --no-sync --wal-segsize=1"
        run([_program("initdb"), "-D", str(self.folder / "data"), "-U", "postgres", *how.split()], self.folder)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                with self.administrator("postgres") as connection:
                    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (_ROLE,)).fetchone():
                        connection.execute(f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{PASSWORD}'".encode())
                return
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise StartError(f"PostgreSQL does not run: {log.read_text()[-400:]}") from None
                time.sleep(0.05)


def _answer(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> list[tuple[object, ...]]:
    cursor = connection.execute(statement.encode())
    return cursor.fetchall() if cursor.description else []


def database_of(url: str) -> str:
    """The name of the database in an address."""
    return url.rpartition("/")[2].partition("?")[0]


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _program(name: str) -> str:
    folder = _programs()
    if folder is None:
        raise StartError("the package postgresql brought no server")
    return str(folder / name)


def _told(server: PostgresServer) -> list[str]:
    return [f"HALLMONITOR_DATABASE_URL={server.make_database()}"]


if __name__ == "__main__":
    sys.exit(by_hand(PostgresServer, _told))
