"""PostgreSQL's own client programs. No password stands on a command line: whoever lists the processes would read it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import psycopg
from psycopg.conninfo import make_conninfo

from bot.backup.manifest import NotABackup
from bot.domain.errors import Advice
from bot.store import StoreProblem
from bot.store.databases import BUSY_SECONDS

_SECRET = ("password", "sslpassword")


def dump(server: psycopg.ConnectionInfo, snapshot: str, schema: str, target: Path) -> None:
    """Write a dump of a schema as a snapshot shows it, into a file that its owner alone can read.

    Raises:
        Advice: pg_dump is missing or older than the server.
        StoreProblem: it failed.
    """
    environment = _environment(server)
    program = _program("pg_dump", environment, at_least=server.server_version // 10_000)
    address = {name: value for name, value in server.get_parameters().items() if name not in _SECRET}
    quoted = schema.replace('"', '""')
    done = subprocess.run(  # noqa: S603  # a program of the PATH, and no shell
        [program, "--format=custom", f"--snapshot={snapshot}", f'--schema="{quoted}"', "--no-owner", "--no-privileges",
         f"--lock-wait-timeout={BUSY_SECONDS * 1000}", "--no-password", f"--file={target}", "--dbname", make_conninfo(**address)],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, umask=0o077,
    )  # fmt: skip
    if done.returncode != 0:
        raise StoreProblem(
            f"pg_dump failed: {_complaint(done.stderr, done.returncode)}; look whether the disk of {target.parent} is full, "
            "and whether the database user may read every table"
        )


@contextmanager
def open_dump(file: Path, schema: str) -> Iterator[Iterator[bytes]]:
    """The lines of the script that makes what a schema held; read it to its end.

    Raises:
        Advice: pg_restore is missing.
        NotABackup: it cannot read the dump to its end.
    """
    environment = {**os.environ, "LC_ALL": "C"}
    arguments = [
        _program("pg_restore", environment),
        "--no-owner",
        "--no-privileges",
        "--no-tablespaces",
        f"--schema={schema}",
        "--file=-",
        str(file),
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  # as above
            arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        with process:
            yield cast("IO[bytes]", process.stdout)
        complaints.seek(0)
        if process.returncode != 0:
            raise NotABackup(
                f"{file} cannot be read: {_complaint(complaints.read(), process.returncode)}; "
                "if it was made by a newer pg_dump, install PostgreSQL's newer client programs, else take another backup"
            )


def _environment(server: psycopg.ConnectionInfo) -> dict[str, str]:
    """Host and port are repeated here for Debian's wrapper, which chooses the version of the program by them."""
    known = {"PGHOST": server.host, "PGPORT": str(server.port), "PGPASSWORD": server.password, "LC_ALL": "C"}
    return {**os.environ, **{name: value for name, value in known.items() if value}}


def _program(name: str, environment: Mapping[str, str], *, at_least: int = 0) -> str:
    wanted = f"version {at_least} or newer" if at_least else "as new as the server's"
    install = f"install PostgreSQL's client programs, {wanted} (Debian, Ubuntu: `apt install postgresql-client`)"
    program = shutil.which(name)
    if program is None:
        raise Advice(f"{name} is not on the PATH; nothing was changed: {install}")
    said = subprocess.run(  # noqa: S603  # as above
        [program, "--version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None or int(found[1]) < at_least:
        raise Advice(f"{name} is of version {found[1] if found else '?'}, and the server of {at_least}: {install}")
    return program


def _complaint(said: bytes, code: int) -> str:
    """The program's own first complaint, without the details behind it: they may hold a row."""
    lines = (line.partition("error: ")[2] for line in said.decode("utf-8", "replace").splitlines())
    return next((line[:200] for line in lines if line), f"it ended with {code}")
