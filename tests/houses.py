"""A small school for tests: real store, real policy, real stories; a platform in memory and a detector of marked words.

The platform is a real connector that keeps its comments in a dictionary and can be told to misbehave (DESIGN.md 4's
contract is tested on it too). No story is patched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import text

from bot import decisions, jobs, pages, pipeline, queue, serve
from bot.decisions import Decided
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.house import House
from bot.pipeline import RunResult
from bot.records import Run, RunStatus
from bot.settings import Environment
from connectors.base import (
    CHANGES_STATE,
    ActionKind,
    Author,
    Batch,
    Capabilities,
    Changed,
    Checkpoint,
    Comment,
    CommentState,
    ConnectorError,
    Gone,
    PageSettings,
    Receipt,
    Revision,
)
from moderators.base import Assessment, BrokenModerator, CommentView, CouldNotAssess, PageContext, Signal

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
ADMIN, SECOND, SUPERVISOR, TEACHER = (
    "reyes@school.example",
    "lind@school.example",
    "okafor@school.example",
    "alva@school.example",
)
_BECOMES = {
    ActionKind.HIDE: CommentState.HELD, ActionKind.RESTORE: CommentState.VISIBLE,
    ActionKind.REMOVE: CommentState.REMOVED, ActionKind.SPAM: CommentState.SPAM,
}  # fmt: skip

PEOPLE = f"""
sites: [{{id: s, title: School, time_zone: America/Los_Angeles, supervisor: {SUPERVISOR}, telephone: (213) 555-0100}}]
people:
  - {{email: {ADMIN}, name: Dana Reyes, roles: [administrator], sites: [s]}}
  - {{email: {SECOND}, name: Maja Lind, roles: [administrator], sites: [s]}}
  - {{email: {SUPERVISOR}, name: Ngozi Okafor, roles: [supervisor], sites: [s]}}
  - {{email: {TEACHER}, name: Inez Alva, roles: [teacher, administrator], sites: [s]}}
