"""The story of the decisions: how often people agreed with a flag, what the weekly sample says was missed, and what has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.measuring import Recall, Share, difference, recall
from bot.evaluation.decided import (
    ANY,
    DecidedFlag,
    ReadDraw,
    decided_flags,
    draws,
    raised_in,
    read_draws,
    waiting_flags,
)
from bot.evaluation.proposing import Threshold, propose_thresholds
from bot.house import House
from bot.store import Session

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people upheld what detectors flagged. A decision is about a flag: each of its rules shares it.

    `alone` counts the flags of which this was the only rule, where it is clear what was decided.
    """

    precision: Share
    alone: Share


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """How the weekly sample stands: of so many clean comments so many were drawn and read, and in so many something was missed."""

    draws: int
    population: int
    read: int
    waiting: int
    missed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drift:
    """The last 30 days against the 30 before: precision, and how many of the comments found then and checked have this flag.

    The changes are 95 % intervals of the difference; `changed` says that one of them leaves out zero.
    """

    precision: Share
    precision_before: Share
    precision_change: tuple[float, float] | None
    flagged: Share
    flagged_before: Share
    flagged_change: tuple[float, float] | None
    changed: bool


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """All that the decisions tell."""

    since: datetime | None
    decided: int
    rules: Mapping[str, Agreement]
    pages: Mapping[str, Share]
    """Without restricted flags: nobody of a page may see a trace of them, in no count either."""
    sample: SampleCounts
    recall: Mapping[str, Recall]
    drift: Mapping[str, Drift]
    thresholds: Sequence[Threshold]


def measure_decisions(house: House, since: datetime | None, now: datetime) -> DecisionFigures:
    """Measure what people have decided since then, or ever. Reads alone; drift is of the last two months, whatever `since`."""
    with house.store.reading() as session:
        everything = decided_flags(session)
        decided = [flag for flag in everything if flag.rules and (since is None or flag.decided >= since)]
        lots = draws(session, since)
        read = read_draws(lots, everything)
        waiting = waiting_flags(session)
        return DecisionFigures(
            since=since,
            decided=len(decided),
            rules={rule: _agreement(decided, rule) for rule in _names(decided)},
            pages=_pages(decided),
            sample=SampleCounts(
                draws=len(lots),
                population=sum(lot.population for lot in lots),
                read=sum(len(each.flags) for each in read),
                waiting=sum(waiting.get(lot.id, 0) for lot in lots),
                missed=Counter(rule for each in read for f in each.flags if f.right for rule in sorted(f.named)),
            ),
            recall=_recalls(everything, read),
            drift=_drifts(session, [flag for flag in everything if flag.rules], now),
            thresholds=propose_thresholds(session, house.policy, decided, read),
        )


def _names(flags: Sequence[DecidedFlag]) -> list[str]:
    return sorted({rule for flag in flags for rule in flag.rules})


def _agreement(decided: Sequence[DecidedFlag], rule: str) -> Agreement:
    return Agreement(
        precision=_share([flag for flag in decided if rule in flag.rules]),
        alone=_share([flag for flag in decided if flag.rules == {rule}]),
    )


def _pages(decided: Sequence[DecidedFlag]) -> dict[str, Share]:
    by_page: dict[str, list[DecidedFlag]] = {}
    for flag in decided:
        if not flag.restricted:
            by_page.setdefault(flag.page, []).append(flag)
    return {page: _share(by_page[page]) for page in sorted(by_page)}


def _share(flags: Sequence[DecidedFlag]) -> Share:
    return Share(sum(flag.right for flag in flags), len(flags))


def _recalls(decided: Sequence[DecidedFlag], read: Sequence[ReadDraw]) -> dict[str, Recall]:
    """By rule, what was upheld on the comments that the draws speak for, against the misses that they let expect."""
    by_page: dict[str, list[ReadDraw]] = {}
    for each in read:
        by_page.setdefault(each.draw.page_id, []).append(each)
    right = (flag for flag in decided if flag.right and flag.rules)
    upheld = [flag for flag in right if any(each.covers(flag) for each in by_page.get(flag.page, ()))]
    missed = {rule for each in read for flag in each.flags if flag.right for rule in flag.named}
    found = {
        rule: recall(sum(rule in flag.rules for flag in upheld), [each.stratum(rule) for each in read])
        for rule in sorted({*_names(upheld), *missed})
    }
    return {ANY: recall(len(upheld), [each.stratum(ANY) for each in read])} | found if read else {}


def _drifts(session: Session, decided: Sequence[DecidedFlag], now: datetime) -> dict[str, Drift]:
    month, before = _month(decided, now), _month(decided, now - MONTH)
    raised, wordings = raised_in(session, now - MONTH, now)
    raised_before, wordings_before = raised_in(session, now - 2 * MONTH, now - MONTH)
    return {
        rule: _drift(
            _share([flag for flag in month if rule in flag.rules]),
            _share([flag for flag in before if rule in flag.rules]),
            Share(raised.get(rule, 0), wordings),
            Share(raised_before.get(rule, 0), wordings_before),
        )
        for rule in sorted({*_names(month), *_names(before), *raised, *raised_before})
    }


def _month(decided: Sequence[DecidedFlag], until: datetime) -> list[DecidedFlag]:
    return [flag for flag in decided if until - MONTH < flag.decided <= until]


def _drift(precision: Share, precision_before: Share, flagged: Share, flagged_before: Share) -> Drift:
    changes = difference(precision, precision_before), difference(flagged, flagged_before)
    return Drift(
        precision=precision,
        precision_before=precision_before,
        precision_change=changes[0],
        flagged=flagged,
        flagged_before=flagged_before,
        flagged_change=changes[1],
        changed=any(change is not None and not change[0] <= 0 <= change[1] for change in changes),
    )
