"""How well the roster's students are found in a labelled set: `python -m tests.quality.names DATA`, or without DATA in our own.

A finding counts when its span is exactly the labelled one and the student is the right one (or none, where nobody can say which).
Of DATA, rows whose number divides by three are the `check` part: of these only figures are printed, never a row.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from moderators.base import ModeratorSettings, PageContext, StaffMember, Student
from moderators.student_names import StudentNames

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "names_own"
THRESHOLD = 0.5
_FILES = ("student_info.jsonl", "safety.jsonl")
_MARKED = re.compile(r"\[([^\[\]]+)\]\((\w*)\)")

Found = tuple[int, int, str | None]


@dataclass(frozen=True)
class Row:
    """A labelled comment."""

    id: str
    slice: str
    text: str
    page: PageContext
    expected: frozenset[Found]


@dataclass
class Tally:
    """What was found rightly, missed, and found wrongly; `odd` tells the latter two."""

    hits: int = 0
    missed: int = 0
    wrong: int = 0
    odd: list[str] = field(default_factory=list)

    def add(self, row: Row, found: set[Found]) -> None:
        """Count one comment."""
        self.hits += len(row.expected & found)
        self.missed += len(row.expected - found)
        self.wrong += len(found - row.expected)
        for sign, spans in (("-", row.expected - found), ("+", found - row.expected)):
            self.odd += [
                f"  {sign} {row.id} {row.text[a:b]!r} {who} in {row.text[:160]!r}"
                for a, b, who in sorted(spans, key=str)
            ]

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return self.hits / max(1, self.hits + self.wrong)

    @property
    def recall(self) -> float:
        """How much of what there is was found."""
        return self.hits / max(1, self.hits + self.missed)

    def line(self, name: str) -> str:
        """One line of the table."""
        return f"{name:24} {self.precision:9.3f} {self.recall:6.3f} {self.hits:5} {self.missed:6} {self.wrong:5}"


def measure(rows: Iterable[Row]) -> tuple[Tally, dict[str, Tally]]:
    """The whole, and by slice."""
    names = StudentNames(ModeratorSettings((ROOT / "config" / "lexicons",)))
    total, slices = Tally(), dict[str, Tally]()
    for row in rows:
        found: set[Found] = {
            (s.start, s.end, s.student) for s in names.find(row.text, row.page) if s.score >= THRESHOLD
        }
        total.add(row, found)
        slices.setdefault(row.slice, Tally()).add(row, found)
    return total, slices


def rows_of(data: Path, part: str) -> Iterator[Row]:
    """The rows of one part, of every file of the set that is there."""
    pages: dict[str, PageContext] = {}
    for file in (data / name for name in _FILES):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for row in map(json.loads, lines):
            if (int(row["id"][-4:]) % 3 == 0) != (part == "check"):
                continue
            page = pages.setdefault(row["page"], _page_of(data / "rosters", row["page"]))
            spans = [s for s in row.get("spans", ()) if s["label"] == "student_name"]
            yield Row(
                row["id"],
                row["slice"],
                row["text"],
                page,
                frozenset((s["start"], s["end"], s["student"]) for s in spans),
            )


def own_rows() -> Iterator[Row]:
    """The comments of `names_own`: invented classes of many cultures, names marked as [name](student)."""
    for name, roster in yaml.safe_load((OWN / "rosters.yaml").read_text(encoding="utf-8")).items():
        students = (
            Student(id, parts[0], parts[1], tuple(parts[2:]))
            for id, parts in (
                (id, [part.strip() for part in line.split("|")]) for id, line in roster["students"].items()
            )
        )
        staff = (StaffMember(first, last, title) for title, first, last in map(str.split, roster["staff"]))
        page = PageContext(name, tuple(students), tuple(staff))
        for number, line in enumerate((OWN / f"{name}.txt").read_text(encoding="utf-8").splitlines(), start=1):
            if line and not line.startswith("# "):
                yield _unmarked(f"{name}-{number}", line, page)


def _unmarked(id: str, line: str, page: PageContext) -> Row:
    text, expected, done = "", set[Found](), 0
    for mark in _MARKED.finditer(line):
        text += line[done : mark.start()]
        expected.add((len(text), len(text) + len(mark[1]), mark[2] or None))
        text, done = text + mark[1], mark.end()
    return Row(id, page.page, text + line[done:], page, frozenset(expected))


def _page_of(folder: Path, page: str) -> PageContext:
    """The page with its roster and the staff that work there; a page without a roster has no students."""
    students = (
        Student(row["student_id"], row["first"], row["last"], (row["nickname"],) if row["nickname"] else ())
        for row in _csv(folder / f"{page}.csv")
    )
    staff = (
        StaffMember(row["first"], row["last"], row["title"], row["email"])
        for row in _csv(folder / "staff.csv")
        if row["page"] in {"", page}
    )
    return PageContext(page, tuple(students), tuple(staff))


def _csv(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def report(name: str, rows: Iterable[Row], *, with_rows: bool) -> None:
    """Print one part: by slice, then what went wrong."""
    total, slices = measure(rows)
    print(f"\n{name:24} precision recall  hits missed wrong")
    print(total.line("all"))
    for slice, tally in slices.items():
        if tally.hits + tally.missed + tally.wrong:
            print(tally.line(f"  {slice}"))
    if with_rows:
        print(*total.odd, sep="\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for part in ("tune", "check"):
            report(part, rows_of(Path(sys.argv[1]), part), with_rows=part == "tune")
    else:
        report("our own", own_rows(), with_rows=True)
