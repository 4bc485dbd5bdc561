"""A person at a terminal: runs the real `hallmonitor` as a process of its own, in a home folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

    def run(self, *arguments: str, answers: str | None = None, before: Callable[[], None] | None = None) -> Answer:
        """Run one command to its end; `before` is called in the new process first."""
        done = subprocess.run(
            [str(COMMAND), "--config", str(self.config), *arguments],
            env=self.environment, cwd=self.home.parent, input=answers, stdin=subprocess.DEVNULL if answers is None else None,
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
        """`queue --json` by the platform's comment id."""
        return {flag["comment"].rpartition(":")[2]: flag for flag in self.must("queue", "--json").json}

    def everything_written(self) -> bytes:
        """Every byte below the home folder: database, journal, logs, state."""
        return b"\n".join(file.read_bytes() for file in sorted(self.home.rglob("*")) if file.is_file())
