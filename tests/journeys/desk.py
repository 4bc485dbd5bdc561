"""A person at a terminal: runs the real `hallmonitor` as a process of its own, in a home folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.store.databases import make_engine
from tests.journeys.nursery import nursery

COMMAND = Path(sys.executable).with_name("hallmonitor")
ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What the command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass
class Desk:
    """One school's terminal. `secrets` are environment variables of its class pages."""

    home: Path
    config: Path = ROOT / "config"
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The process's variables: ours, and nothing of the developer's own Hallmonitor."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HALLMONITOR")}
        return kept | {"HALLMONITOR_HOME": str(self.home)} | self.secrets

    @property
    def database(self) -> str:
        """The address of its database: the file in the home folder, unless a secret names another."""
        return self.secrets.get("HALLMONITOR_DATABASE_URL", f"sqlite:///{self.home}/hallmonitor.db")

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """What stands in the database; or a change in it, behind everybody's back."""
        engine = make_engine(self.database)
        try:
            with engine.begin() as connection:
                found = connection.exec_driver_sql(statement)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()  # a copy of a database can be made only while nobody is connected to it

    @contextmanager
    def on_duty(self, *commands: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """A process for each of these commands; whatever of them still runs at the block's end is killed.

        What they say stands in `said`, a file beside the home folder. Ctrl-C reaches them as at a terminal, also where the tests run
        in the background of a shell, which lets everything there ignore it.
        """
        with self.said.open("ab") as said:
            running = [
                subprocess.Popen(
                    ["env", "--default-signal=INT", str(COMMAND), "--config", str(self.config), "--verbose", *command.split()],
                    env=self.environment, cwd=self.home.parent, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                )
                for command in commands
            ]  # fmt: skip
        try:
            yield running
        finally:
            for process in running:
                process.kill()
                process.wait()

    @property
    def said(self) -> Path:
        """What the processes on duty have printed."""
        return self.home.parent / "said"

    def run(self, *arguments: str, answers: str | None = None, before: Callable[[], None] | None = None) -> Answer:
        """Run one command to its end, forked from the nursery; with `before`, which is called in the new process first, by itself."""
        words = [str(COMMAND), "--config", str(self.config), *arguments]
        if before is None:
            return Answer(*nursery().run(words, self.environment, self.home.parent, answers))
        done = subprocess.run(
            words, env=self.environment, cwd=self.home.parent, input=answers, stdin=subprocess.DEVNULL if answers is None else None,
            preexec_fn=before, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: str, answers: str | None = None) -> Answer:
        """Run one command that has to succeed."""
        answer = self.run(*arguments, answers=answers)
        assert answer.code == 0, (arguments, answer)
        return answer

    def scan(self, *pages: str) -> dict[str, dict[str, Any]]:
        """`scan --json`: what became of each page."""
        return {page["page"]: page for page in self.run("scan", *pages, "--json").json["pages"]}

    def queue(self) -> dict[str, dict[str, Any]]:
        """`queue --json` of the school's first administrator by the platform's comment id: without a name nothing restricted is told."""
        people = yaml.safe_load((self.config / "people.yaml").read_text())["people"]
        by = next(person["email"] for person in people if "administrator" in person["roles"])
        waiting = self.must("queue", "--by", by, "--limit", "100000", "--json").json
        return {flag["comment"].rpartition(":")[2]: flag for flag in waiting}

    def everything_written(self) -> bytes:
        """Every byte below the home folder: database, journal, logs, state."""
        return b"\n".join(file.read_bytes() for file in sorted(self.home.rglob("*")) if file.is_file())
