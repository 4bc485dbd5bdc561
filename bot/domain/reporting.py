"""The figures of a school's last days: pure arithmetic over what stands on its ledger. Counts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bot.domain.review import Verdict

JUDGED = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.ESCALATE, Verdict.UPHOLD)
"""The decisions that say what a flag was."""


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """What a report needs of a flag: when it was raised, by which rules, and the decisions on it in their order."""

    opened: datetime
    rules: tuple[str, ...]
    decisions: tuple[tuple[Verdict, datetime], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A number of days in figures. `unread`: on how many days which page was not read, the worst first."""

    flags: int
    by_rule: Mapping[str, int]
    decided: Mapping[Verdict, int]
    median: timedelta | None
    """From a flag to the first decision on it, of the decisions of these days; None: nothing was decided."""
    unread: tuple[tuple[str, int], ...]


def figures(flags: Sequence[FlagFacts], unread: Mapping[str, int], since: datetime) -> Figures:
    """The figures since that moment. A flag counts as what it was decided last; one that was taken back is not decided."""
    raised = [flag for flag in flags if flag.opened >= since]
    rules = Counter(rule for flag in raised for rule in flag.rules)
    last = [flag.decisions[-1] for flag in flags if flag.decisions]
    first = [
        (judged[0] - flag.opened, judged[0])
        for flag in flags
        if (judged := [at for verdict, at in flag.decisions if verdict in JUDGED])
    ]
    spans = [span.total_seconds() for span, at in first if at >= since]
    return Figures(
        flags=len(raised),
        by_rule=dict(sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))),
        decided=Counter(verdict for verdict, at in last if verdict in JUDGED and at >= since),
        median=timedelta(seconds=median(spans)) if spans else None,
        unread=tuple(sorted(((page, n) for page, n in unread.items() if n), key=lambda pair: (-pair[1], pair[0]))),
    )


def days_between(first: date, last: date) -> set[date]:
    """The days from the first to the last, both of them included."""
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def unread_days(expected: set[date], read: Iterable[date]) -> int:
    """On how many of the days on which a page had to be read it was not."""
    return len(expected - set(read))
