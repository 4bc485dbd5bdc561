"""A real MediaWiki on loopback for the tests: Debian's package on SQLite, with DiscussionTools, and PHP's own web server.

By hand: `python -m tests.servers.mediawiki DIR PORT`, which prints KEY=VALUE lines and runs until it is interrupted.
Everything runs as `nobody` on 127.0.0.1 and lives in one folder; apt is the only download.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.servers.debian import Server, StartError, end, install
from tests.servers.running import by_hand, made_for_nobody, run, spawn

WIKI = Path(__file__).parent / "wiki"
DEBIAN = Path("/usr/share/mediawiki")
PACKAGES = ("php-cli", "php-sqlite3", "php-intl", "php-mbstring", "php-xml", "mediawiki")
PATIENCE_S = 120
TALK = "Talk:Tide pools"
INSTALL = (
    "--dbtype=sqlite --dbname=wiki --scriptpath= --lang=en --skins= --pass=the-installer-wants-one"
    " --extensions=Linter,DiscussionTools,VisualEditor"
)


class MediaWikiServer(Server):
    """One MediaWiki in `folder` (reachable for `nobody`) on 127.0.0.1:`port`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.passwords: Mapping[str, str] = {}
        self.revisions: Mapping[str, int] = {}
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Install what is missing, plant the seed, and start. Raises `StartError`."""
        install(PACKAGES)
        made_for_nobody(self.folder)
        if not (self.folder / "facts.json").exists():
            self._plant()
        facts = json.loads((self.folder / "facts.json").read_text())
        self.passwords, self.revisions = facts["passwords"], facts["revisions"]
        quick = ["-d", "display_errors=0", "-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0"]
        serve = ["-S", f"127.0.0.1:{self.port}", "-t", str(DEBIAN), str(WIKI / "router.php")]
        self._running = spawn(["php", *quick, *serve], self.folder, self.folder / "php.log", self._environment())
        self._wait()

    def stop(self) -> None:
        """End the processes that this server started, and no others."""
        if self._running:
            end(self._running.pid)
            self._running.wait()
            self._running = None

    def reset(self) -> None:
        """Put the planted content back; accounts and passwords stay, sessions end."""
        self.fault(None)
        self.read_only(None)
        self._run("rm", "-rf", str(self.folder / "db"))
        self._run("cp", "-r", str(self.folder / "seed"), str(self.folder / "db"))

    def fault(self, words: str | None) -> None:
        """Let every answer fail: "429 30" is the status and Retry-After; None ends it."""
        self._note("fault", words)

    def read_only(self, reason: str | None) -> None:
        """Let the wiki refuse every write, as during its nightly backup; None ends it."""
        self._note("readonly", reason)

    def play(self, *steps: Mapping[str, object]) -> list[int]:
        """What people do behind our back, as in seed.json. Returns the newest revision of the page after each step."""
        facts = self._play({"steps": [{"page": TALK, **step} for step in steps]})
        return [facts["revisions"][str(step.get("name", f"step {number}"))] for number, step in enumerate(steps)]

    def secret(self, app: str = "Lifeguard@hallmonitor") -> str:
        """The credential as a teacher would paste it."""
        return f"{app}:{self.passwords[app]}"

    def page(self, title: str = TALK) -> str:
        """The address that a browser shows."""
        return f"{self.url}/index.php/{title.replace(' ', '_')}"

    def _plant(self) -> None:
        place = [f"--dbpath={self.folder}/db", f"--confpath={self.folder}", f"--server={self.url}"]
        self._run("rm", "-rf", str(self.folder / "db"), str(self.folder / "LocalSettings.php"))
        script = str(DEBIAN / "maintenance" / "run.php")
        self._run("php", script, "install", *INSTALL.split(), *place, "Tide Pool Wiki", "Ms. Alder", settings=False)
        self._run("sh", "-c", f"echo 'require \"{WIKI}/settings.php\";' >> {self.folder}/LocalSettings.php")
        facts = self._play(json.loads((WIKI / "seed.json").read_text()))
        self._run("cp", "-r", str(self.folder / "db"), str(self.folder / "seed"))
        (self.folder / "facts.json").write_text(json.dumps(facts))

    def _play(self, play: Mapping[str, object]) -> dict[str, dict[str, int]]:
        script = str(DEBIAN / "maintenance" / "run.php")
        answer = self._run("php", "-d", "display_errors=stderr", script, str(WIKI / "play.php"), given=json.dumps(play))
        facts: dict[str, dict[str, int]] = json.loads(answer)
        return facts

    def _environment(self, *, settings: bool = True) -> dict[str, str]:
        known = {"WIKI_FOLDER": str(self.folder), "WIKI_PORT": str(self.port), "PHP_CLI_SERVER_WORKERS": "3"}
        if settings:
            known["MW_CONFIG_FILE"] = str(self.folder / "LocalSettings.php")
        return {"PATH": os.environ["PATH"], **known}

    def _run(self, *command: str, given: str = "", settings: bool = True) -> str:
        return run(command, self.folder, self._environment(settings=settings), given)

    def _note(self, name: str, words: str | None) -> None:
        path = self.folder / name
        if words is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(words)
            path.chmod(0o644)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            if time.monotonic() > deadline or self._running is None or self._running.poll() is not None:
                raise StartError(f"php does not run: {(self.folder / 'php.log').read_text()[-400:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api.php?format=json", timeout=30, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def _told(server: MediaWikiServer) -> list[str]:
    secrets = (f"{app.replace('@', '_').upper()}_SECRET='{server.secret(app)}'" for app in server.passwords)
    return [f"URL={server.page()}", *secrets]


if __name__ == "__main__":
    sys.exit(by_hand(MediaWikiServer, _told))
