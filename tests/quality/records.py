"""How well records and contact details are found in a labelled set: `python -m tests.quality.records DATA [--model]`.

Every rule is judged as on a page: the detectors' signals, and the policy that counts them. `--model` lets the trained model read
too, which takes minutes; without it only the patterns speak. Rows whose number divides by three are the `check` part: of these
only figures are printed, never a row.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.domain.class_pages import ClassPage
from bot.domain.policy import Policy, broken_rules, reached
from bot.settings import load_policy
from moderators import registry
from moderators.assessing import Author, Canary
from moderators.base import (
    CouldNotAssess,
    Moderator,
    ModeratorSettings,
    PageContext,
    Signal,
    StaffMember,
    Student,
    mask_names,
)

ROOT = Path(__file__).parents[2]
_FILES = ("student_info.jsonl", "safety.jsonl")
LABELS = ("school_record", "student_contact", "personnel_record", "student_private")
_MODERATORS = ("student_names", "contact_details", "school_records", "personnel_records", "student_private")
_PAGE = ClassPage(id="p", title="P", site="s", teacher="t@x.example", connector="sample", url="u")

Row = Mapping[str, object]


@dataclass
class Tally:
    """Counts of one label: comments found, missed and flagged wrongly, and how many labelled places were touched."""

    hits: int = 0
    missed: int = 0
    wrong: int = 0
    places: int = 0
    touched: int = 0
    exact: int = 0

    def line(self, name: str) -> str:
        """Precision and recall as one line of the table."""
        shares = (
            self.hits / max(1, self.hits + self.wrong),
            self.hits / max(1, self.hits + self.missed),
            self.touched / max(1, self.places),
            self.exact / max(1, self.places),
        )
        figures = " ".join(f"{share:9.3f}" for share in shares)
        return f"{name:20} {figures} {self.hits:5} {self.missed:6} {self.wrong:5}"


@dataclass
class Count:
    """One part of the set."""

    labels: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    clean: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """By slice: of each comment without any label, whether one of our rules was raised."""
    odd: list[str] = field(default_factory=list)

    def add(self, row: Row, found: Mapping[str, Sequence[Signal]]) -> None:
        """Count one comment."""
        told, spans, text = row["labels"], row["spans"], str(row["text"])
        assert isinstance(told, list)
        assert isinstance(spans, list)
        if not told:
            self.clean[str(row["slice"])].append(bool(found))
        for label in LABELS:
            tally, wanted, raised = self.labels[label], label in told, label in found
            tally.hits, tally.missed = tally.hits + (wanted and raised), tally.missed + (wanted and not raised)
            tally.wrong += raised and not wanted
            seen = {(s.start, s.end) for s in found.get(label, ())}
            places = [(s["start"], s["end"]) for s in spans if s["label"] == label]
            tally.places += len(places)
            tally.exact += sum(place in seen for place in places)
            tally.touched += sum(any(a < end and start < b for a, b in seen) for start, end in places)
            if wanted != raised:
                shown = [text[s.start : s.end] for s in found.get(label, ())]
                self.odd.append(f"  {'-+'[raised]} {label} {row['id']} {row['author']!r} {text!r} {shown}")

    def __str__(self) -> str:
        head = f"{'':20} precision    recall   touched     exact  hits missed wrong"
        lines = [self.labels[label].line(label) for label in LABELS]
        every = [flag for flags in self.clean.values() for flag in flags]
        slices = [f"{name} {sum(flags)}/{len(flags)}" for name, flags in self.clean.items() if any(flags)]
        return "\n".join([head, *lines, f"clean, and flagged     {sum(every)}/{len(every)} {', '.join(slices)}"])


class Judge:
    """The detectors and the policy."""

    def __init__(self, names: Iterable[str]) -> None:
        settings = ModeratorSettings((ROOT / "config" / "lexicons",))
        self._moderators: list[Moderator] = [registry.make(name, settings) for name in names]
        self._policy: Policy = load_policy(ROOT / "config")

    def judge(self, text: str, author: str, page: PageContext) -> dict[str, list[Signal]]:
        """Our rules that a comment breaks, with the signals that break each."""
        signals: list[Signal] = []
        for moderator in self._moderators:
            shown = mask_names(text, signals) if moderator.reads == "masked" else text
            (answer,) = moderator.assess([Canary(shown, author=Author(name=author))], page)
            signals += [] if isinstance(answer, CouldNotAssess) else answer
        broken = broken_rules(self._policy, _PAGE, signals, ())
        return {b.rule.id: reached(b.rule, _PAGE, signals) for b in broken if b.rule.id in LABELS}


def main(data: Path, *, model: bool) -> None:
    """Print both parts, and what went wrong in `tune`."""
    judge = Judge((*_MODERATORS, "toxicity") if model else _MODERATORS)
    pages = cache(lambda page: context_of(data / "rosters", page))
    for part in ("tune", "check"):
        count = Count()
        for row in rows_of(data, part):
            count.add(row, judge.judge(str(row["text"]), str(row["author"]), pages(row["page"])))
        print(f"\n{part}\n{count}")
        if part == "tune":
            print(*count.odd, sep="\n")


def rows_of(data: Path, part: str) -> Iterator[Row]:
    """The rows of one part, of every file of the set that is there."""
    for file in (data / name for name in _FILES):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for row in map(json.loads, lines):
            if (int(row["id"][-4:]) % 3 == 0) == (part == "check"):
                yield row


def context_of(folder: Path, page: str) -> PageContext:
    """The page with its roster and the staff that work there; in these sets a student's number is the roster's id."""
    students = tuple(
        Student(row["student_id"], row["first"], row["last"], tuple(filter(None, [row["nickname"]])), row["student_id"])
        for row in _csv(folder / f"{page}.csv")
    )
    staff = tuple(
        StaffMember(row["first"], row["last"], row["title"], row["email"])
        for row in _csv(folder / "staff.csv")
        if row["page"] in {"", page}
    )
    return PageContext(page, students, staff)


def _csv(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]), model="--model" in sys.argv)
