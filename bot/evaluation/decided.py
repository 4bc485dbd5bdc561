"""What people have decided, read from the rows: each decided flag, and what came of each draw of the weekly sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select, type_coerce

from bot.domain.measuring import Stratum
from bot.domain.own_rules import OWN_RULES
from bot.domain.review import FlagState, Outcome, Verdict
from bot.evaluation.naming import PERSON
from bot.records import Decision, Draw, Drawn, Flag, FlagRule, Revision, Scoring, StoredSignal
from bot.records.columns import UtcDateTime
from bot.store import Session

ANY = "any rule"
_CLOSING = (Verdict.HIDE, Verdict.CLEAR, Verdict.ESCALATE, Verdict.UPHOLD)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DecidedFlag:
    """A flag that a person has judged. `right`: it breaks the policy; an escalated flag is one before its case is closed.

    A critical flag that one person called not serious is open until a second one confirms it, and no decided one till then.
    """

    id: str
    page: str
    revision: str
    found: datetime
    decided: datetime
    right: bool
    restricted: bool
    rules: frozenset[str]
    """Those that detectors raised."""
    named: frozenset[str]
    """Those that a person named who read it for the weekly sample."""
    draw: str | None
    """The draw that it belongs to."""


@dataclass(frozen=True, slots=True)
class ReadDraw:
    """A draw with those of its flags that a person has decided, and that no detector has come to since."""

    draw: Draw
    flags: tuple[DecidedFlag, ...]

    @property
    def weight(self) -> float:
        """How many clean comments each of them stands for."""
        return self.draw.population / len(self.flags)

    def covers(self, flag: DecidedFlag) -> bool:
        """Whether the comment of a flag was found on the page and in the time of which this was drawn."""
        return flag.page == self.draw.page_id and self.draw.since < flag.found <= self.draw.drawn

    def stratum(self, rule: str) -> Stratum:
        """What it says of one rule, or of any."""
        missed = sum(f.right and bool(f.named) and (rule == ANY or rule in f.named) for f in self.flags)
        return Stratum(self.draw.population, len(self.flags), missed)


def decided_flags(session: Session) -> list[DecidedFlag]:
    """Every flag that a person has judged, the oldest first."""
    rules = _rules(session, _is_decided())
    draws = dict(session.exec(select(Drawn.flag_id, Drawn.draw_id)).all())
    closing = (col(Decision.flag_id) == Flag.id, col(Decision.person_id).is_not(None), col(Decision.kind).in_(_CLOSING))
    at = type_coerce(select(func.max(Decision.at)).where(*closing).scalar_subquery(), UtcDateTime)
    rows = session.exec(
        select(Flag, Revision.found, at)
        .join(Revision, col(Revision.id) == Flag.revision_id)
        .where(_is_decided())
        .order_by(col(Flag.id))
    )
    return [
        DecidedFlag(
            id=flag.id,
            page=flag.page_id,
            revision=flag.revision_id,
            found=found,
            decided=decided,
            right=flag.outcome != Outcome.CLEARED,
            restricted=flag.restricted,
            rules=frozenset(rule for rule, by in rules.get(flag.id, ()) if by != PERSON and rule not in OWN_RULES),
            named=frozenset(rule for rule, by in rules.get(flag.id, ()) if by == PERSON),
            draw=draws.get(flag.id),
        )
        for flag, found, decided in rows
        if decided is not None
    ]


def draws(session: Session, since: datetime | None) -> list[Draw]:
    """The draws of the weekly sample, the oldest first."""
    query = select(Draw).order_by(col(Draw.id))
    return list(session.exec(query.where(Draw.drawn >= since) if since else query))


def read_draws(lots: Sequence[Draw], decided: Sequence[DecidedFlag]) -> list[ReadDraw]:
    """The draws of which a person has read something, each with what came of it."""
    by_draw: dict[str, list[DecidedFlag]] = {}
    for flag in decided:
        if flag.draw is not None and not flag.rules and (flag.named or not flag.right):
            by_draw.setdefault(flag.draw, []).append(flag)
    return [ReadDraw(lot, tuple(by_draw[lot.id])) for lot in lots if lot.id in by_draw]


def waiting_flags(session: Session) -> dict[str, int]:
    """How many flags of each draw nobody has decided yet."""
    query = select(Drawn.draw_id, func.count()).join(Flag, col(Flag.id) == Drawn.flag_id)
    return dict(session.exec(query.where(Flag.state == FlagState.OPEN).group_by(Drawn.draw_id)).all())


def raised_in(session: Session, since: datetime, until: datetime) -> tuple[dict[str, int], int]:
    """By rule, on how many of the wordings found in this time detectors raised it; and how many wordings that were.

    What waits to be scored, or could not be checked, is not among them: nobody knows whether it is clean.
    """
    here = (Revision.found > since, Revision.found <= until, Revision.scoring == Scoring.SCORED)
    rules = session.exec(
        select(FlagRule.rule, func.count())
        .join(Flag, col(Flag.id) == FlagRule.flag_id)
        .join(Revision, col(Revision.id) == Flag.revision_id)
        .where(*here, FlagRule.moderator != PERSON, col(FlagRule.rule).not_in(sorted(OWN_RULES)))
        .group_by(FlagRule.rule)
    )
    return dict(rules.all()), session.exec(select(func.count()).select_from(Revision).where(*here)).one()


def best_scores(session: Session, revisions: Iterable[str]) -> dict[str, dict[str, float]]:
    """By revision, the highest score of each signal."""
    found: dict[str, dict[str, float]] = {}
    for part in _parts(revisions):
        query = select(StoredSignal.revision_id, StoredSignal.name, func.max(StoredSignal.score))
        query = query.where(col(StoredSignal.revision_id).in_(part))
        for revision, name, score in session.exec(query.group_by(StoredSignal.revision_id, StoredSignal.name)):
            found.setdefault(revision, {})[name] = score
    return found


def _is_decided() -> ColumnElement[bool]:
    outcomes = [Outcome.UPHELD, Outcome.CLEARED]
    closed = (col(Flag.state) == FlagState.CLOSED) & col(Flag.outcome).in_(outcomes)
    return or_(closed, col(Flag.state) == FlagState.ESCALATED)


def _rules(session: Session, which: ColumnElement[bool]) -> dict[str, list[tuple[str, str]]]:
    """By flag, its rules and who said so."""
    found: dict[str, list[tuple[str, str]]] = {}
    query = select(FlagRule.flag_id, FlagRule.rule, FlagRule.moderator).join(Flag, col(Flag.id) == FlagRule.flag_id)
    for flag, rule, by in session.exec(query.where(which)):
        found.setdefault(flag, []).append((rule, by))
    return found


def _parts(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(dict.fromkeys(ids))
    while part := list(islice(rest, _AT_ONCE)):
        yield part