"""
PAGE = f"""
id: p
title: A page
site: s
teacher: {TEACHER}
connector: platform
url: memory
"""


@dataclass
class Platform:
    """A platform in memory. `fault` is raised by whatever is called next; `rewrites` mangles texts on hide, as WordPress does."""

    comments: dict[str, Comment] = field(default_factory=dict)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(CHANGES_STATE))
    fault: ConnectorError | None = None
    fault_after_batches: int | None = None
    lost_answer: bool = False
    public: bool = True
    rewrites: bool = False
    batch: int = 2
    calls: list[str] = field(default_factory=list)

    def post(self, id: str, text: str, *, author: str = "someone", minutes_ago: float = 60, **more: Any) -> Comment:
        """Somebody posts or edits a comment."""
        comment = Comment(id, Author(f"a-{author}", author), text, NOW - timedelta(minutes=minutes_ago))
        self.comments[id] = replace(comment, **more)
        return self.comments[id]

    def check(self) -> PageSettings:
        self._called("check")
        return PageSettings("A page", "hallmonitor", True, True, self.public)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        self._called("fetch")
        in_order = sorted(self.comments.values(), key=lambda c: (c.created, c.id))
        listed = [c for c in in_order if c.state in (CommentState.VISIBLE, CommentState.HELD)]
        if isinstance(since, datetime):
            listed = [c for c in listed if c.created >= since]
        elif since is not None:
            listed = [c for c in listed if [c.created.isoformat(), c.id] > list(since.value["after"])]  # type: ignore[call-overload]
        for number, start in enumerate(range(0, len(listed), self.batch)):
            if self.fault_after_batches == number and self.fault:
                raise self.fault
            part = tuple(listed[start : start + self.batch])
            last = Checkpoint({"after": [part[-1].created.isoformat(), part[-1].id]})
            yield Batch(part, None if isinstance(since, datetime) else last)

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        self._called("get")
        return iter([self.comments[id] for id in ids if id in self.comments])

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        self._called(f"{action} {id}")
        if id not in self.comments:
            raise Gone("the comment is no more")
        comment, wanted = self.comments[id], _BECOMES[action]
        if comment.state is wanted:
            return Receipt(action, wanted, "it was so already", comment.revision, NOW, already=True)
        if comment.revision != seen:
            raise Changed("edited", comment.revision)
        words = comment.text.replace("<", "") if self.rewrites else comment.text
        self.comments[id] = replace(comment, state=wanted, text=words)
        if self.lost_answer:
            raise KeyboardInterrupt("killed between the platform's answer and the receipt")
        return Receipt(action, wanted, "done", self.comments[id].revision, NOW)

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.fault and self.fault_after_batches is None:
            raise self.fault


@dataclass
class MarkedWords:
    """A detector that finds the words it is told to: `!threat` in a text is a signal of that name."""

    name: str = "marked"
    version: str = "1"
    reads: Literal["text", "masked"] = "text"
    signals: frozenset[str] = frozenset(
        {
            "threat",
            "self_harm",
            "sexualized_minor",
            "child_abuse",
            "disparagement",
            "student_name",
            "student_contact",
            "hate",
        }
    )
    broken: bool = False
    seen: list[str] = field(default_factory=list)

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        if any("!explode" in comment.text for comment in comments):
            raise ValueError("a detector that quotes: " + comments[0].text)
        return [self._one(comment) for comment in comments]

    def canary(self) -> None:
        if self.broken:
            raise BrokenModerator("marked: does not know its canary")

    def _one(self, comment: CommentView) -> Assessment:
        self.seen.append(comment.text)
        if "!unreadable" in comment.text:
            return CouldNotAssess("too strange")
        return [
            Signal(
                name,
                0.9,
                comment.text.index(f"!{name}"),
                comment.text.index(f"!{name}") + 1 + len(name),
                f"It says {name}.",
            )
            for name in sorted(self.signals)
            if f"!{name}" in comment.text
        ]


class Town:
    """The school, and the moves that a test makes in it. `is_set_up`: home folder and database are there already."""

    def __init__(self, folder: Path, database: str | None = None, *, is_set_up: bool = False) -> None:
        self.folder = folder
        self._is_set_up = is_set_up
        self.platform = Platform()
        self.detector = MarkedWords()
        self.config = folder / "config"
        (self.config / "classes").mkdir(parents=True)
        (self.config / "people.yaml").write_text(PEOPLE)
        variables = {"HALLMONITOR_HOME": str(folder / "home"), "USER": "tester"}
        variables |= {"HALLMONITOR_DATABASE_URL": database} if database else {}
        self.environment = Environment.read(self.config, variables)
        self.write_page(PAGE)

    def __enter__(self) -> Self:
        if not self._is_set_up:
            serve.set_up(self.environment)
        self.house = self.open()
        if not self._is_set_up:
            pages.apply_pages(self.house, [self.config / "classes" / "p.yaml"], NOW)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.house.store.engine.dispose()

    def write_page(self, text: str, name: str = "p") -> Path:
        file = self.config / "classes" / f"{name}.yaml"
        file.write_text(text)
        return file

    def open(self) -> House:
        """A second process of the same school."""
        house = serve.open_house(self.environment, NOW)
        return replace(
            house,
            moderators=lambda: [self.detector],
            connect=lambda _page: self.platform,
            connectors=frozenset({"platform"}),
        )

    def scan(self, *, depth: Depth = Depth.RECENT, now: datetime = NOW) -> RunResult:
        return pipeline.scan_page(self.house, "p", depth, now, impatient=True)

    def state(self, id: str) -> CommentState:
        """Where a comment stands on the platform now."""
        return self.platform.comments[id].state

    def queue(self, by: str | None = None, now: datetime = NOW) -> dict[str, queue.QueuedFlag]:
        """The waiting flags by the platform's comment id; where nobody is named, also those that the supervisor alone may see."""
        found = queue.queue(self.house, by, now=now)
        if by is None and rows(self, "SELECT id FROM flag WHERE restricted"):
            of_supervisor = queue.queue(self.house, SUPERVISOR, now=now)
            found = sorted([*found, *(f for f in of_supervisor if f.restricted)], key=lambda f: f.place)
        return {flag.comment: flag for flag in found}


def flagged(town: Town, words: str = "!disparagement", **more: Any) -> str:
    """Somebody posts comment 1, a scan flags it; the flag's id."""
    town.platform.post("1", words, **more)
    town.scan()
    return town.queue()["1"].flag


def only_teaches(town: Town) -> None:
    """The page's teacher is no administrator: a restricted flag of the page means nobody in office then, unless its words do."""
    file = town.config / "people.yaml"
    file.write_text(file.read_text().replace("roles: [teacher, administrator]", "roles: [teacher]"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def settle(town: Town, flag: str, by: str, choice: Choice, note: str = "") -> Decided:
    """A person decides and the face rings for the action; what became of both."""
    decided = decisions.decide(town.house, flag, by, choice, NOW, note=note, os_user="tester")
    if decided.won:
        jobs.carry_out_for_flag(town.house, decided.flag, NOW)
    return decisions.outcome_of(town.house, decided)


def ring(town: Town, job: str, now: datetime) -> None:
    """The clock rings for a job."""
    (wanted,) = (each for each in jobs.JOBS if each.name == job)
    for begun in jobs.ring(replace(town.house, clock=lambda: now), wanted):
        begun.result()


def lived_through(town: Town, now: datetime, days: int = 12) -> None:
    """The ledger shows that a page was read on each of the last days."""
    with town.house.store.transaction() as session:
        for back in range(1, days + 1):
            at = now - timedelta(days=back)
            session.add(Run(page_id="p", depth=Depth.NEW, started=at, ended=at, status=RunStatus.DONE))


def rows(town: Town, query: str) -> list[tuple[object, ...]]:
    """What stands in the database."""
    with town.house.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
