"""A school with a page on each of three real platforms: what somebody has written there is found, decided, and gone.

Everything of ours is a command at the terminal. How a comment stands is asked of its platform, as a stranger and as the platform tells
it, and never of Hallmonitor.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.journeys.desk import Answer, Desk
from tests.journeys.places import Place, Posted, Standing
from tests.patience import until

BY = "principal@pond.example"
SCHOOL = ("Pond School", "America/Los_Angeles", BY, "P. Principal")
HELD, STEP, BY_HAND = "hide: held", "hide: manual", "hide: by hand"
LINES, WIDTH = 24, 140


class Broken(AssertionError):
    """Why the journey cannot go on."""


@dataclass(frozen=True)
class Receipt:
    """What was done about a comment and when, and how it stands on its platform."""

    place: Place
    comment: Posted
    action: str
    at: datetime
    standing: Standing

    @property
    def is_so(self) -> bool:
        """Whether it stands there as the action promises."""
        if self.action == STEP:  # nobody has done anything yet
            return self.standing.is_shown
        return self.standing == Standing(self.place.hidden, is_shown=False)

    @property
    def read_back(self) -> str:
        return f"{self.standing.state}; a stranger {'reads it' if self.standing.is_shown else 'does not find it'}"


class Journey:
    """The school's day. `receipts` are those that there are so far; `say` prints a line for whoever looks on."""

    def __init__(self, folder: Path, places: Sequence[Place], say: Callable[[str], None]) -> None:
        self.places, self.say, self._folder = places, say, folder
        self.desk = Desk(folder / "home", folder / "school", {place.id.upper(): place.secret for place in places})
        self.receipts: list[Receipt] = []

    def live_through(self) -> None:
        """From an empty folder to the last receipt. Raises `Broken`."""
        self.say("# Somebody writes on three class pages")
        posted = {place.id: self._posted(place) for place in self.places}
        self.say("\n# The school sets Hallmonitor up, and its teacher connects the pages")
        self._set_up()
        for place in self.places:
            until(lambda place=place: place.has_arrived(posted[place.id]), 60)  # type: ignore[misc]
        self.say("\n# The pages are read, and the principal looks at the queue")
        self._run("scan")
        self._run("queue", "--by", BY)
        self.say("\n# The principal decides: each of the three breaks the policy")
        queue = self.desk.must("queue", "--by", BY, "--json").json
        flags = {(flag["page"], flag["comment"]): flag["flag"] for flag in queue}  # two platforms may number alike
        for place in self.places:
            comment = posted[place.id]
            if (place.id, comment.id) not in flags:
                raise Broken(f"{place.id}: what was written there is not in the queue")
            self._decide(place, comment, flags[place.id, comment.id])
        self.say("\n# Nothing comes back, and what a person took away is seen to be gone")
        self._run("scan")
        self._run("runs")
        self.receipts = [
            r if r.action == STEP else replace(r, standing=r.place.standing(r.comment)) for r in self.receipts
        ]

    def _posted(self, place: Place) -> Posted:
        comment = place.post()
        self.say(f"  {place.platform}: {place.words}\n    {comment.permalink}")
        if not place.standing(comment).is_shown:
            raise Broken(f"{place.id}: no stranger finds what was written there: that it is gone would prove nothing")
        return comment

    def _set_up(self) -> None:
        """As the README says."""
        self._run("init", str(self.desk.config), answers=SCHOOL)
        (self.desk.config / "plugins.yaml").write_text("options: {mastodon: {reports: false}}\n")  # snac takes none
        for place in self.places:
            named = ("--url", place.url, "--id", place.id, "--secret-env", place.id.upper())
            self._run("pages", "add", "--yes", *named, "--teacher", "okafor@pond.example", lines=10)
        self._run("pages", "apply")

    def _decide(self, place: Place, comment: Posted, flag: str) -> None:
        told = self._run("decide", flag[-8:], "--hide", "--by", BY, "--json").json
        if told["action_state"] == "manual":
            self._by_hand(place, comment, flag)
        elif told["receipt"] is not None:
            self._keep(
                place, comment, f"hide: {told['receipt']['state']}", datetime.fromisoformat(told["receipt"]["at"])
            )

    def _by_hand(self, place: Place, comment: Posted, flag: str) -> None:
        """A person goes where the step says, does it there, and ticks it off."""
        self._run("actions", "list", "--by", BY)
        steps = self.desk.must("actions", "list", "--by", BY, "--json").json
        (step,) = (each for each in steps if each["flag"] == flag)
        there = Posted(comment.id, step["address"])
        self._keep(place, there, STEP, datetime.fromisoformat(step["since"]))
        self.say(f"\n  (whoever runs the server opens {there.permalink}, and takes it away)")
        place.take_away(comment)
        self._run(
            "actions", "done", step["action"][-8:], "--by", BY, "--note", "the operator of the server took it away"
        )
        self._keep(place, there, BY_HAND, datetime.now(UTC))

    def _keep(self, place: Place, comment: Posted, action: str, at: datetime) -> None:
        self.receipts.append(Receipt(place, comment, action, at, place.standing(comment)))

    def _run(self, *arguments: str, answers: Sequence[str] = (), lines: int = LINES) -> Answer:
        """Run one command, and show it with what it says. Raises `Broken` where it fails."""
        answer = self.desk.run(*arguments, answers="".join(f"{each}\n" for each in answers) or None)
        self.say(f"\n$ hallmonitor --config school {self._short(shlex.join(arguments))}")
        for line in shortened(self._short(_with(answers, answer.out) + answer.err), lines):
            self.say(f"  {line}")
        if answer.code != 0:
            raise Broken(f"`hallmonitor {arguments[0]}` ended with {answer.code}")
        return answer

    def _short(self, words: str) -> str:
        return words.replace(f"{self._folder}/", "")


def _with(answers: Sequence[str], out: str) -> str:
    """What stands on the screen: behind each question what was typed."""
    shown = ""
    for answer in answers:
        question, colon, out = out.partition(": ")
        shown += f"{question}{colon}{answer}\n"
    return shown + out


def shortened(out: str, most: int) -> list[str]:
    """As many lines of what a command says as somebody reads."""
    lines = [line.rstrip() for line in out.splitlines() if line.strip()]
    cut = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines]
    return cut if len(cut) <= most else [*cut[: most - 1], f"… {len(cut) - most + 1} more lines"]


def problems(places: Sequence[Place], receipts: Sequence[Receipt]) -> list[str]:
    """Which receipts are missing, and which promise what the platform does not show."""
    had = {(receipt.place.id, receipt.action) for receipt in receipts}
    missing = [
        f"{place.id}: no receipt `{action}`"
        for place in places
        for action in ((HELD,) if place.can_hide else (STEP, BY_HAND))
        if (place.id, action) not in had
    ]
    return missing + [
        f"{r.place.id}: `{r.action}`, but {r.place.platform} says: {r.read_back}" for r in receipts if not r.is_so
    ]


def print_receipts(receipts: Sequence[Receipt]) -> None:
    """One table for a person. An address stays whole, to be copied."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "Page", "Platform", "Comment", "Action", "The platform says", "When"):
        table.add_column(heading, no_wrap=heading in ("Comment", "When"))
    for r in receipts:
        mark, when = "ok" if r.is_so else "NOT", f"{r.at.astimezone():%d %b %H:%M:%S}"
        table.add_row(mark, r.place.id, r.place.platform, r.comment.permalink, r.action, r.read_back, when)
    Console(highlight=False, emoji=False, markup=False, width=WIDTH).print(table)
