"""A real WordPress on loopback for the tests: Debian's package on MariaDB and PHP's own web server.

By hand: `python -m tests.servers.wordpress DIR PORT`, which prints KEY=VALUE lines and runs until it is interrupted.
Everything runs as `nobody` on 127.0.0.1 and lives in one folder; apt is the only download.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import httpx

from tests.servers.debian import Server, StartError, end, install
from tests.servers.running import by_hand, made_for_nobody, run, spawn

SITE = Path(__file__).parent / "site"
DEBIAN = Path("/usr/share/wordpress")
PACKAGES = ("php-cli", "php-mysql", "php-mbstring", "php-xml", "mariadb-server-core", "mariadb-client", "wordpress")
PATIENCE_S = 60
SQL_OPTIONS = (
    "--skip-networking --skip-name-resolve --skip-grant-tables --performance-schema=off --character-set-server=utf8mb4"
    " --innodb-buffer-pool-size=32M --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0"
)
INNODB = ("--innodb-log-file-size=8M", "--innodb-flush-method=nosync", "--innodb-use-native-aio=0")


class WordPressServer(Server):
    """One WordPress in `folder` (short, and reachable for `nobody`) on 127.0.0.1:`port`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.passwords: Mapping[str, str] = {}
        self.posts: Mapping[str, int] = {}
        self.comments: Mapping[str, int] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Install what is missing, start, and plant the seed. Raises `StartError`."""
        install(PACKAGES)
        made_for_nobody(self.folder)
        fresh = not (self.folder / "facts.json").exists()
        if fresh:
            self._lay_out()
        self._start_database()
        if fresh:
            self._plant()
        facts = json.loads((self.folder / "facts.json").read_text())
        self.passwords, self.posts, self.comments = facts["passwords"], facts["posts"], facts["comments"]
        serve = ["-d", "display_errors=0", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{self.port}"]
        self._spawn("php", ["php", *serve, "-t", str(self._www), str(self._www / "router.php")])
        self._wait("php", self._answers)

    def stop(self) -> None:
        """End the processes that this server started, and no others."""
        while self._running:
            _, process = self._running.popitem()
            end(process.pid)
            process.wait()

    def reset(self) -> None:
        """Put the planted content back; accounts and passwords stay."""
        self.fault(None)
        with (self.folder / "seed.sql").open() as dump:
            self._run([*self._sql_command("mariadb"), "site"], dump)

    def fault(self, words: str | None) -> None:
        """Let every REST answer fail: "429 30" is the status and Retry-After; None ends it."""
        path = self.folder / "fault"
        if words is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(words)
            path.chmod(0o644)

    def sql(self, statement: str) -> str:
        """What a visitor or a plug-in does behind our back, as SQL. Returns the rows as text."""
        return self._run([*self._sql_command("mariadb"), "-N", "site", "-e", statement])

    def secret(self, user: str = "gardener") -> str:
        """The credential as a teacher would paste it."""
        return f"{user}:{self.passwords[user]}"

    @property
    def _www(self) -> Path:
        return self.folder / "www"

    def _lay_out(self) -> None:
        shutil.rmtree(self._www, ignore_errors=True)
        plugins = self._www / "wp-content" / "mu-plugins"
        plugins.mkdir(parents=True)
        (self._www / "wp-content" / "themes").mkdir()
        for script in DEBIAN.glob("*.php"):
            shutil.copyfile(script, self._www / script.name)
        shutil.copytree(DEBIAN / "wp-admin", self._www / "wp-admin")
        (self._www / "wp-includes").symlink_to(DEBIAN / "wp-includes")
        shutil.copyfile(SITE / "config.php", self._www / "wp-config.php")
        shutil.copyfile(SITE / "plugin.php", plugins / "hallmonitor-tests.php")
        for name in ("router.php", "seed.php", "seed.json"):
            shutil.copyfile(SITE / name, self._www / name)

    def _start_database(self) -> None:
        data = self.folder / "db"
        place = ["--no-defaults", f"--datadir={data}", *INNODB]
        if not data.exists():
            self._run(["mariadb-install-db", *place, "--auth-root-authentication-method=normal", "--skip-test-db"])
        paths = [f"--socket={self.folder}/db.sock", f"--pid-file={self.folder}/db.pid", f"--tmpdir={self.folder}"]
        self._spawn("mariadb", ["mariadbd", *place, *paths, *SQL_OPTIONS.split()])
        self._wait("mariadb", lambda: self._runs([*self._sql_command("mariadb"), "-e", "select 1"]))

    def _plant(self) -> None:
        create = "drop database if exists site; create database site character set utf8mb4"
        self._run([*self._sql_command("mariadb"), "-e", create])
        facts = self._run(["php", "-d", "display_errors=stderr", str(self._www / "seed.php")])
        (self.folder / "seed.sql").write_text(self._run([*self._sql_command("mariadb-dump"), "site"]))
        (self.folder / "facts.json").write_text(facts)

    def _sql_command(self, program: str) -> list[str]:
        return [program, "--no-defaults", "-S", f"{self.folder}/db.sock", "-u", "root"]

    def _environment(self) -> dict[str, str]:
        site = {"SITE_FOLDER": str(self.folder), "SITE_PORT": str(self.port), "PHP_CLI_SERVER_WORKERS": "3"}
        return {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", **site}

    def _run(self, command: list[str], given: str | IO[str] = "") -> str:
        return run(command, self.folder, self._environment(), given)

    def _runs(self, command: list[str]) -> bool:
        try:
            self._run(command)
        except StartError:
            return False
        return True

    def _spawn(self, name: str, command: list[str]) -> None:
        self._running[name] = spawn(command, self.folder, self.folder / f"{name}.log", self._environment())

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not ready():
            if time.monotonic() > deadline or self._running[name].poll() is not None:
                raise StartError(f"{name} does not run: {(self.folder / f'{name}.log').read_text()[-400:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/?rest_route=/", timeout=10, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def _told(server: WordPressServer) -> list[str]:
    return [f"URL={server.url}", *(f"{user.upper()}_SECRET='{server.secret(user)}'" for user in server.passwords)]


if __name__ == "__main__":
    sys.exit(by_hand(WordPressServer, _told))
