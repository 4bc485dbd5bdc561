"""What the database says at the end: each page was scanned at its times and only then, each comment is there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.records import Action, ActionState, Comment, Revision, Run, RunStatus, Scoring
from bot.store.comments import external_id
from tests.soak.life import Life

ZONE = ZoneInfo("America/Los_Angeles")
Verdict = tuple[bool, str]


def verdicts(life: Life, start: datetime, end: datetime) -> list[Verdict]:
    """All of them, with the numbers."""
    return [*(v for page in life.schedules for v in _page(life, page, start, end)), *_rows(life)]


def slots_of(schedule: str, start: datetime, end: datetime) -> list[datetime]:
    """The moments behind `start` and up to `end` at which a page is to be read. Counted here anew, not by the code that is tested."""
    if schedule.startswith("daily"):
        first = start.astimezone(ZONE).date()
        days = [first + timedelta(days=n) for n in range((end - start).days + 3)]
        found = [datetime.combine(day, time.fromisoformat(schedule[-5:]), tzinfo=ZONE).astimezone(UTC) for day in days]
    else:
        gap = {"every 15 minutes": 900, "every 2 hours": 7200}[schedule]
        found = [
            datetime.fromtimestamp(n * gap, UTC)
            for n in range(int(start.timestamp()) // gap, int(end.timestamp()) // gap + 1)
        ]
    return [slot for slot in found if start < slot <= end]


def _page(life: Life, page: str, start: datetime, end: datetime) -> list[Verdict]:
    with life.school.house.store.reading() as session:
        runs = session.exec(select(Run).where(Run.page_id == page).order_by(col(Run.started))).all()
        stored = Counter(
            external_id(life.school.house.store.vault, row)
            for row in session.exec(select(Comment).where(Comment.page_id == page))
        )
    started = [run.started for run in runs]
    if not started:
        return [(False, f"{page}: was never scanned")]
    first = started.pop(0)  # a page that was never read is due at once
    slots = slots_of(life.schedules[page], first, end + timedelta(days=2))
    judged = Judged.of(slots, started, end)
    wrong = sum(run.status != RunStatus.DONE for run in runs)
    ran = f"{page} ({life.schedules[page]}): {judged}, {wrong} not done; first run {_minutes(first - start)} after the start"
    # a scan may read the file a moment after it has begun: what was posted since may be there or not
    due = {id for id, moment in life.posted[page].items() if moment < max(started, default=first)}
    lost, strange = due - set(stored), set(stored) - set(life.posted[page])
    twice = sum(count > 1 for count in stored.values())
    kept = f"{page}: {len(due)} comments due, {len(stored)} stored, {len(lost)} lost, {twice} twice, {len(strange)} never posted"
    return [(not (judged.missed or judged.too_many or wrong), ran), (not (lost or twice or strange), kept)]


@dataclass(frozen=True)
class Judged:
    """How a page's runs (but its first) fit its slots."""

    slots: int
    missed: tuple[datetime, ...]
    too_many: tuple[datetime, ...]
    lag: timedelta

    @classmethod
    def of(cls, slots: Sequence[datetime], started: Sequence[datetime], end: datetime) -> Judged:
        """Every slot up to `end` wants one run before the next slot, and there is none before the first. `slots` go on behind `end`."""
        early = [run for run in started if run < slots[0]]
        missed, extra, lags = [], [], [timedelta()]
        pairs = [(slot, behind) for slot, behind in pairwise(slots) if slot <= end]
        for slot, behind in pairs:
            runs = [run for run in started if slot <= run < behind]
            missed += [] if runs else [slot]
            extra += runs[1:]
            lags += [run - slot for run in runs[:1]]
        return cls(len(pairs), tuple(missed), (*early, *extra), max(lags))

    def __str__(self) -> str:
        return f"{self.slots} slots, missed {_times(self.missed)}, runs too many {_times(self.too_many)}, latest by {_minutes(self.lag)}"


def _times(moments: Sequence[datetime]) -> str:
    return f"{len(moments)} ({', '.join(f'{moment:%d %b %H:%M}' for moment in moments)} UTC)" if moments else "0"


def _minutes(passed: timedelta) -> str:
    return f"{passed.total_seconds() / 60:.0f} min"


def _rows(life: Life) -> list[Verdict]:
    with life.school.house.store.reading() as session:
        comments = session.exec(select(func.count()).select_from(Comment)).one()
        revisions = session.exec(select(func.count()).select_from(Revision)).one()
        scored = (Revision.scoring == Scoring.SCORED, col(Revision.flagged).is_not(None))
        finished = session.exec(select(func.count()).select_from(Revision).where(*scored)).one()
        pending = session.exec(
            select(func.count()).select_from(Action).where(Action.state == ActionState.PENDING)
        ).one()
        done = session.exec(select(func.count()).select_from(Action).where(Action.state == ActionState.DONE)).one()
    return [
        (
            comments == revisions == finished,
            f"{comments} comments, {revisions} wordings, {finished} of them scored and judged",
        ),
        (pending == 0, f"{life.decided} decisions by people; {done} actions carried out, {pending} waiting"),
    ]
