"""A school whose processes die: a folder with configuration, home and platform, a database, and the orders for its victims."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot import pages, queue, serve
from bot.house import House
from bot.settings import Environment
from tests.chaos.crew import Crew, Ended, Running
from tests.chaos.platform import Board, make_platform
from tests.chaos.trap import Point
from tests.chaos.victim import Order
from tests.houses import ADMIN, NOW, PEOPLE, TEACHER
from tests.servers.postgres import PostgresServer, database_of

PAGE = f"""
id: p
title: A page
site: s
teacher: {TEACHER}
connector: ledgered
url: platform.sqlite
schedule: every 15 minutes
hold_until_reviewed: [high]
"""
POLICY = """
source: BUL-5688.1
every_critical: [{do: Notify, clause: IV.A.3, within: 1h}]
rules:
  - {id: threat, title: Threat, clause: II.6, counts: A threat., severity: critical, answer_within: 1h, recommend: Hide.,
     signals: {threat: 0.4}, steps: [{do: Call, telephone: ["911"], clause: II.7, within: 15 min}]}
  - {id: hate, title: Hate, clause: II.6, counts: Hate., severity: high, answer_within: 24h, recommend: Hide., signals: {hate: 0.4}}
  - {id: disparagement, title: Insult, clause: II.6, counts: Insults., severity: medium, answer_within: 24h, recommend: Hide.,
     signals: {disparagement: 0.4}}
  - {id: student_contact, title: Contact, clause: II.3, counts: Contact details., severity: high, answer_within: 4h, recommend: Hide.,
     hold_on_open_pages: true, signals: {student_contact: 0.5}}
"""
"""Short: each of the many victims reads it anew. A mark in a text (`!hate`) is the signal that breaks the rule of that name."""
PLUGINS = "connectors: {ledgered: 'tests.chaos.platform:Ledgered'}\n"


@dataclass
class School:
    """One page on the platform that outlives everybody. `now` is the time that its next victim is told."""

    folder: Path
    database: str | None
    crew: Crew
    now: datetime = NOW
    ended_runs: int = 0
    """How many runs its processes have written to their end: what the ledger has to say."""

    @property
    def board(self) -> Board:
        """The platform as people see it."""
        return Board(self.folder / "config" / "platform.sqlite")

    @property
    def environment(self) -> Environment:
        """What every process of this school is started with."""
        variables = {"HALLMONITOR_HOME": str(self.folder / "home"), "USER": "tester"}
        variables |= {"HALLMONITOR_DATABASE_URL": self.database} if self.database else {}
        return Environment.read(self.folder / "config", variables)

    def write_configuration(self) -> None:
        """The files of a school that has nothing else yet."""
        config = self.folder / "config"
        (config / "classes").mkdir(parents=True)
        (config / "people.yaml").write_text(PEOPLE)
        (config / "plugins.yaml").write_text(PLUGINS)
        (config / "policy.yaml").write_text(POLICY)
        (config / "classes" / "p.yaml").write_text(PAGE)
        make_platform(self.board.file, batch=2, rewrites=False)

    @contextmanager
    def opened(self) -> Iterator[House]:
        """The house as the oracle opens it; no connection outlives the look, so that a victim finds the file as a crash left it."""
        house = serve.open_house(self.environment, self.now)
        try:
            yield house
        finally:
            house.store.engine.dispose()

    def order(
        self,
        story: str,
        words: dict[str, str],
        point: Point | None = None,
        *,
        pause: bool = False,
        file_limit: int | None = None,
        clock_runs_back: float = 0.0,
    ) -> Order:
        """What a victim of this school is to do, and where it dies or pauses."""
        report = self.crew.report()
        return Order(
            config=str(self.folder / "config"),
            home=str(self.folder / "home"),
            database=self.database,
            report=str(report),
            story=story,
            now=self.now.isoformat(),
            words=words,
            point=point,
            pause=f"{report}-pause" if pause else None,
            file_limit=file_limit,
            clock_runs_back=clock_runs_back,
        )

    def scan(self, depth: str = "recent", point: Point | None = None) -> Ended:
        """One process that scans the page."""
        return self.run(self.order("scan", {"page": "p", "depth": depth}, point))

    def ring(self, job: str = "all", point: Point | None = None) -> Ended:
        """One process in which the clock rings."""
        return self.run(self.order("ring", {"job": job}, point))

    def press(self, flag: str, choice: str, point: Point | None = None, *, by: str = ADMIN, note: str = "") -> Ended:
        """One process in which a person decides."""
        words = {"flag": flag, "choice": choice, "by": by, "note": note}
        return self.run(self.order("decide", words, point))

    def run(self, order: Order) -> Ended:
        """One process of this school, from its first to its last moment."""
        return self.end(self.crew.start(order))

    def end(self, running: Running) -> Ended:
        """Wait for the end of a process of this school."""
        ended = self.crew.end(running)
        self.ended_runs += ended.ended_runs
        return ended

    def later(self, minutes: float) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)


@dataclass(frozen=True)
class Schools:
    """Set up once and copied for each test: a school of one's own costs a tenth of a second."""

    first: School
    server: PostgresServer | None

    @classmethod
    def found(cls, folder: Path, crew: Crew, server: PostgresServer | None) -> Schools:
        """Set up the first school; its page is applied, and nothing is read yet."""
        school = School(folder / "first", server.make_database() if server else None, crew)
        school.write_configuration()
        serve.set_up(school.environment)
        with school.opened() as house:
            pages.apply_pages(house, [school.folder / "config" / "classes" / "p.yaml"], NOW)
        return cls(school, server)

    def rehearse(self) -> None:
        """The nursery lives through a day of such a school once: each victim after it begins with what is compiled and imported."""
        with self.another("rehearsal") as school:
            school.board.post_all([("c1", "!disparagement", NOW - timedelta(minutes=90)), ("c2", "!hate", NOW)])
            school.crew.rehearse(school.order("scan", {"page": "p", "depth": "recent"}))
            with school.opened() as house:
                (flag, *_) = queue.queue(house, ADMIN, now=NOW)
            school.crew.rehearse(school.order("decide", {"flag": flag.flag, "choice": "hide", "by": ADMIN, "note": ""}))
            school.later(20)
            school.crew.rehearse(school.order("ring", {"job": "all"}))

    @contextmanager
    def another(self, name: str, model: School | None = None) -> Iterator[School]:
        """A school like the first one, or like another that nobody uses now."""
        like = model or self.first
        folder = self.first.folder.parent / name
        shutil.copytree(like.folder, folder)
        url = self.server.make_database(database_of(like.database)) if self.server and like.database else None
        try:
            yield School(folder, url, like.crew, like.now, like.ended_runs)
        finally:
            if self.server and url:
                self.server.drop_database(url)
            shutil.rmtree(folder)
