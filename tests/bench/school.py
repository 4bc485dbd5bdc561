"""A school to measure: real store, real policy, real detectors, sample pages; on SQLite or on PostgreSQL."""

from __future__ import annotations

import json
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import pages, serve
from bot.house import House
from bot.settings import Environment
from tests.houses import PEOPLE, TEACHER
from tests.servers.debian import StartError
from tests.servers.fixtures import free_port
from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).parents[2]


class School:
    """One school in a folder. `database` None: SQLite in its home folder."""

    def __init__(
        self,
        folder: Path,
        database: str | None = None,
        plugins: str = "",
        clock: Callable[[], datetime] = lambda: now(),
    ) -> None:
        self.folder, self.clock = folder, clock
        self.config = folder / "config"
        (self.config / "classes").mkdir(parents=True)
        (self.config / "people.yaml").write_text(PEOPLE)
        shutil.copytree(ROOT / "config" / "sample" / "rosters", self.config / "rosters")
        if plugins:
            (self.config / "plugins.yaml").write_text(plugins)
        self.variables = {"HALLMONITOR_HOME": str(folder / "home"), "USER": "bench"}
        self.variables |= {"HALLMONITOR_DATABASE_URL": database} if database else {}
        self.environment = Environment.read(self.config, self.variables)
        serve.set_up(self.environment)
        self.house: House = serve.open_house(self.environment, clock())

    def close(self) -> None:
        """Let the database go."""
        self.house.store.engine.dispose()

    def add_page(self, id: str, texts: Sequence[str], schedule: str = "every 15 minutes") -> str:
        """A sample page with these comments, posted one after the other; its id."""
        first = self.clock() - timedelta(days=1)
        comments = [comment(f"{id}-{n}", text, first + timedelta(seconds=n)) for n, text in enumerate(texts)]
        write_sample(self.config / f"{id}.json", comments)
        file = self.config / "classes" / f"{id}.yaml"
        file.write_text(
            f"id: {id}\ntitle: Page {id}\nsite: s\nteacher: {TEACHER}\nconnector: sample\nurl: {id}.json\n"
            f"roster: rosters/sample-biology.csv\nschedule: {schedule}\n"
        )
        pages.apply_pages(self.house, [file], self.clock())
        return id


def comment(id: str, text: str, created: datetime) -> dict[str, object]:
    """One comment of a sample file."""
    return {"id": id, "author": f"reader {zlib.crc32(id.encode()) % 500}", "text": text, "created": created.isoformat()}


def write_sample(path: Path, comments: Sequence[dict[str, object]]) -> None:
    """A sample page's file, put in place of the earlier one whole or not at all."""
    page = {"title": path.stem, "comments_open": True, "public": True, "administrators": [], "comments": comments}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(page))
    draft.replace(path)


def now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards; its path is short, since PostgreSQL's socket lies in it, and may be entered by `nobody`."""
    with tempfile.TemporaryDirectory(prefix="hm-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def server(folder: Path) -> Iterator[PostgresServer | None]:
    """A PostgreSQL of our own; None where this machine has none, and the figures say so."""
    cluster = PostgresServer(folder / "pg", free_port())
    try:
        cluster.start()
    except StartError as error:
        cluster.stop()
        print(f"PostgreSQL is not measured: {error}", flush=True)
        yield None
        return
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def schools(folder: Path, plugins: str = "") -> Iterator[dict[str, School]]:
    """The same school twice: on SQLite, and on PostgreSQL where there is one."""
    with server(folder) as cluster:
        made = {"SQLite": School(folder / "sqlite", None, plugins)}
        if cluster is not None:
            made["PostgreSQL"] = School(folder / "postgres", cluster.make_database(), plugins)
        try:
            yield made
        finally:
            for school in made.values():
                school.close()
